"""The graph says who, what, where and from which cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ecosystem.graph import Ecosystem
from ecosystem.records import BLANK, Contract, Records, Referral, Response, Route, Source
from ecosystem.schedule import ALWAYS


def test_graph_leads_from_an_organization_to_the_area_it_covers(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    organization, service, delivery = give("owls", "02a", ALWAYS, "ash", routes=(Route("dispatch_911"),))  # type: ignore[misc]
    eco = town((organization, service, delivery))
    graph = eco.graph
    assert graph.edges["organization:owls", "service:owls/crew", "operates"]["kind"] == "operates"
    assert graph.edges["service:owls/crew", "need:N01", "answers"]["weight"] == 1.0
    assert graph.edges["service:owls/crew", "need:N03", "answers"]["certain"] is True
    covers = graph.edges[f"delivery:{delivery.id}", "area:ash", "covers"]
    assert (covers["share_known"], covers["share_possible"]) == (1.0, 1.0)
    assert not graph.has_edge(f"delivery:{delivery.id}", "area:birch")
    assert graph.has_edge(f"delivery:{delivery.id}", "route:dispatch_911", "reached_by")


def test_every_node_and_edge_carries_its_kind_and_its_sources(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    organization, service, delivery = give("owls", "02a", ALWAYS, "city")  # type: ignore[misc]
    cell = Source("answers.csv", row=2, column="hours", text="24/7")
    eco = town((organization, service, replace(delivery, sources={"hours": cell})))
    assert all({"kind", "sources"} <= data.keys() for _, data in eco.graph.nodes(data=True))
    assert all({"kind", "sources"} <= data.keys() for _, _, data in eco.graph.edges(data=True))
    assert eco.graph.nodes[f"delivery:{delivery.id}"]["sources"] == (cell.id,)


def test_referrals_and_contracts_are_edges(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    eco = town(give("owls", "02a", ALWAYS, "ash"), give("beds", "04a", ALWAYS, "ash"))
    records = replace(
        eco.records,
        referrals=(Referral("owls", "beds", "Beds", ride=False), Referral("owls", "", "The Old Mill")),
        contracts=(Contract("c1", "City Hall", "owls", "owls/crew", manager="A. Person"),),
    )
    graph = Ecosystem.build(Records.of(**{f: getattr(records, f) for f in Records.__slots__}), eco.geography, eco.city).graph
    refers = graph.edges["organization:owls", "organization:beds", "refers_to"]
    assert (refers["ride"], refers["warm_handoff"], refers["claimed_by"]) == ("no", "unknown (not_asked)", "origin")
    assert graph.nodes["organization:?the old mill"]["name"] == "The Old Mill"
    assert list(graph.successors("funder:city hall")) == ["agreement:c1"]
    assert list(graph.successors("agreement:c1")) == ["service:owls/crew"]


def test_records_refuse_two_deliveries_of_one_id(give: Callable[..., object]) -> None:
    delivery = give("owls", "02a", ALWAYS, "ash")[2]  # type: ignore[index]
    with pytest.raises(ValueError, match="two deliveries have the id"):
        Records.of(deliveries=[delivery, delivery])


def test_building_changes_no_record(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    answer = give("owls", "02a", ALWAYS, "ash")
    assert town(answer).records.deliveries[0] == answer[2]  # type: ignore[index]


def test_contract_that_does_not_say_whom_it_pays_points_at_nobody(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    eco = town(give("owls", "02a", ALWAYS, "ash"))
    records = replace(eco.records, contracts=(Contract("c1", "City Hall", ""),))
    graph = Ecosystem.build(records, eco.geography, eco.city, edition="public").graph
    assert list(graph.successors("agreement:c1")) == []
    assert all("kind" in data for _, data in graph.nodes(data=True))


def test_a_listing_without_a_kind_of_service_could_change_every_need(town: Callable[..., Ecosystem], give: Callable[..., object]) -> None:
    organization, service, delivery = give("owls", "02a", ALWAYS, "ash")  # type: ignore[misc]
    nobody_asked = {"invitations": (), "responses": (Response("owls", method="public listing"),)}

    def listed(eco: Ecosystem) -> Ecosystem:
        records = Records.of(**({name: getattr(eco.records, name) for name in Records.__slots__} | nobody_asked))
        return Ecosystem.build(records, eco.geography, eco.city)

    assert listed(town((organization, replace(service, types=BLANK), delivery))).silent("N08", "birch") == ("owls",)
    assert listed(town((organization, service, delivery))).silent("N08", "birch") == ()
