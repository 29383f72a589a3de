"""Which words of a clause about hours were not understood, and where do they stand?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from surveys.hours.clauses import Clause, Place
from surveys.hours.harmless import doubtful_label, is_adverb, left_over, no_openings
from surveys.hours.labels import has_run
from surveys.hours.words import NOTICE


def left_over_of(clause: Clause, notes: int, text: str) -> Place | None:
    """Return the place of the words of a clause that may change its hours, None where there are none; words from `notes` on send elsewhere.

    A label in front of a colon may be any name but an adverb ("Zeta: 9-5"), and so may a name in brackets ("9-5 (Zeta)") and one in capitals at the
    beginning ("BCR operates 9-5"). Around the clock, things that are no place, and people, are not understood either ("24 hr fax").
    """
    label = clause if clause.carried is None else clause.carried
    left = doubtful_label(label.label) if label.colon else left_over(label.label)
    if left and not label.colon:
        left = [word for word in left if not _is_short_name(word, text)]
    left += left_over(clause.words[:notes])
    if clause.brackets:
        left += [word for word in left_over(clause.brackets) if is_adverb(word) or not _is_name(word, text)]
    if label is not clause and clause.label:
        left += left_over(clause.label)
    if clause.always or (clause.times and clause.times[0][0].all_day):
        words = clause.all_words
        left += no_openings(words)
        if has_run(words, "by", "referral"):
            left.append("referral")
    if left and "notice" in clause.all_words:
        left = [word for word in left if word not in NOTICE]  # "24 hour cancellation policy"
    return place_of_words(left, clause, text) if left else None


def says_same(words: Sequence[str]) -> bool:
    """Whether words send the reader to other hours of the text ("pharmacy same hours"), which are not looked up."""
    return any(has_run(words, "same", word) for word in ("as", "hours", "times", "schedule", "days")) or list(words[-1:]) == ["same"]


def place_of_words(words: Iterable[str], clause: Clause, text: str) -> Place:
    """Return the place from the first to the last of some words of a clause, the clause's own where they are not written so."""
    begin = min(clause.start, clause.label_place[0] if clause.label_place else clause.start)
    places = []
    lower = text.lower() if text.isascii() else "".join([letter.lower()[0] for letter in text])  # "İ" would become two
    for word in words:
        place = _find(word, lower, begin) or _find(word, lower, 0)
        if place:
            places.append(place)
    return (min(start for start, _ in places), max(end for _, end in places)) if places else clause.place


def _is_name(word: str, text: str) -> bool:
    """Whether a word is written as a name, in a text that is not all in capitals."""
    return _find(word.capitalize(), text, 0) is not None and not text.isupper()


def _is_short_name(word: str, text: str) -> bool:
    """Whether a word is written in capitals, in a text that is not: "BCR"."""
    return 2 <= len(word) <= 6 and _find(word.upper(), text, 0) is not None and not text.isupper()


def _find(word: str, text: str, begin: int) -> Place | None:
    """Return where a word stands by itself in a text, from `begin` on."""
    start = text.find(word, begin)
    while start >= 0:
        end = start + len(word)
        if not _is_letter(text[start - 1 : start]) and not _is_letter(text[end : end + 1]):
            return start, end
        start = text.find(word, start + 1)
    return None


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "_"
