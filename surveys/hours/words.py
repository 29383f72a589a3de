"""The vocabulary of hours: which words say what kind of hours, and which words change hours in ways that must not be overlooked.

Lists only; the stages decide. Words are in lower case.
"""

from __future__ import annotations


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


MONTHS = {
    name: index
    for index, names in enumerate(
        (
            "january jan enero ene",
            "february feb febrero",
            "march mar marzo",
            "april apr abril abr",
            "may mayo",
            "june jun junio",
            "july jul julio",
            "august aug agosto ago",
            "september sept sep septiembre setiembre",
            "october oct octubre",
            "november nov noviembre",
            "december dec diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
# words that change nothing between days and times
FILLERS = words_of("of the month each every only on from in de hours hour open are is per monthly")
# words in front of a number that is no time ("room 12", "ages 5-12")
NUMBERED = words_of(
    """
    age ages aged grade grades room rm suite ste apt apartment unit floor box ext extension building bldg call dial text
    route line lines bus district ward zone site level phase section step over under number no pier gate door entrance k
    """
)
# words beside a number of years
AGED = words_of("age ages aged grade grades years yrs over under older up younger edad edades años mayores menores")
# words behind a number that is no time ("18-24 years")
COUNTED = words_of(
    """
    years year yrs yr olds old minutes minute mins min people persons clients beds days weeks months people's participants
    sessions spaces slots seats families children kids miles blocks hours hour hrs hr
    """
)
# words behind "24 hours" that make it a notice ("24 hours in advance")
NOTICE = words_of(
    """
    notice advance prior ahead before in within after later of waiting period cancellation cancelation cancellations turnaround stay stays limit
    maximum max policy surveillance reply delay minimum fax
    """
)
# words before "24 hours" that make it a delay or a length ("returned within 24 hours", "sober 24 hours")
DELAYS = words_of("within least every in allow after takes to sober clean minimum next past max maximum than about")
# numbers that everybody can call, written alone
CALLED = words_of("211 311 411 511 711 811 911 988")
# words in front of a number to call
DIALLED = words_of("phone tel telephone ph cell fax teléfono telefono")
# words that begin a clause without being its label
NO_LABEL = words_of("de from open at on and the hours hour between is are also then again until to las los el la")
# nobody answers: a machine, a website
UNSTAFFED = words_of("machine machines voicemail voicemails recorded recording recordings website websites portal")
# hours in which people are taken in
INTAKE = words_of(
    """
    intake intakes registration registrations admission admissions enrollment signup application applications checkin
    screening
    """
)
# hours of a phone line
PHONE = words_of(
    """
    phone phones number numbers hotline hotlines helpline helplines warmline warmlines line lines telephone tollfree toll
    chat text sms calls calling texting lifeline phoneline crisisline
    línea líneas linea lineas teléfono teléfonos telefono telefonos telefónica telefonica llamadas
    """
)
# hours in which a team comes
RESPONSE = words_of(
    """
    response responder responders respond responds responding dispatch dispatched mobile interrupter interrupters interruption interruptions
    canvass canvassing
    móvil movil móviles moviles interruptor interruptores
    """
)
# words that together say that people are out among others: "street outreach", "on the block"
OUT = (
    ("street", "outreach"),
    ("mobile", "outreach"),
    ("on", "the", "street"),
    ("on", "the", "streets"),
    ("on", "the", "block"),
    ("in", "the", "field"),
)
# what comes by van and stops at a place where people come to it: "mobile food pantry"
STOPS = words_of(
    """
    clinic clinics pantry pantries food market markets shower showers laundry library libraries bookmobile meals meal kitchen grocery produce dental
    health medical vaccine vaccines vaccination van vans exam testing museum dispensary clínica despensa
    """
)
# hours of the staff
OFFICE = words_of("office ofc offices administrative administration admin business staff oficina")
# hours of the staff alone, even where nothing else is said
ADMIN = words_of("administrative administration admin staff")
# places and services that people come to
PLACES = words_of(
    """
    shelter shelters center centre clinic residence house housing program pantry kitchen services service walk drop
    """
)
# no appointment is needed
WALK_IN = words_of("walk drop walkin walkins dropin")
# not in a place
ONLINE = words_of("online virtual virtually remote remotely telehealth zoom webinar video")
# a person answers or is there
LIVE = words_of("live staffed answered manned attended")
# all the words of a sentence that says no more than "by appointment"
ASKING = words_of(
    """
    appointment by only please call to make arrange schedule set up an for required necessary needed is are all services
    service visits strictly a your in advance phone or contact us we see clients must have book
    """
)
# the reader is sent elsewhere
CALLING = words_of("llame llamar call contact phone inquire see visit check email website ask refer telephone")
# the service does not run now
STOPPED = words_of(
    """
    temporarily suspended cancelled canceled discontinued postponed reopening reopen reopens indefinitely defunct
    """
)
# time zones
ZONES = words_of("est edt et pst pdt pt cst cdt ct mst mdt mt akst hst")
ZONE_NAMES = words_of("eastern central mountain pacific")
# holidays by name
HOLIDAY_NAMES = words_of(
    """
    christmas thanksgiving easter new year's years juneteenth memorial labor independence veterans holidays holiday
    """
)
# what "until" and "while" may speak of: the end of food, not of time
SUPPLIES = words_of("agotar agoten agote existencias out gone supplies supply last lasts full capacity runs run vaccine sold available")
# words that change hours in ways that are not read: one of them beside days or times refuses the text
DANGER = words_of(
    """
    no not unless if when while during before other without minus until till except rotating rotates ends end ending
    approximately approx about around usually sometimes some half most tentative tentatively depending depends limited
    occasionally occasional effective ago twice once month months monthly weeks biweekly fortnight leave alternate
    alternating alternates varies vary varied varying variable flexible change changes varys fluctuate plus noon pm am
    however instead rather than besides apart otherwise whenever maybe perhaps possibly probably likely normally
    typically generally mostly mainly often frequently periodically intermittently seldom rarely permitting subject pending tba tbd tbc planned
    proposed expected anticipated upcoming soon coming formerly previously former paused pause hiatus inactive quarterly annual annually yearly
    semiannual semiannually lent advent ramadan semester quarter
    select certain various allows allow request calendar dates labor memorial easter christmas thanksgiving
    quizás quizas vez posiblemente probablemente aproximadamente generalmente normalmente usualmente veces algunos algunas según segun sujeto
    semanas quincena quincenal quince mensual mensualmente escolar sin salvo mes meses
    ordinal last second summer winter spring fall season seasonal activated minutes first third
    """
)
# words that name the service whose hours they stand beside, so that no earlier label holds for them
NAMING = (
    UNSTAFFED
    | INTAKE
    | PHONE
    | RESPONSE
    | OFFICE
    | PLACES
    | words_of("general public everyone everybody crisis team teams unit group groups store shower showers laundry pharmacy detox")
)
# the hours are not fixed
VARIES = words_of("varies vary varied varys varying variable fluctuate flexible changes change")
