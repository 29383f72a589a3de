"""Two runs compared: what opened, closed and changed, and which answers made the difference."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ecosystem.diff import Outputs, diff, read_outputs
from ecosystem.errors import InputError, MissingFileError


def finding(name: str, kind: str = "gap", **facts: Any) -> dict[str, Any]:
    entry = {"id": name, "kind": kind, "need": "N01", "areas": ["ash"], "status": "confirmed", "numerator": 10.0, "weight": 100.0}
    return entry | {"sentence": {"en": f"{name} in words", "es": f"{name} en palabras"}} | facts


def delivery(organization: str, needs: Sequence[str] = ("N01",), areas: Sequence[str] = ("ash",), **facts: str) -> dict[str, Any]:
    return {"name": f"{organization}: crew", "organization": organization, "needs": list(needs), "areas": list(areas), "facts": facts}


def run(*findings: dict[str, Any], facts: Mapping[str, Any] | None = None, **manifest: Any) -> Outputs:
    return Outputs(Path("out"), {entry["id"]: entry for entry in findings}, facts or {}, {"facts": facts or {}, **manifest})


def test_the_same_run_twice_differs_in_nothing() -> None:
    one = run(finding("f-1"), facts={"d-1": delivery("owls", hours="24/7")})
    difference = diff(one, one)
    assert difference.is_empty
    assert (difference.same, difference.inputs) == (1, ())


def test_opened_closed_and_changed_are_told_heaviest_first() -> None:
    before = run(finding("f-1"), finding("f-2", numerator=4.0), finding("f-3", need="N08", weight=1.0), finding("f-4", need="N14", weight=9.0))
    after = run(finding("f-1"), finding("f-2", numerator=6.0, weight=150.0), finding("f-5", need="N20"))
    difference = diff(before, after)
    assert [change.id for change in difference.opened] == ["f-5"]
    assert [change.id for change in difference.closed] == ["f-4", "f-3"]
    assert [(change.id, change.movement, change.before, change.after) for change in difference.changed] == [
        ("f-2", "grew", {"numerator": 4.0}, {"numerator": 6.0})
    ]
    assert difference.same == 1


def test_a_number_that_differs_by_rounding_alone_is_the_same() -> None:
    assert diff(run(finding("f-1", people=1000.0)), run(finding("f-1", people=1000.0 + 1e-10))).is_empty


def test_a_question_is_the_same_however_many_others_there_are() -> None:
    before = run(finding("f-1", "question", denominator=128.0), finding("f-2", "gap", denominator=128.0))
    after = run(finding("f-1", "question", denominator=127.0), finding("f-2", "gap", denominator=127.0))
    assert [change.id for change in diff(before, after).changed] == ["f-2"]


def test_a_gap_that_was_not_known_before_names_what_it_was() -> None:
    before = run(finding("f-unknown", "gap_not_known"), finding("f-hole", "hole"))
    after = run(finding("f-gap", "gap"), finding("f-overlap", "overlap"))
    difference = diff(before, after)
    assert {change.id: change.counterpart for change in difference.closed} == {"f-unknown": "f-gap", "f-hole": ""}
    assert {change.id: change.counterpart for change in difference.opened} == {"f-gap": "f-unknown", "f-overlap": ""}


def test_why_is_the_answer_that_changed_where_it_matters() -> None:
    """The owls serve Ash, the larks Birch, the jays answer another need: only the owls can have closed the finding about Ash."""
    before = run(
        finding("f-1"),
        facts={
            "d-owls": delivery("owls", hours="unknown: blank"),
            "d-larks": delivery("larks", areas=["birch"], hours="24/7"),
            "d-jays": delivery("jays", needs=["N14"], hours="24/7"),
        },
    )
    after = run(
        facts={
            "d-owls": delivery("owls", hours="24/7", mode="mobile"),
            "d-larks": delivery("larks", areas=["birch"], hours="off"),
            "d-jays": delivery("jays", needs=["N14"], hours="off"),
        }
    )
    difference = diff(before, after)
    closed = difference.closed[0]
    assert [(cause.delivery, cause.field, cause.before, cause.after) for cause in closed.causes] == [
        ("d-owls", "hours", "unknown: blank", "24/7"),
        ("d-owls", "mode", "", "mobile"),
    ]
    assert len(difference.facts) == 4


def test_a_delivery_that_a_finding_names_is_a_cause_wherever_it_serves() -> None:
    before = run(finding("f-1", "overlap", need="", areas=[], deliveries=["d-owls"]), facts={"d-owls": delivery("owls", areas=["birch"])})
    cause = diff(before, run()).closed[0].causes[0]
    assert (cause.delivery, cause.movement, cause.name) == ("d-owls", "disappeared", "owls: crew")


def test_a_citywide_finding_concerns_every_area() -> None:
    before = run(finding("f-1", "gap_city", areas=["city"]))
    after = run(facts={"d-owls": delivery("owls", areas=["birch"])})
    assert [cause.movement for cause in diff(before, after).closed[0].causes] == ["appeared"]


def test_who_was_silent_and_answered_is_named() -> None:
    """Hush answered; Far is silent still; Mute is named no longer but told nothing either (it left the list)."""
    before = run(finding("f-1", silent=["hush", "far"]), finding("f-2", silent=["hush", "mute"]))
    after = run(finding("f-1", silent=["far"]), facts={"d-hush": delivery("hush")})
    difference = diff(before, after)
    assert difference.changed[0].answered == ("hush",)
    assert difference.closed[0].answered == ("hush",)


def test_inputs_and_options_that_differ_are_named_by_their_place() -> None:
    before = run(inputs={"city.toml": "aaa", "responses/a.csv": "bbb"}, options={"gap_share": 0.5})
    after = run(inputs={"city.toml": "aaa", "responses/a.csv": "ccc", "responses/b.csv": "ddd"}, options={"gap_share": 0.4})
    assert [(entry.what, entry.before, entry.after) for entry in diff(before, after).inputs] == [
        ("inputs/responses/a.csv", "bbb", "ccc"),
        ("inputs/responses/b.csv", "", "ddd"),
        ("options/gap_share", "0.5", "0.4"),
    ]


def test_sentences_come_in_the_language_asked_for() -> None:
    difference = diff(run(), run(finding("f-1"), finding("f-2", sentence="plain")), "es")
    assert {change.id: change.sentence for change in difference.opened} == {"f-1": "f-1 en palabras", "f-2": "plain"}


def test_two_editions_are_not_compared() -> None:
    with pytest.raises(InputError, match="same edition"):
        diff(run(edition="public"), run(edition="analyst"))


def test_outputs_are_read_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "findings.json").write_text(json.dumps({"findings": [finding("f-1")]}))
    (tmp_path / "manifest.json").write_text(json.dumps({"edition": "public", "facts": {"d-1": delivery("owls")}}))
    outputs = read_outputs(tmp_path)
    assert list(outputs.findings) == ["f-1"]
    assert outputs.facts["d-1"]["organization"] == "owls"


@pytest.mark.parametrize(("findings", "manifest"), [("[", "{}"), ("3", "{}"), ("[]", "[]"), ('[{"kind": "gap"}]', "{}"), ("[1]", "{}")])
def test_a_folder_that_no_build_wrote_is_told(tmp_path: Path, findings: str, manifest: str) -> None:
    (tmp_path / "findings.json").write_text(findings)
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(InputError, match="Build the city again"):
        read_outputs(tmp_path)


def test_a_folder_without_findings_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"findings\.json"):
        read_outputs(tmp_path)
