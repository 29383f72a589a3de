"""Hours as people write them in Spanish."""

from __future__ import annotations

import pytest

from surveys.hours import read_hours
from surveys.hours.table import intervals


def days(names: str, times: str) -> str:
    return "; ".join(f"{name} {times}" for name in names.split())


WEEKDAYS, DAILY = "Mo Tu We Th Fr", "Mo Tu We Th Fr Sa Su"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mar y jue 9am-12pm", days("Tu Th", "09:00-12:00")),
        ("Horario: mar. a vie. 11am-7pm", days("Tu We Th Fr", "11:00-19:00")),
        ("Lun., mar. y jue. 10-14 h", days("Mo Tu Th", "10:00-14:00")),
        ("L-V 8am-5pm", days(WEEKDAYS, "08:00-17:00")),
        ("Lu-Vi 8am-5pm", days(WEEKDAYS, "08:00-17:00")),
        ("lunes a viernes de 9:00 a 17:00", days(WEEKDAYS, "09:00-17:00")),
        ("Lunes, miércoles y viernes de 9 a 12 y de 1 a 4", days("Mo We Fr", "09:00-12:00,13:00-16:00")),
        ("De martes a sábado, desde las 10 hasta las 18 horas", days("Tu We Th Fr Sa", "10:00-18:00")),
        ("Sábados y domingos de 10 de la mañana a 2 de la tarde", days("Sa Su", "10:00-14:00")),
        ("Jueves 5 a 7 de la tarde", days("Th", "17:00-19:00")),
        ("Entre semana 9am-5pm", days(WEEKDAYS, "09:00-17:00")),
        ("Fines de semana 10am-3pm", days("Sa Su", "10:00-15:00")),
        ("Albergue abierto todas las noches de 7pm a 7am", days(DAILY, "19:00-07:00")),
        ("Abierto las 24 horas, los 7 días de la semana", days(DAILY, "00:00-24:00")),
        ("Lunes a viernes 9am-5pm salvo jueves", days("Mo Tu We Fr", "09:00-17:00")),
        ("Lunes a viernes 9am-5pm, cerrado de 12 a 1", days(WEEKDAYS, "09:00-12:00,13:00-17:00")),
        # English beside it: "8 a" is an hour
        ("Mon 8 a - 5 p", days("Mo", "08:00-17:00")),
        ("Business days 9-5", days(WEEKDAYS, "09:00-17:00")),
    ],
)
def test_days_and_times(text: str, expected: str) -> None:
    reading = read_hours(text)
    assert reading.status == "read", reading.messages
    assert intervals(reading.stated) == expected
    assert all(piece.certain for piece in reading.hours.pieces)


@pytest.mark.parametrize("text", ["lun a vie 9am-5pm (mar-oct)", "Mar-Oct: Mon-Fri 9am-5pm", "Mon-Fri 9am-5pm (Mar to Oct)"])
def test_march_beside_a_month_stays_march(text: str) -> None:
    reading = read_hours(text)
    assert intervals(reading.possible) == days(WEEKDAYS, "09:00-17:00")
    assert "months:3-10" in reading.flags


def test_who_may_come_and_whom_to_call() -> None:
    assert "who_may_come" in read_hours("Mujeres solamente: lunes 6pm-8pm").flags
    assert {piece.kind for piece in read_hours("Llame de lunes a viernes, 9am-4pm").hours.pieces} == {"phone"}


@pytest.mark.parametrize(
    ("text", "possible", "months"),
    [
        ("lun a vie 9am-5pm (nov a mar)", days(WEEKDAYS, "09:00-17:00"), "months:11-3"),
        ("Horario de verano (junio a agosto): lunes a jueves 8am-2pm", days("Mo Tu We Th", "08:00-14:00"), "months:6-8"),
        ("Enero a mayo: lunes 9am-1pm", days("Mo", "09:00-13:00"), "months:1-5"),
    ],
)
def test_months(text: str, possible: str, months: str) -> None:
    reading = read_hours(text)
    assert intervals(reading.possible) == possible
    assert not any(piece.certain for piece in reading.hours.pieces)
    assert months in reading.flags


def test_hours_that_begin_with_a_month_are_asked_about() -> None:
    assert read_hours("A partir de enero: sábados 9am-12pm").flags == ("date",)


def test_a_clinic_named_mayo_is_no_month() -> None:
    assert intervals(read_hours("Mayo Clinic Mon-Fri 9-5").stated) == days(WEEKDAYS, "09:00-17:00")
