"""What is wrong in a city.toml, at which key, and what is the fix?

What single keys say wrongly pydantic finds; here it becomes a sentence. What only several keys together, or the taxonomy, can show is found here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ecosystem.city.values import MISSING_FILE
from ecosystem.city.writing import as_toml


def problems_of(model: type[BaseModel], error: ValidationError) -> Iterable[tuple[str, str, bool]]:
    """Yield (key path, what is wrong and the fix, is it a missing file) for every problem pydantic found."""
    for problem in error.errors(include_url=False):
        location = [part for part in problem["loc"] if part != "[key]"]
        kind, value = problem["type"], problem["input"]
        owner, example = _place(model, location)
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
        name = str(location[-1]) if location else ""
        shown = f" For example: {name} = {as_toml(example)}" if example is not None and not isinstance(location[-1], int) else ""
        if kind == "extra_forbidden":
            known = list(owner.model_fields) if owner is not None else []
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            text = f"is no key of this table. {f'Did you mean {close[0]!r}?' if close else 'It knows ' + ', '.join(known) + '.'}"
        elif kind == "missing":
            text = f"is missing.{shown}"
        elif kind == MISSING_FILE:
            text = f"{problem['msg']}. Put it there or correct the path."
        elif kind.startswith("date_"):
            text = f"{as_toml(value)} is no date. Write year-month-day without quotes, for example: {name} = 2026-10-01"
        elif kind in ("model_type", "model_attributes_type", "dict_type", "mapping_type"):
            text = f"must be a table, not {as_toml(value)}. Write it as [{key}] with its keys below."
        else:
            text = f"{as_toml(value)} does not do: {problem['msg'][:1].lower()}{problem['msg'][1:].rstrip('.')}.{shown}"
        yield key, text, kind == MISSING_FILE


def contradictions(values: Mapping[str, Any]) -> list[str]:
    """Find what single keys cannot show: ids given twice, a table without its columns, a language without words."""
    problems = []
    geographies = values.get("geographies")
    entries = [entry for entry in _list(geographies) if isinstance(entry, Mapping)]
    if isinstance(geographies, list | tuple) and not geographies:
        problems.append("geographies: is empty. Add a table [[geographies]] with id, name, file and id_column.")
    ids = [str(entry.get("id")) for entry in entries if "id" in entry]
    for twice in sorted({key for key in ids if ids.count(key) > 1}):
        problems.append(f"geographies: two have the id {twice!r}. Give each geography an id of its own.")
    if entries and "around_m" in entries[0]:
        problems.append("geographies.1.around_m: the main geography must be areas that cover the city. Put streets and places below it.")
    for index, entry in enumerate(entries):
        if "id_column" not in entry and "name_column" not in entry:
            problems.append(f"geographies.{index + 1}: neither id_column nor name_column is given. Name the column of the areas' ids or names.")
    population = values.get("population")
    if isinstance(population, Mapping):
        if "file" not in population and "blocks" not in population:
            problems.append("population: neither file nor blocks is given. Name a table of residents, or leave the whole table [population] out.")
        if "file" in population:
            if ("id_column" in population) == ("name_column" in population):
                problems.append("population: give one of id_column and name_column, the column that says which area a row is about.")
            if "residents_column" not in population:
                problems.append('population.residents_column: is missing. Name the column of counts, e.g. residents_column = "residents".')
        groups, languages = (population.get(key, {}) for key in ("groups", "languages"))
        if isinstance(groups, Mapping) and isinstance(languages, Mapping):
            for code, group in languages.items():
                if group not in groups:
                    problems.append(
                        f"population.languages.{code}: {group!r} is no group of population.groups. Name the group that counts its speakers."
                    )
        if "blocks" in population and "blocks_residents_column" not in population:
            problems.append('population.blocks_residents_column: is missing. Name the column of counts, e.g. blocks_residents_column = "POP20".')
    languages = values.get("languages", ["en"])
    if isinstance(languages, list | tuple) and len({str(code) for code in languages}) < len(languages):
        problems.append("languages: one is named twice.")
    if isinstance(languages, list | tuple) and not languages:
        problems.append('languages: is empty. Write languages = ["en"], or leave the key out.')
    return problems


def unknown_codes(values: Mapping[str, Any], folder: Path) -> list[str]:
    """Find codes of needs and services that the city's taxonomy does not have. Raises TaxonomyError for a taxonomy that contradicts itself."""
    from ecosystem.taxonomy import Taxonomy

    own = folder / str(values.get("taxonomy", "")) if "taxonomy" in values else None
    taxonomy = Taxonomy.read(own if own is not None and own.is_dir() else None)
    standards, privacy = _table(values, "standards"), _table(values, "privacy")
    baseline = values.get("baseline", ())
    named: list[tuple[str, object, str]] = []
    named += [("standards.needs", code, "need") for code in _list(standards.get("needs"))]
    named += [(f"standards.minimum_depth.{code}", code, "need") for code in _table(standards, "minimum_depth")]
    named += [
        (f"baseline.{number}.service", entry.get("service"), "service")
        for number, entry in enumerate(_list(baseline), 1)
        if isinstance(entry, Mapping)
    ]
    named += [("privacy.protected_services", code, "service") for code in _list(privacy.get("protected_services"))]
    codes = {"need": set(taxonomy.needs), "service": set(taxonomy.services)}
    return [
        f"{key}: {code!r} is no code of a {what}. The codes are in the taxonomy's {what}s.csv."
        for key, code, what in named
        if isinstance(code, str) and code not in codes[what]
    ]


def tell(file: Path, problems: list[str]) -> str:
    """Return the problems of a file as one message: a line, or a line each."""
    if len(problems) == 1:
        return f"{file}: {problems[0]}"
    return f"{file} has {len(problems)} problems:\n" + "\n".join(f"  - {problem}" for problem in problems)


def _place(model: type[BaseModel], location: list[int | str]) -> tuple[type[BaseModel] | None, Any]:
    """Return the table a key path lies in and an example of its value."""
    owner: type[BaseModel] | None = model
    example: Any = None
    for depth, part in enumerate(location):
        field = owner.model_fields.get(str(part)) if owner is not None and isinstance(part, str) else None
        if field is None:
            continue
        example = field.examples[0] if field.examples else None
        inner = _table_in(field.annotation)
        if depth < len(location) - 1:
            owner = inner if inner is not None else owner
    return owner, example


def _table_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _table_in(part)
        if found is not None:
            return found
    return None


def _table(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = values.get(key)
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
