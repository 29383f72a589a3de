"""The graph for Gephi, Cytoscape, yEd or any other tool for networks: `ecosystem.graphml`.

Nodes and edges are those of `Ecosystem.graph` with all their attributes; lists, such as the ids of sources, are joined with "; ".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecosystem.export.rows import Run, storable

if TYPE_CHECKING:
    from ecosystem.outputs import OutputFolder


def write(run: Run, out: OutputFolder) -> None:
    """Write the graph."""
    import networkx as nx

    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node, facts in run.eco.graph.nodes(data=True):
        plain.add_node(storable(node), **_attributes(facts))
    for origin, target, key, facts in run.eco.graph.edges(keys=True, data=True):
        plain.add_edge(storable(origin), storable(target), key=storable(str(key)), **_attributes(facts))
    text = "\n".join(nx.generate_graphml(plain, named_key_ids=True))
    out.write_text("ecosystem.graphml", f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n')


def _attributes(facts: dict[str, Any]) -> dict[str, str | bool | int | float]:
    return {name: _attribute(value) for name, value in sorted(facts.items()) if value is not None}


def _attribute(value: Any) -> str | bool | int | float:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return storable("; ".join(map(str, sorted(value) if isinstance(value, set | frozenset) else value)))
    return storable(str(value))
