"""What does a column of our form come to that is worked out from several answers on a screen or on paper?

On a screen our form asks for the hours in two questions and for the languages in three; an XLSForm works the column itself out from them. A
form that a city typed into a tool that works out nothing has those questions alone, so they come together here, by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from surveys.response import fold, split_list

HELPERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "service_type": ("service_type_main", "service_type_more"),
        "area": ("area_pick", "area_words"),
        "area_except": ("area_except_pick",),
        "area_focus": ("area_focus_pick",),
        "area_served": ("area_served_pick",),
        "hours": ("hours_given", "hours_words"),
        "ages": ("ages_given",),
        "languages": ("languages_staff", "languages_interpreter", "languages_materials"),
    }
)
"""Questions that are worked out, and those they are worked out from, as the specification of our form has them."""

LISTS = frozenset(
    {"service_type_more", "area_pick", "area_except_pick", "area_focus_pick", "area_served_pick"}
    | {"languages_staff", "languages_interpreter", "languages_materials"}
)
"""Those of them that are answered with several choices."""

_EVERY_LANGUAGE = re.compile(r"all ?languages")

Choice = Callable[[str, str], str | None]
"""Returns the code of a choice of a question by its words, None where there is no such choice."""


def work_out(question: str, given: Mapping[str, str], choice: Choice) -> str:
    """Return the text of a question worked out from the answers to its helpers, "" where they say nothing.

    >>> own = {("hours_given", "always"): "always"}
    >>> work_out("hours", {"hours_given": "always"}, lambda question, text: own.get((question, text)))
    '24/7'
    >>> work_out("languages", {"languages_staff": "Spanish; Hmong", "languages_interpreter": "Somali"}, lambda *_: None)
    'Spanish; Hmong; Somali (interpreter)'
    """
    texts = [text for helper in HELPERS[question] if (text := given.get(helper, "").strip(" ;"))]
    if question == "hours":
        return _hours(given.get("hours_given", ""), given.get("hours_words", ""), choice)
    if question == "ages":
        text = given.get("ages_given", "")
        return "" if choice("ages_given", text) == "range" else text
    if question == "languages":
        return "; ".join(_language(item, helper) for helper in HELPERS[question] for item in split_list(given.get(helper, "")))
    return "; ".join(texts)


def _hours(given: str, words: str, choice: Choice) -> str:
    """The hours by which way of giving them was chosen; a weekly table stands in columns of its own."""
    way = choice("hours_given", given)
    if way == "always":
        return "24/7"
    if way == "appointment":
        return "by appointment"
    if way == "weekly":
        return ""
    return words or ("" if way == "words" else given)


def _language(item: str, helper: str) -> str:
    """One language with how it is spoken; a code or a name that says so itself stays as it is."""
    strength = helper.removeprefix("languages_")
    if _EVERY_LANGUAGE.fullmatch(fold(item)):
        return "all languages"
    return item if strength == "staff" or "(" in item or item.endswith(f"-{strength}") else f"{item} ({strength})"
