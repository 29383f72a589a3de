"""Messages say the same in both languages, in plain words, and what somebody typed stays text."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from types import MappingProxyType

import pytest

from ecosystem.errors import InputError, NameUnknownError
from ecosystem.messages import LANGUAGES, Catalogue, Names, read_patterns
from ecosystem.schedule import ALWAYS, Schedule
from ecosystem.taxonomy import Taxonomy

TAXONOMY = Taxonomy.read()
NAMES = Names(
    areas={"a": "Westfield", "b": "Northbank", "c": "Old Mill", "d": "Riverside", "i": "Isla Verde", "h": "Hielo"},
    organizations={"harbor-hill": "Harbor Hill", "night-owls": "Night Owls"},
    deliveries={"d-1": "Harbor Hill: advocates", "d-2": "Night Owls: patrol"},
)
ENGLISH = Catalogue.read("en", TAXONOMY, NAMES)
SPANISH = Catalogue.read("es", TAXONOMY, NAMES)
CATALOGUES = {"en": ENGLISH, "es": SPANISH}
NBSP = "\u00a0"

HOSTILE = [
    "{need:need}",
    "{0}",
    "{}",
    "{need.__class__.__init__.__globals__}",
    "{need[0]}",
    "{n!r}",
    "%(need)s ${need} {{ cycler.__init__ }} {% print(1) %} {# x",
    "<script>alert(1)</script>",
    "=HYPERLINK('https://example.org')",
    "}{",
    "\\u0000 \\1 \u2028 \u202e",
]


def render(pattern: str, language: str = "en", **values: object) -> str:
    """Render one pattern beside the forms that the numbers need."""
    patterns = {key: value for key, value in _patterns(language).items() if key.startswith(("form.", "area.", "field.", "language."))}
    return Catalogue(language, MappingProxyType({**patterns, "test": pattern}), TAXONOMY, NAMES).text("test", values)


def _patterns(language: str) -> dict[str, str]:
    import ecosystem.messages

    return dict(read_patterns(Path(ecosystem.messages.__file__).parent / language))


@pytest.mark.parametrize(
    ("pattern", "value", "english", "spanish"),
    [
        ("{x:need}", "N02", "Person thinking of suicide", "Persona que piensa en el suicidio"),
        ("{x:need_label}", "N02", "Thoughts of suicide", "Pensamientos de suicidio"),
        ("{x:need}", "N99", "N99", "N99"),
        ("{x:needs}", ["N05", "N14"], "Overdose and Animals", "Sobredosis y Animales"),
        ("{x:service}", "08a", "Mentoring", "Mentoría"),
        ("{x:service_label}", "01c", "988 crisis line", "Línea de crisis 988"),
        ("{x:services}", ("08a", "12e"), "Mentoring and Block clubs", "Mentoría y Clubes de cuadra"),
        ("{x:area}", "a", "Westfield", "Westfield"),
        ("{x:area}", "zz", "zz", "zz"),
        ("{x:area}", "city", "the whole city", "toda la ciudad"),
        ("{x:areas}", ["a"], "Westfield", "Westfield"),
        ("{x:areas}", "a", "Westfield", "Westfield"),
        ("{x:areas}", ["a", "b"], "Westfield and Northbank", "Westfield y Northbank"),
        ("{x:areas}", ["a", "b", "c"], "Westfield, Northbank and Old Mill", "Westfield, Northbank y Old Mill"),
        ("{x:areas}", ["a", "b", "c", "d"], "Westfield, Northbank, Old Mill and Riverside", "Westfield, Northbank, Old Mill y Riverside"),
        ("{x:areas}", ["a", "b", "c", "d", "e"], "Westfield, Northbank, Old Mill and 2 more", "Westfield, Northbank, Old Mill y 2 más"),
        ("{x:areas}", list("abcdefgh"), "Westfield, Northbank, Old Mill and 5 more", "Westfield, Northbank, Old Mill y 5 más"),
        ("{x:areas}", ["a", "i"], "Westfield and Isla Verde", "Westfield e Isla Verde"),
        ("{x:areas}", ["a", "h"], "Westfield and Hielo", "Westfield y Hielo"),
        ("{x:areas}", [], "none", "ninguna"),
        ("{x:organization}", "harbor-hill", "Harbor Hill", "Harbor Hill"),
        ("{x:organizations}", ["harbor-hill", "else"], "Harbor Hill and else", "Harbor Hill y else"),
        ("{x:delivery}", "d-1", "Harbor Hill: advocates", "Harbor Hill: advocates"),
        ("{x:deliveries}", ["d-1", "d-2"], "Harbor Hill: advocates and Night Owls: patrol", "Harbor Hill: advocates y Night Owls: patrol"),
        ("{x:list}", ["one", "two"], "one and two", "one y two"),
        ("{x:term(field)}", "hours", "its hours", "su horario"),
        ("{x:term(field)}", "shoe size", "shoe size", "shoe size"),
        ("{x:terms(language)}", ["so", "es", "xx"], "Somali, Spanish and xx", "somalí, español y xx"),
        ("{x:people}", 3_412.6, "about 3,400", "cerca de 3,400"),
        ("{x:people}", 3_450, "about 3,500", "cerca de 3,500"),
        ("{x:people}", 994.6, "about 990", "cerca de 990"),
        ("{x:people}", 996, "about 1,000", "cerca de 1,000"),
        ("{x:people}", 47, "about 47", "cerca de 47"),
        ("{x:people}", 10, "about 10", "cerca de 10"),
        ("{x:people}", 9.9, "fewer than 10", "menos de 10"),
        ("{x:people}", 0, "fewer than 10", "menos de 10"),
        ("{x:people}", 214_000, "about 210,000", "cerca de 210,000"),
        ("{x:percent}", 0.456, "46%", f"46{NBSP}%"),
        ("{x:percent}", 0.125, "13%", f"13{NBSP}%"),
        ("{x:percent}", 0, "0%", f"0{NBSP}%"),
        ("{x:percent}", 1, "100%", f"100{NBSP}%"),
        ("{x:percent}", 0.0049, "less than 1%", f"menos del 1{NBSP}%"),
        ("{x:percent}", 0.9951, "more than 99%", f"más del 99{NBSP}%"),
        ("{x:hours}", 82.5, "82.5 hours", "82.5 horas"),
        ("{x:hours}", 48.0, "48 hours", "48 horas"),
        ("{x:hours}", 1, "1 hour", "1 hora"),
        ("{x:hours}", 57.25, "57.3 hours", "57.3 horas"),
        ("{x:hours}", 0, "0 hours", "0 horas"),
        ("{x:hours}", 0.5, "30 minutes", "30 minutos"),
        ("{x:hours}", 1 / 60, "1 minute", "1 minuto"),
        ("{x:hours}", 10_080, "10,080 hours", "10,080 horas"),
        ("{x:count}", 1_234, "1,234", "1,234"),
        ("{x:count}", 2.5, "3", "3"),
        ("{x:usd}", 500_000, "$500,000", "$500,000"),
        ("{x:usd}", -1_250.4, "-$1,250", "-$1,250"),
        ("{x:date}", dt.date(2026, 10, 1), "1 October 2026", "1 de octubre de 2026"),
        ("{x:date}", "2026-12-31", "31 December 2026", "31 de diciembre de 2026"),
        ("{x:date}", "soon", "soon", "soon"),
        ("{x:week}", Schedule.daily("09:00", "17:00", days=range(5)), "Monday to Friday 09:00-17:00", "lunes a viernes 09:00-17:00"),
        ("{x:week}", [[7_200, 10_080]], "Saturday 00:00 to Monday 00:00", "de sábado 00:00 a lunes 00:00"),
        ("{x:week}", ALWAYS, "every day, all day", "todos los días, las 24 horas"),
        ("{x:run}", [9_840, 10_200], "Sunday 20:00 to Monday 02:00", "de domingo 20:00 a lunes 02:00"),
        ("{x:run}", (7_200, 10_080), "Saturday 00:00 to Monday 00:00", "de sábado 00:00 a lunes 00:00"),
        ("{x:plural(neighborhood|neighborhoods)}", 1, "neighborhood", "neighborhood"),
        ("{x:plural(neighborhood|neighborhoods)}", 0, "neighborhoods", "neighborhoods"),
        ("{x:plural(was|were)}", ["a"], "was", "was"),
        ("{x:plural(was|were)}", ["a", "b"], "were", "were"),
        ("{x}", "as given", "as given", "as given"),
        ("{{{x:count}}}", 7, "{7}", "{7}"),
    ],
)
def test_each_way_of_saying_a_value(pattern: str, value: object, english: str, spanish: str) -> None:
    assert render(pattern, "en", x=value) == english
    assert render(pattern, "es", x=value) == spanish


@pytest.mark.parametrize("spec", ["", "need", "areas", "people", "percent", "hours", "count", "usd", "week", "run", "date", "term(field)"])
def test_nothing_is_said_as_not_known(spec: str) -> None:
    assert render(f"{{x:{spec}}}", x=None) == "not known"
    assert render(f"{{x:{spec}}}", "es", x=float("nan")) == "no se sabe"


@pytest.mark.parametrize(
    "spec",
    [
        "",
        *[
            "need",
            "needs",
            "service",
            "area",
            "areas",
            "organization",
            "organizations",
            "delivery",
            "deliveries",
            "list",
            "term(field)",
            "terms(field)",
        ],
        *["people", "percent", "hours", "count", "usd", "week", "run", "date"],
    ],
)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_are_shown_literally(spec: str, text: str) -> None:
    pattern = f"<{{x:{spec}}}>" if spec else "<{x}>"
    assert render(pattern, x=text, need="N01", n=1) == f"<{text}>"
    assert render(pattern, "es", x=text) == f"<{text}>"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_shown_literally(text: str) -> None:
    names = Names(areas={"a": text}, organizations={"o": text}, deliveries={"d": text})
    catalogue = Catalogue.read("en", TAXONOMY, names)
    assert catalogue.text("silent.not_asked", {"orgs": ["o"]}) == f"{text} was not asked."
    assert catalogue.text("possible.deliveries", {"deliveries": ["d", "d"]}) == f"May be able to help, not confirmed: {text} and {text}."
    assert catalogue.text("gap.not_known.title", {"need": text, "areas": ["a"]}) == f"{text}: not known in {text}"


@pytest.mark.parametrize(
    "pattern",
    ["{x.__class__}", "{x[0]}", "{x!r}", "{x!s:count}", "{}", "{0}", "{X}", "{_x}", "{x:{y}}", "{x:>10}", "{x:.2f}", "{x:needs()!}", "{x:nothing}"],
)
def test_patterns_cannot_reach_inside_values(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        render(pattern, x="value", y="count")


def test_term_is_one_word_of_a_family_without_placeholders() -> None:
    families = {prefix for key in ENGLISH for _, spec in ENGLISH.placeholders(key) for prefix in re.findall(r"terms?\((.*)\)", spec)} | {
        "language",
        "state",
    }
    assert not [key for key in ENGLISH if key.split(".")[0] in families and key.count(".") == 1 and ENGLISH.placeholders(key)]
    state = Catalogue("en", MappingProxyType({**_patterns("en"), "test": "{x:term(state)}"}), TAXONOMY, NAMES)
    assert state.text("test", {"x": "nobody"}) == "Nobody found"
    assert state.text("test", {"x": "nobody.about"}) == "nobody.about"


def test_unknown_language_names_those_there_are() -> None:
    with pytest.raises(NameUnknownError, match=r"no messages in the language 'xx'. Choose one of: en, es\."):
        Catalogue.read("xx", TAXONOMY)


def test_language_is_never_a_path() -> None:
    with pytest.raises(NameUnknownError):
        Catalogue.read("../messages/en", TAXONOMY)


def test_unknown_message_and_missing_value_are_named() -> None:
    with pytest.raises(NameUnknownError, match=r"there is no message 'gap\.maybe' in 'en'"):
        ENGLISH.text("gap.maybe")
    with pytest.raises(NameUnknownError, match=r"'gap\.confirmed\.title' needs the value 'areas'; it was given: need\."):
        ENGLISH.text("gap.confirmed.title", {"need": "N01"})
    with pytest.raises(NameUnknownError, match=r"it was given: none\."):
        ENGLISH.text("gap.confirmed.title")


def test_catalogue_knows_its_keys() -> None:
    assert "gap.confirmed" in ENGLISH
    assert "gap.maybe" not in ENGLISH
    assert list(ENGLISH) == list(ENGLISH.keys())
    assert ENGLISH.placeholders("hole.title") == (("areas", "areas"), ("need", "need_label"))
    assert (ENGLISH.language, SPANISH.language) == ("en", "es")


def test_both_languages_have_the_same_messages_with_the_same_placeholders() -> None:
    assert list(ENGLISH.keys()) == list(SPANISH.keys())

    def without_words(catalogue: Catalogue, key: str) -> set[tuple[str, str]]:
        placeholders = {(name, re.sub(r"^plural\(.*", "plural", spec)) for name, spec in catalogue.placeholders(key)}
        return {pair for pair in placeholders if pair[1] != "plural"} | {
            (name, "") for name, spec in placeholders if spec == "plural" and not _said(placeholders, name)
        }

    for key in ENGLISH:
        assert without_words(ENGLISH, key) == without_words(SPANISH, key), key


def _said(placeholders: set[tuple[str, str]], name: str) -> bool:
    """True where a value is said in full too: whether a plural beside it is needed is a matter of the language."""
    return any(other == name and spec != "plural" for other, spec in placeholders)


SAMPLE: dict[str, object] = {
    "need": "N02",
    "areas": ["a", "b"],
    "when": [[7_200, 10_080]],
    "run": [7_200, 10_080],
    "first_hour": [8_640, 8_700],
    "keeper": "d2",
    "languages": ["so"],
    "speakers": 3_412,
    "sector": "county",
    "hours": 48.0,
    "people": 3_412,
    "share": 0.456,
    **dict.fromkeys(("low", "high", "covered", "diverted", "goal"), 0.2),
    **dict.fromkeys(("calls", "missing", "calls_a_year"), 28_500),
    **dict.fromkeys(("served", "served_with_all", "then", "now"), 0.67),
    "teams": 6,
    "vehicles": 4,
    "years": 2,
    "window": "22:00-03:00",
    "first_day": "2025-10-02",
    "last_day": "2026-09-30",
    "what": "mental health",
    "answered": 45,
    "asked": 58,
    "heard": (45, 58),
    "listed": 2,
    "total": 60,
    "n": 3,
    "deliveries": ["d-1", "d-2"],
    "delivery": "d-1",
    "org": "night-owls",
    "orgs": ["harbor-hill"],
    "silent": ["night-owls"],
    "field": "hours",
    "date": "2026-10-01",
    "city": "Riverbend",
    "names": ["women", "men"],
    "text": "Monday 09:00-17:00",
    "least": 12,
    "most": 24,
    "version": "3.1",
    "zone": "America/Chicago",
    "emergency": "Call 911.",
    "first": "A",
    "last": "B",
    "number": "3",
    "day": 1,
    "month": "May",
    "year": 2026,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_renders(language: str) -> None:
    catalogue = CATALOGUES[language]
    for key in catalogue:
        text = catalogue.text(key, SAMPLE)
        assert text.strip() == text != "", key
        assert "{" not in text, key
        assert "  " not in text, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_that_the_questionnaire_offers_has_a_name(language: str) -> None:
    import tomllib

    import surveys.questionnaire

    form = tomllib.loads((Path(surveys.questionnaire.__file__).parent / "questions.toml").read_text(encoding="utf-8"))
    assert len(form["languages"]) > 60
    for code in form["languages"]:
        assert f"language.{code}" in CATALOGUES[language], code


def test_without_a_list_of_those_asked_nobody_is_said_to_be_heard() -> None:
    told = ENGLISH.text("gap.city", {**SAMPLE, "heard": (0, 0)})
    assert "0 of 0" not in told
    assert told.endswith("Nobody was asked by a list, so who is missing is not known.")
    assert SPANISH.text("gap.city", {**SAMPLE, "heard": (0, 0)}).endswith("así que no se sabe quién falta.")


def test_gap_is_told_with_its_hours_its_people_and_who_was_heard() -> None:
    assert ENGLISH.text("gap.confirmed", SAMPLE) == (
        "In Westfield and Northbank, no one other than police, fire or ambulance was found for “Person thinking of suicide”. "
        "When: Saturday 00:00 to Monday 00:00. This touches about 3,400 people. We heard from 45 of 58 organizations."
    )
    assert SPANISH.text("gap.confirmed", SAMPLE) == (
        "En Westfield y Northbank no se encontró a nadie, aparte de policía, bomberos o ambulancia, para “Persona que piensa en el suicidio”. "
        "Cuándo: de sábado 00:00 a lunes 00:00. Esto afecta a cerca de 3,400 personas. Respondieron 45 de 58 organizaciones."
    )


def test_hole_shared_by_many_neighborhoods_is_told_once() -> None:
    assert ENGLISH.text("hole.city.hour", SAMPLE | {"n": 29, "total": 30}) == (
        "In 29 of 30 neighborhoods no one other than police, fire or ambulance is on duty for “Person thinking of suicide” at these hours: "
        "Saturday 00:00 to Monday 00:00. That is 48 hours in a row, for about 3,400 people. "
        "The hour that would help most is Sunday 00:00-01:00."
    )


def test_question_agrees_in_number() -> None:
    one, three = ({**SAMPLE, "n": n} for n in (1, 3))
    assert ENGLISH.text("knowledge.question", one).endswith("The answer may settle 1 finding that is not known now.")
    assert ENGLISH.text("knowledge.question", three).endswith("The answer may settle 3 findings that are not known now.")
    assert SPANISH.text("knowledge.question", one).endswith("La respuesta puede aclarar 1 resultado que hoy no se sabe.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "kind",
    [
        "gap.confirmed",
        "gap.not_known",
        "gap.part",
        "gap.city",
        "hole",
        "hole.city",
        "overlap.complement",
        "overlap.redundancy",
        "overlap.paper",
        "overlap.shared",
        "knowledge.response_rate",
        "knowledge.unknown_field",
        "knowledge.question",
    ],
)
def test_every_kind_of_finding_has_a_sentence_a_title_and_a_next_step(language: str, kind: str) -> None:
    assert {kind, f"{kind}.title", f"{kind}.next"} <= CATALOGUES[language].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_never_reads_as_do_not_call(language: str) -> None:
    catalogue = CATALOGUES[language]
    for key in ("state.nobody.about", "state.not_known.about", "state.no_residents.about", "report.how_to_read.emergency"):
        assert ("emergency", "") in catalogue.placeholders(key)
    assert {"911", "988"} <= set(re.findall(r"\d+", catalogue.text("emergency")))
    baseline = catalogue.text("word.baseline")
    for key in ("gap.confirmed", "gap.part", "gap.city", "hole", "hole.city", "state.nobody.about"):
        assert baseline in catalogue.text(key, SAMPLE), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_overlap_is_never_called_a_duplicate_and_never_a_reason_to_cut(language: str) -> None:
    catalogue = CATALOGUES[language]
    for key in catalogue:
        assert not re.search(r"duplic|sav(e|ing)|ahorr", catalogue.text(key, SAMPLE), re.IGNORECASE), key
    for key in ("overlap.shared.next", "overlap.paper.next"):
        assert catalogue.text("overlap.condition").split(":")[0] in catalogue.text(key, SAMPLE)


JARGON = (
    r"\bscores?\b|\branks?\b|ranking|puntaje|puntuaci[oó]n|E2SFCA|Erlang|\bGVI\b|\bHVIP\b|\bSIM\b|bad neighbou?rhood|mal vecindario"
    r"|high[- ]crime|the homeless|addicts?\b|felons?\b|offenders?\b|inmates?\b|criminals?\b|delincuentes?|drogadict"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_uses_jargon_or_blames_people(language: str) -> None:
    for key in CATALOGUES[language]:
        assert not re.search(JARGON, CATALOGUES[language].text(key, SAMPLE), re.IGNORECASE), key


def test_english_findings_read_at_grade_eight_or_below() -> None:
    """Flesch-Kincaid: 0.39 words per sentence + 11.8 syllables per word - 15.59, over each message's own words.

    Names count as one short word, "organization" as the two syllables of a familiar one, numbers as nothing."""
    plain = {
        **SAMPLE,
        "need": "Fire",
        "areas": ["Oak"],
        "deliveries": ["Red", "Blue"],
        "org": "Red",
        "delivery": "Blue",
        "silent": ["Red"],
        "orgs": ["Red"],
    }
    for key in ENGLISH:
        if key.startswith(("gap.", "hole", "overlap.", "knowledge.", "silent.", "report.how")) and not key.endswith(".title"):
            text = ENGLISH.text(key, plain).replace("organization", "partner")
            words = re.findall(r"[A-Za-z’]+", text)
            sentences = max(1, len(re.findall(r"[.:](?=\s|$)", text)))
            syllables = sum(_syllables(word) for word in words)
            assert 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 <= 8, key


def _syllables(word: str) -> int:
    vowels = len(re.findall(r"[aeiouy]+", word.casefold()))
    return max(1, vowels - bool(re.search(r"[^aeiouyl]e$", word.casefold())))


def test_folder_with_a_key_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"gap": "one"}', encoding="utf-8")
    (tmp_path / "b.json").write_text('{"hole": "two"}', encoding="utf-8")
    assert dict(read_patterns(tmp_path)) == {"gap": "one", "hole": "two"}
    (tmp_path / "b.json").write_text('{"gap": "two"}', encoding="utf-8")
    with pytest.raises(InputError, match=r"b\.json: the key 'gap' stands in a\.json already"):
        read_patterns(tmp_path)
    (tmp_path / "b.json").write_text('{"hole": "two", "hole": "three"}', encoding="utf-8")
    with pytest.raises(InputError, match=r"b\.json: the key 'hole' stands in b\.json already"):
        read_patterns(tmp_path)


@pytest.mark.parametrize("content", ['{"gap": 1}', '{"gap": {"confirmed": "x"}}', '["gap"]', '"gap"', "{gap}", ""])
def test_file_that_is_no_catalogue_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.json: "):
        read_patterns(tmp_path)
