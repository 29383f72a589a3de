"""What is asked when a text about hours cannot be read, or not wholly.

Every message has a code that does not change, the part of the text it is about, and a question that a provider can answer, in English and
Spanish.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecosystem.schedule_formats import Language

_TEXTS: dict[str, tuple[str, str]] = {
    "empty": ("No hours are given. Which days and times?", "No se indica ningún horario. ¿Qué días y a qué horas?"),
    "too_long_text": (
        "The text is too long for hours. Is this the right column?",
        "El texto es demasiado largo para un horario. ¿Es la columna correcta?",
    ),
    "days_missing": ("{part}: which days?", "{part}: ¿qué días?"),
    "hours_missing": ("{part}: from when until when?", "{part}: ¿de qué hora a qué hora?"),
    "end_only": ("{part}: when does it begin?", "{part}: ¿a qué hora empieza?"),
    "no_hours": ("{part} names no days and times. Which days, from when until when?", "{part} no indica días ni horas. ¿Qué días y a qué horas?"),
    "varies": ("{part}: the hours vary. Which days and times can be counted on?", "{part}: el horario varía. ¿Con qué días y horas se puede contar?"),
    "call": ("{part}: which days and times would a caller be told?", "{part}: ¿qué días y horas se le dirían a quien llame?"),
    "daypart": ("{part}: from when until when?", "{part}: ¿de qué hora a qué hora?"),
    "ampm_ambiguous": ("{part} could be {hint}. Which one? Write am or pm.", "{part} podría ser {hint}. ¿Cuál? Escriba am o pm."),
    "ampm_fault": (
        "{part} would be {hint}. Is am or pm wrong, or is it really overnight?",
        "{part} sería {hint}. ¿Está mal am o pm, o de verdad es de noche?",
    ),
    "zero_length": ("{part} has no length. When does it end?", "{part} no dura nada. ¿A qué hora termina?"),
    "too_long": (
        "{part} would be {hint}. Is that so? Write '24 hours' for day and night.",
        "{part} sería {hint}. ¿Es así? Escriba '24 horas' si es día y noche.",
    ),
    "badtime": ("{part} is not a time of day. Write it as '5:30 pm'.", "{part} no es una hora. Escríbala como '5:30 pm'."),
    "badday": ("{part} could be more than one day. Which one?", "{part} podría ser más de un día. ¿Cuál?"),
    "notday": (
        "{part}: is this a day, and which one? If it is no day, write it in brackets.",
        "{part}: ¿es un día, y cuál? Si no es un día, escríbalo entre paréntesis.",
    ),
    "whose_label": (
        "{part}: is this the name of the hours before it, or of those behind it?",
        "{part}: ¿es el nombre del horario anterior o del siguiente?",
    ),
    "last_entry": ("{part}: until when are people taken in?", "{part}: ¿hasta qué hora se recibe a la gente?"),
    "who_else": ("{part}: who else may come at these hours?", "{part}: ¿quién más puede venir en este horario?"),
    "left_out": ("{part} was left out. Does it change the hours?", "{part} no se tuvo en cuenta. ¿Cambia el horario?"),
    "spreadsheet_date": (
        "{part} looks like hours that a spreadsheet turned into a date. What was typed?",
        "{part} parece un horario que una hoja de cálculo convirtió en fecha. ¿Qué se escribió?",
    ),
    "date": (
        "{part} is a date. Do these hours hold every week, and until when?",
        "{part} es una fecha. ¿Vale este horario todas las semanas, y hasta cuándo?",
    ),
    "number": (
        "{part}: what does this number mean? Write times as '9:00 am - 5:00 pm'.",
        "{part}: ¿qué significa este número? Escriba '9:00 am - 5:00 pm'.",
    ),
    "junk": (
        "{part}: what does this number mean? Write times as '9:00 am - 5:00 pm'.",
        "{part}: ¿qué significa este número? Escriba '9:00 am - 5:00 pm'.",
    ),
    "chain": ("{part}: where does one time range end and the next begin?", "{part}: ¿dónde termina un horario y empieza el siguiente?"),
    "bracket": (
        "{part} in brackets was not understood. How does it change the hours?",
        "No se entendió {part} entre paréntesis. ¿Cómo cambia el horario?",
    ),
    "all day": ("{part}: which days, and is that 24 hours?", "{part}: ¿qué días, y son las 24 horas?"),
    "always": ("{part}: every day around the clock, or on these days only?", "{part}: ¿todos los días a toda hora, o solo esos días?"),
    "every_day": ("{part}: every day, or only on the days named?", "{part}: ¿todos los días, o solo los días nombrados?"),
    "except": ("{part}: is it closed then, or are these other hours?", "{part}: ¿está cerrado entonces, o es otro horario?"),
    "condition": ("{part}: when does this condition hold?", "{part}: ¿cuándo se cumple esta condición?"),
    "not_understood": ("{part} was not understood. How does it change the hours?", "No se entendió {part}. ¿Cómo cambia el horario?"),
    "contradiction": (
        "{part} contradicts other hours given here ({hint}). Which hold?",
        "{part} contradice otro horario dado aquí ({hint}). ¿Cuál vale?",
    ),
    "pairing": ("{part}: which times belong to which days?", "{part}: ¿qué horas corresponden a qué días?"),
    "lunch": ("{part}: is it closed for lunch then, or is lunch served?", "{part}: ¿está cerrado para almorzar, o se sirve almuerzo?"),
    "lunch_hours": ("{part}: from when until when is it closed?", "{part}: ¿de qué hora a qué hora está cerrado?"),
    "closed_now": ("{part}: is it closed for good, or until when?", "{part}: ¿está cerrado para siempre, o hasta cuándo?"),
    "not_now": ("{part}: do these hours hold now, and from when?", "{part}: ¿vale este horario ahora, y desde cuándo?"),
    "which_dates": ("{part}: on which dates?", "{part}: ¿en qué fechas?"),
    "month_week": ("{part}: which week of the month?", "{part}: ¿qué semana del mes?"),
    "overnight": ("{part} could be {hint}. Is it by day or overnight?", "{part} podría ser {hint}. ¿Es de día o de noche?"),
}

CODES = tuple(_TEXTS)


@dataclass(frozen=True, slots=True)
class Message:
    """A question about one part of a text: `start` and `end` are its character positions, `hint` what it could mean."""

    code: str
    part: str
    start: int
    end: int
    hint: str = ""

    def text(self, language: Language = "en") -> str:
        """Return the question with the part quoted and its position.

        >>> Message("days_missing", "9-5", 0, 3).text()
        "'9-5' (character 1): which days?"
        """
        template = _TEXTS[self.code][0 if language == "en" else 1]
        quoted = f"'{self.part}' (" + ("character " if language == "en" else "carácter ") + f"{self.start + 1})"
        return template.format(part=quoted, hint=self.hint)
