"""For whom are hours, where the text says that they are not for everybody?

"Women only Mon 6-8pm", "M(SR)/TUE-FRI 10-1", "Ages 12-17: Fri 7-10pm" and "Sat 9-12 by referral" give the same minutes as without these words; who
may come is asked.
"""

from __future__ import annotations

import re

from surveys.hours.clauses import Clause
from surveys.hours.words import words_of

# those whom some hours are for ("clients" and "visitors" are everybody), and what they must bring
PEOPLE = words_of(
    """
    women woman men man girls boys females female males male ladies seniors senior sr srs elders elderly veterans veteran vets members member
    residents resident students student youth youths teens teen teenagers adults adult children kids tenants survivors refugees immigrants
    mujeres hombres niños jóvenes adultos miembros residentes veteranos referral referrals ladies gentlemen moms mothers dads fathers
    """
)
_AGES = re.compile(
    r"""\b(?:age[sd]?|grades?|edad(?:es)?|under|over|(?:may|men)ores[ ]de)[ :]*(?:de[ ]|of[ ])?\d{1,2}\b
        (?:\s*(?:-|to|a|and|y|through|&)\s*(?:\d{1,2}\b|up|over|older|under|above))?\+?
      | \b\d{1,2}\s*(?:\+|(?:and|or|&)\s*(?:over|older|up|above|under|younger)\b|(?:-\s*\d{1,2}\s*)?
        (?:years?\s*(?:old|of[ ]age|and[ ](?:over|older|up))|yrs?\b|años))""",
    re.VERBOSE | re.IGNORECASE,
)
_CUSTOMERS = words_of("patients clients customers participants enrollees guests")
# those of them who are already known
_KNOWN = words_of("current existing established enrolled registered")
_REFERRAL = words_of("referral referrals")
_ALONE = PEOPLE | words_of("and or for the only y para solo solamente sólo únicamente older")
_ONLY = words_of("only solamente solo sólo únicamente")
_REQUIRED = words_of("only required needed necessary")
VISITORS = PEOPLE | _CUSTOMERS


def limits_of(clause: Clause) -> list[str]:
    """Return the words of a clause that say for whom its hours are, [] where they are for everybody.

    People count where "only" follows or goes before them, and where nothing else is said in a label, in brackets or beside the times: a "women's
    group" and a "senior center" are things.
    """
    label = clause if clause.carried is None else clause.carried
    found = [word for words in (label.label, clause.words, clause.brackets) for word in _limits(words)]
    if not found and label.colon and label.label and label.label[-1] in PEOPLE - _REFERRAL:
        found = label.label[-1:]  # "Tribal members: M-F 9-5"
    return found


def ages_in(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where a part of a text says which ages may come, None where it does not.

    >>> ages_in("Mon 3-6pm (ages 12-17)", 0, 22), ages_in("All ages Mon 3-6pm", 0, 18)
    ((11, 21), None)
    """
    found = _AGES.search(text, start, end + 24)  # the second of two ages may stand behind
    return found.span() if found and found.start() < end else None


def _limits(words: list[str] | tuple[str, ...]) -> list[str]:
    alone = _ALONE.issuperset(words)
    out = []
    for at, word in enumerate(words):
        before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
        if word in _REFERRAL:
            limited = before == "by" or after in _REQUIRED
        elif word in _CUSTOMERS:
            limited = before in _KNOWN or after in _ONLY or not _ONLY.isdisjoint((before, words[at - 2] if at > 1 else ""))
        else:
            far = after in ("of", "in", "from") and not _ONLY.isdisjoint(words[at + 2 : at + 6])  # "residents of Ward 4 only"
            limited = word in PEOPLE and (alone or far or after in _ONLY or not _ONLY.isdisjoint((before, words[at - 2] if at > 1 else "")))
        if limited:
            out += [word, after] if after in _REQUIRED else [word]
    return out
