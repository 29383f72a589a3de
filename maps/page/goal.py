"""How far is the goal for calls, said so that it stands where no script runs?

One section: the goal in a sentence, one bar, and the same numbers as a table. Each text carries its key, so that the script can say it in another
language; the numbers are the same in all of them. What changes with the chosen need follows in the same section and is the script's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from ecosystem.presentation import INK, PAPER, PART_LOOKS, number
from maps.payload.words import fill

GOAL_MESSAGES = tuple(f"report.calls.bar.{name}" for name in (*PART_LOOKS, "policy", "range", "goal_row", "note"))
"""The report's words for the rows of the table, and how to read it."""
_HEIGHT, _TOP = 34, 9


def goal_section(goal: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Return the HTML of the section; `goal` as `maps.payload.calls.goal_of` gives it, `words` the strings of the page's first language."""
    first_notes = [next(iter(note.values())) for note in goal["notes"]]

    def element(tag: str, key: str, more: str = "") -> str:
        return f'<{tag}{more} data-t="{key}">{escape(fill(words[key], goal["words"]))}</{tag}>'

    head = [element("h2", "goal.title", ' id="goal-title"')]
    if goal["sentence"]:
        head += [element("p", goal["sentence"], ' class="headline"'), _picture(goal)]
    notes = [f'<p class="note" data-note="{row}">{escape(text)}</p>' for row, text in enumerate(first_notes)]
    left = [_table(goal, element)] if goal["sentence"] else []
    if goal["parts"]:
        left.append(element("p", "report.calls.bar.note", ' class="note"'))
    return (
        f'<section class="card goal-card" aria-labelledby="goal-title">{"".join(head)}<div class="pair">'
        f'<div>{"".join(left + notes)}</div><div class="app" id="hours-of-calls"></div></div></section>'
    )


def _table(goal: Mapping[str, Any], element: Callable[[str, str], str]) -> str:
    """The parts from today upwards, what they sum up to, and the goal."""
    keys = [part for part in PART_LOOKS if part in goal["parts"]]
    rows = [(_swatch(part), f"report.calls.bar.{part}", _number(goal["parts"][part])) for part in keys]
    if goal["now"] is not None:
        rows.insert(0, (_swatch("diverted"), "report.calls.bar.diverted", _number(goal["now"])))
    between = " – ".join(_number(goal[name]) for name in ("low", "could", "high"))
    rows.append((_mark('<rect y="6" width="22" height="2"/><rect width="2" y="2" height="10"/><rect x="20" width="2" y="2" height="10"/>'),
                 "report.calls.bar.range", between))  # fmt: skip
    if goal["policy"] is not None:
        rows.append((_mark(""), "report.calls.bar.policy", _number(goal["policy"])))
    if goal["goal"] is not None:
        rows.append((_mark('<rect x="9.5" width="3" height="14"/>'), "report.calls.bar.goal_row", _number(goal["goal"])))
    body = "".join(f'<tr><th scope="row">{mark}{element("span", key)}</th><td>{text}</td></tr>' for mark, key, text in rows)
    caption = element("caption", "goal.of")
    return f"<table>{caption}<tbody>{body}</tbody></table>"


def _number(share: float | None) -> str:
    return "…" if share is None else number(share, 1).replace("-", "−")


def _picture(goal: Mapping[str, Any]) -> str:
    """One bar of what is answered today and what is missing, a line at the goal, and a bracket from the low to the high estimate."""
    sizes = {"diverted": goal["now"], **goal["parts"]}
    shown = {part: max(0.0, sizes[part] or 0.0) for part in PART_LOOKS if part in sizes}
    whole = 1.06 * max(sum(shown.values()), goal["high"], goal["goal"] or 0.0, 1.0)

    def rect(share: float, size: float, more: str) -> str:
        return f'<rect x="{100 * share / whole:.2f}%" width="{100 * size / whole:.2f}%" {more}/>'

    marks, at = [f'<rect y="{_TOP}" width="100%" height="{_HEIGHT}" class="way-track"/>'], 0.0
    for part, size in shown.items():
        marks.append(rect(at, size, f'y="{_TOP}" height="{_HEIGHT}" fill="{_fill(part)}" stroke="{PAPER}"'))
        at += size
    below = _TOP + _HEIGHT + 12
    marks.append(rect(goal["low"], goal["high"] - goal["low"], f'y="{below}" height="2" fill="{INK}"'))

    def mark(share: float, width: int, more: str) -> str:
        return f'<rect x="{100 * share / whole:.2f}%" width="{width}" transform="translate({-width / 2:g})" {more}/>'

    for name, width, high in (("low", 2, 5), ("could", 5, 6), ("high", 2, 5)):
        marks.append(mark(goal[name], width, f'y="{below - high + 1}" height="{2 * high}" fill="{INK}"'))
    if goal["goal"] is not None:
        marks += [mark(goal["goal"], width, f'height="{_TOP + _HEIGHT + 5}" fill="{color}"') for width, color in ((8, PAPER), (3, INK))]
    return f'<svg class="way" aria-hidden="true" focusable="false">{"".join(marks)}</svg>'


def _fill(part: str) -> str:
    look = PART_LOOKS[part]
    return {"hatch": "url(#pattern-nobody)", "dots": "url(#pattern-not_known)"}.get(look.pattern, look.color)


def _swatch(part: str) -> str:
    return _mark(f'<rect x=".5" y=".5" width="21" height="13" rx="3" class="swatch" fill="{_fill(part)}"/>')


def _mark(shape: str) -> str:
    return f'<svg width="22" height="14" aria-hidden="true" focusable="false" fill="{INK}">{shape}</svg>'
