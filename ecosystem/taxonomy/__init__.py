"""What happens to people, what is offered, and which offer answers which need?

Two vocabularies and the table between them, as CSV files beside this module:

- `needs.csv`: a **need** is what happens to people (`N01`). `tier` says who may answer it, as the jurisdiction decides: A an
  alternative first; P phone or online can close it; C with conditions or together with police; XP police needed by law or risk; XM
  medical or fire needed, police not. A tier such as "A / C" is split: `cases` names the cases in the same order.
- `services.csv`: a **service type** is what is offered (`02a`), in the groups of `groups.csv` (`02`). `continuum` holds the letters
  P prevention, I intervention, R response, S restoration and healing, E reentry.
- `crosswalk.csv`: the **weight** with which a service type answers a need: 1 alone, 0.5 as a part or afterwards. `condition` says
  when an answer holds ("after", "eve"), empty for always. Police answers stay in; they are marked by the service's `is_baseline`.

A city adds or changes rows with files of the same names in a folder of its own. Names are the exact words of the tables; nothing is
ever matched because it looks similar.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from ecosystem.errors import MissingFileError, TaxonomyError

VERSION = "1.0"
LANGUAGES = ("en", "es")
LABEL_LENGTH = 30
"""A label stands in a picker on a phone: at most this many characters."""

_COLUMNS = {
    "needs.csv": ("code", "name_en", "name_es", "label_en", "label_es", "tier", "cases"),
    "groups.csv": ("code", "name_en", "name_es"),
    "services.csv": (
        "code", "group", "name_en", "name_es", "label_en", "label_es", "continuum", "is_protected", "is_street", "is_baseline", "is_support",
    ),
    "crosswalk.csv": ("need", "service", "weight", "condition"),
}  # fmt: skip
_KEYS = {"needs.csv": ("code",), "groups.csv": ("code",), "services.csv": ("code",), "crosswalk.csv": ("need", "service")}
_FLAGS = {"yes": True, "true": True, "1": True, "x": True, "no": False, "false": False, "0": False, "": False}
_WEIGHTS = {"1": 1.0, "1.0": 1.0, "0.5": 0.5, ".5": 0.5, "0": 0.0, "0.0": 0.0}


@dataclass(frozen=True, slots=True)
class Need:
    """What happens to people. `name` and `label` are keyed by language (`en`, `es`); `is_baseline` where police alone can answer it."""

    code: str
    name: Mapping[str, str] = field(hash=False)
    label: Mapping[str, str] = field(hash=False)
    tier: str
    is_baseline: bool
    cases: str = ""


@dataclass(frozen=True, slots=True)
class ServiceType:
    """What is offered. Where a delivery of a protected type stands is hidden unless its provider says otherwise; street types (violence
    interrupters and other street teams) show neither provider nor hour to the public; baseline is police, fire and EMS; support types
    help other organizations and never answer a need alone."""

    code: str
    group: str
    name: Mapping[str, str] = field(hash=False)
    label: Mapping[str, str] = field(hash=False)
    continuum: str
    is_protected: bool
    is_street: bool
    is_baseline: bool
    is_support: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the crosswalk: `service` answers `need` with `weight` 1 (alone) or 0.5 (part or after), when `condition` holds."""

    need: str
    service: str
    weight: float
    condition: str = ""


class Taxonomy:
    """Needs, service types and the crosswalk between them, checked against one another.

    >>> taxonomy = Taxonomy.read()
    >>> taxonomy.needs["N08"].label["es"], taxonomy.answers_alone("N08")
    ('Ruido o discusión', ('02b', '09c'))
    >>> taxonomy.weight("N01", "03a"), taxonomy.weight("N01", "12b")
    (0.5, 0.0)
    """

    __slots__ = ("_by_need", "_by_service", "_need_words", "_service_words", "groups", "needs", "services", "version")

    version: str
    needs: Mapping[str, Need]
    services: Mapping[str, ServiceType]
    groups: Mapping[str, Mapping[str, str]]

    def __init__(
        self,
        version: str,
        needs: Iterable[Need],
        services: Iterable[ServiceType],
        groups: Mapping[str, Mapping[str, str]],
        answers: Iterable[Answer],
    ) -> None:
        """Hold tables that are already checked; `read` is the way to get one. The order of the rows is kept."""
        self.version = version
        self.needs = MappingProxyType({need.code: need for need in needs})
        self.services = MappingProxyType({service.code: service for service in services})
        self.groups = MappingProxyType({code: MappingProxyType(dict(name)) for code, name in groups.items()})
        by_need: dict[str, dict[str, Answer]] = {code: {} for code in self.needs}
        by_service: dict[str, dict[str, float]] = {code: {} for code in self.services}
        for answer in answers:
            by_need[answer.need][answer.service] = answer
            by_service[answer.service][answer.need] = answer.weight
        self._by_need = by_need
        self._by_service = {code: MappingProxyType(weights) for code, weights in by_service.items()}
        self._need_words = _words(self.needs.values())
        self._service_words = _words(self.services.values())

    @classmethod
    def read(cls, folder: Path | None = None) -> Taxonomy:
        """Return the packaged taxonomy, extended by the tables of a city's `folder` if there are any.

        A row of `needs.csv`, `groups.csv`, `services.csv` or `crosswalk.csv` there replaces the packaged row of the same code (of the same
        need and service), a cell left empty keeps what was there, and a row with a new code is added. A new row needs its English words;
        empty Spanish ones repeat them. Weight 0 takes an answer out of the crosswalk. The version then ends in `+city-` and a digest.

        Raises MissingFileError where `folder` is not there, and one TaxonomyError that lists every problem with file, row, what and fix.
        """
        if folder is None:
            return _packaged()
        if not folder.is_dir():
            raise MissingFileError(f"{folder}: there is no such folder. Name the folder that holds {', '.join(_COLUMNS)}, or leave it out.")
        if not any((folder / name).is_file() for name in _COLUMNS):
            return _packaged()
        return _read([Path(__file__).parent, folder])

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Every row of the crosswalk, by need."""
        return tuple(answer for answers in self._by_need.values() for answer in answers.values())

    def weight(self, need: str, service: str) -> float:
        """Return how far a service type answers a need: 1 alone, 0.5 as a part or afterwards, 0 not at all or not a code."""
        answer = self._by_need.get(need, {}).get(service)
        return answer.weight if answer else 0.0

    def condition(self, need: str, service: str) -> str:
        """Return when the answer holds, such as "after"; empty for always or where there is none."""
        answer = self._by_need.get(need, {}).get(service)
        return answer.condition if answer else ""

    def answers_alone(self, need: str) -> tuple[str, ...]:
        """Return the codes of the service types that answer a need alone, in the order of the crosswalk; none for an unknown code.

        Police answers are among them (`03d`): ask `services[code].is_baseline`.
        """
        return tuple(answer.service for answer in self._by_need.get(need, {}).values() if answer.weight == 1)

    def needs_of(self, service: str) -> Mapping[str, float]:
        """Return the weight of every need that a service type answers or supports; empty for an unknown code."""
        return self._by_service.get(service, MappingProxyType({}))

    def find_need(self, text: str) -> str | None:
        """Return the code of a need written as its code, name or label in any language, or as code and name; None for anything else.

        Case, accents, punctuation and spare space do not matter; every word does.

        >>> Taxonomy.read().find_need("n08"), Taxonomy.read().find_need("N08: ruido o discusion"), Taxonomy.read().find_need("noise")
        ('N08', 'N08', None)
        """
        return _find(text, self._need_words)

    def find_service(self, text: str) -> str | None:
        """Return the code of a service type, found as `find_need` finds a need.

        >>> Taxonomy.read().find_service("02a - Mobile crisis team"), Taxonomy.read().find_service("Crisis team")
        ('02a', None)
        """
        return _find(text, self._service_words)


def fold(text: str) -> str:
    """Return words for comparison: no case, accents, punctuation or spare space.

    >>> fold(" Jóvenes, fuera  de NOCHE! ")
    'jovenes fuera de noche'
    """
    letters = unicodedata.normalize("NFKD", text).casefold().replace("'", "").replace("’", "")
    return " ".join(re.findall(r"[^\W_]+", "".join(letter for letter in letters if not unicodedata.combining(letter))))


def _words(terms: Iterable[Need] | Iterable[ServiceType]) -> dict[str, str]:
    found: dict[str, str] = {}
    for term in terms:
        code = fold(term.code)
        found[code] = term.code
        for text in (*term.name.values(), *term.label.values()):
            found[fold(text)] = term.code
            found[f"{code} {fold(text)}"] = term.code
    return found


def _find(text: str, words: Mapping[str, str]) -> str | None:
    return words.get(fold(text))


@functools.cache
def _packaged() -> Taxonomy:
    return _read([Path(__file__).parent])


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a table, with where it stands: `number` counts as a spreadsheet does (the header is row 1)."""

    file: str
    number: int
    cells: Mapping[str, str]

    def problem(self, what: str, fix: str) -> str:
        return f"{self.file} row {self.number}: {what}. {fix}."


def _read(folders: list[Path]) -> Taxonomy:
    problems: list[str] = []
    tables = {name: _merge([_read_table(folder, name, problems) for folder in folders], name, problems) for name in _COLUMNS}
    if problems:
        raise TaxonomyError("\n".join(problems))
    groups = {code: _in_languages(row, "name", problems) for (code,), row in tables["groups.csv"].items()}
    services = [_service(row, groups, problems) for row in tables["services.csv"].values()]
    answers = _answers(tables["crosswalk.csv"], tables["needs.csv"], {service.code: service for service in services}, problems)
    needs = [_need(row, answers, services, problems) for row in tables["needs.csv"].values()]
    _check_words(needs, tables["needs.csv"], problems)
    _check_words(services, tables["services.csv"], problems)
    if problems:
        raise TaxonomyError("\n".join(problems))
    return Taxonomy(_version(folders[1:]), needs, services, groups, answers)


def _read_table(folder: Path, name: str, problems: list[str]) -> list[_Row]:
    path = folder / name
    if not path.is_file():
        return []
    try:
        lines = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError:
        problems.append(f"{path}: it is not text in UTF-8. Save it as 'CSV UTF-8'.")
        return []
    except csv.Error as error:
        problems.append(f"{path}: it cannot be read as a table ({error}). Save it as CSV with commas, and close every quotation mark.")
        return []
    header = [cell.strip() for cell in lines[0]] if lines else []
    expected = _COLUMNS[name]
    wrong = [column for column in header if column not in expected] + [key for key in _KEYS[name] if key not in header]
    if wrong or len(set(header)) < len(header):
        problems.append(f"{path} row 1: the columns are {', '.join(header) or 'missing'}. Use each at most once: {', '.join(expected)}.")
        return []
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in line]
        if any(cells[len(header) :]):
            problems.append(f"{path} row {number}: it has {len(cells)} cells for {len(header)} columns. Put text with a comma in quotation marks.")
        elif any(cells):
            rows.append(_Row(str(path), number, dict(zip(header, cells, strict=False))))
    return rows


def _merge(tables: Iterable[list[_Row]], name: str, problems: list[str]) -> dict[tuple[str, ...], _Row]:
    """Lay later tables over earlier ones, key by key: an empty cell keeps what was there."""
    merged: dict[tuple[str, ...], _Row] = {}
    for rows in tables:
        seen: dict[tuple[str, ...], int] = {}
        for row in rows:
            key = tuple(_code(row.cells.get(column, "")) for column in _KEYS[name])
            if not all(key):
                problems.append(row.problem(f"{' and '.join(_KEYS[name])} must not be empty", "Write the code, or delete the row"))
            elif key in seen:
                problems.append(row.problem(f"{' '.join(key)} stands in row {seen[key]} already", "Keep one of the two rows"))
            else:
                seen[key] = row.number
                before = merged[key].cells if key in merged else {}
                cells = {column: row.cells.get(column) or before.get(column, "") for column in _COLUMNS[name]}
                merged[key] = _Row(row.file, row.number, {**cells, **dict(zip(_KEYS[name], key, strict=True))})
    return merged


def _code(text: str) -> str:
    """A group written by a spreadsheet as 1 is 01."""
    return text.zfill(2) if text.isdigit() else text


def _in_languages(row: _Row, what: str, problems: list[str], fallback: Mapping[str, str] | None = None) -> Mapping[str, str]:
    english = row.cells[f"{what}_en"] or (fallback or {}).get("en", "")
    if not english:
        problems.append(row.problem(f"{row.cells['code']} has no {what} in English", f"Fill in {what}_en"))
    others = {language: row.cells[f"{what}_{language}"] or (fallback or {}).get(language, "") or english for language in LANGUAGES[1:]}
    return MappingProxyType({"en": english, **others})


def _label(row: _Row, name: Mapping[str, str], problems: list[str]) -> Mapping[str, str]:
    written = bool(row.cells["label_en"])
    label = _in_languages(row, "label", problems, None if written else name)
    for language, text in label.items():
        if len(text) > LABEL_LENGTH:
            problems.append(
                row.problem(
                    f"the label {text!r} has {len(text)} characters",
                    f"Fill in label_{language} with at most {LABEL_LENGTH}",
                )
            )
    return label


def _flag(row: _Row, column: str, problems: list[str]) -> bool:
    text = row.cells[column].casefold()
    if text not in _FLAGS:
        problems.append(row.problem(f"{column} is {row.cells[column]!r}", "Write yes or no"))
    return _FLAGS.get(text, False)


def _service(row: _Row, groups: Mapping[str, Mapping[str, str]], problems: list[str]) -> ServiceType:
    code, group, continuum = row.cells["code"], _code(row.cells["group"]), row.cells["continuum"].upper()
    if group not in groups:
        problems.append(
            row.problem(f"{code} is in the group {group!r}, which no groups.csv has", f"Use one of {', '.join(groups)}, or add the group")
        )
    if set(continuum) - set("PIRSE"):
        problems.append(
            row.problem(
                f"the continuum of {code} is {row.cells['continuum']!r}",
                "Write the letters P, I, R, S, E without anything between, as in RS",
            )
        )
    name = _in_languages(row, "name", problems)
    is_protected, is_street, is_baseline, is_support = (
        _flag(row, column, problems) for column in ("is_protected", "is_street", "is_baseline", "is_support")
    )
    return ServiceType(code, group, name, _label(row, name, problems), continuum, is_protected, is_street, is_baseline, is_support)


def _answers(
    table: Mapping[tuple[str, ...], _Row],
    needs: Mapping[tuple[str, ...], _Row],
    services: Mapping[str, ServiceType],
    problems: list[str],
) -> list[Answer]:
    answers = []
    for (need, service), row in table.items():
        weight = _WEIGHTS.get(row.cells["weight"])
        if (need,) not in needs:
            problems.append(row.problem(f"there is no need {need!r}", "Use a code of needs.csv, or add the need there"))
        elif service not in services:
            problems.append(row.problem(f"there is no service type {service!r}", "Use a code of services.csv, or add the service type there"))
        elif weight is None:
            problems.append(row.problem(f"the weight is {row.cells['weight']!r}", "Write 1 (answers alone), 0.5 (part or after) or 0 (not at all)"))
        elif weight == 1 and services[service].is_support:
            problems.append(row.problem(f"{service} helps organizations and cannot answer {need} alone", "Write the weight 0.5"))
        elif weight:
            answers.append(Answer(need, service, weight, row.cells["condition"]))
    return answers


def _need(row: _Row, answers: Iterable[Answer], services: Iterable[ServiceType], problems: list[str]) -> Need:
    code, name = row.cells["code"], _in_languages(row, "name", problems)
    baseline = {service.code for service in services if service.is_baseline}
    alone = {answer.service for answer in answers if answer.need == code and answer.weight == 1}
    if not alone:
        problems.append(row.problem(f"nothing answers {code} alone", f"Add a row to crosswalk.csv: {code}, a service type, 1"))
    if not row.cells["tier"]:
        problems.append(row.problem(f"{code} has no tier", "Fill in tier: A, P, C, XP or XM"))
    return Need(code, name, _label(row, name, problems), row.cells["tier"], bool(alone) and alone <= baseline, row.cells["cases"])


def _check_words(terms: Iterable[Need] | Iterable[ServiceType], table: Mapping[tuple[str, ...], _Row], problems: list[str]) -> None:
    """The same word for two codes would make every answer that uses it ambiguous."""
    owner: dict[str, str] = {}
    for term in terms:
        for text in (term.code, *term.name.values(), *term.label.values()):
            other = owner.setdefault(fold(text), term.code)
            if text and other != term.code:
                problems.append(table[(term.code,)].problem(f"{term.code} and {other} are both called {text!r}", "Give one of them other words"))


def _version(folders: Iterable[Path]) -> str:
    digest = hashlib.blake2b(digest_size=4)
    files = [path for folder in folders for name in _COLUMNS if (path := folder / name).is_file()]
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return f"{VERSION}+city-{digest.hexdigest()}" if files else VERSION
