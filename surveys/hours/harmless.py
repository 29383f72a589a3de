"""Which words only name what is open, for whom and where, and so leave the hours beside them as they are?

Three answers, by grammar: words of the lists below; forms of words that name things ("counseling", "registration"); and words whose place says that
they name something (a word in front of a known noun, "spay clinic"; what stands behind "at" or "for"). An adverb never does: "Mon-Fri hopefully
9-5" is not Mon-Fri 9-5.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from surveys.hours.tokens import DAY_WORDS
from surveys.hours.words import (
    ASKING,
    CALLING,
    COUNTED,
    DANGER,
    FILLERS,
    HOLIDAY_NAMES,
    NAMING,
    NO_LABEL,
    NUMBERED,
    ONLINE,
    PHONE,
    STOPPED,
    SUPPLIES,
    UNSTAFFED,
    VARIES,
    WALK_IN,
    ZONES,
    words_of,
)

# words of grammar
_GRAMMAR = words_of(
    """
    the a an and or of for with at in on to from by via per our we you your us they their he she it its his her this these those that who which
    is are be been am was were has have had do does must can will shall should need needs only upon also then again both all any each every as so
    very more most many much new here there up down off out into onto over through between available just well yes ok etc ext vs s t d
    el la los las un una de del al y o en con por para desde hasta cada se su sus todos todas solo solamente es son horario horas abierto abierta
    atención atencion nuestra nuestro oficina telefono teléfono línea linea ayuda clínica clinica comida despensa iglesia centro servicios
    """
)
# what is done there
_DONE = words_of(
    """
    open opens opened operate operates operated offer offers offered provide provides provided hold holds held meet meets met serve serves served
    answer answers answered ansering staff staffed accept accepts accepted take takes taken given give gives distribute distributes distributed
    run runs start starts begin begins see seen welcome welcomes use uses used reach reached schedule schedules scheduled book books booked
    include includes included locate located host hosts hosted live lives leave come comes return pick drop sign check log register apply enter
    donate visit visits eat sleep stay help helps assist support supports care cares advise respond get gets walk ride play learn
    """
)
# what is offered, and where
_THINGS = words_of(
    """
    center centre clinic hospital pharmacy lab urgent emergency er store shop market mall pantry shelf cupboard closet bank kitchen cafe
    restaurant meal food bag grocery produce bread soup breakfast brunch dinner supper snack lunch box basket bakery shelter house home residence
    residency residential dorm bed beds facility building hall room lobby counter desk window door doors gate entrance floor garage lot park zoo
    garden farm field court gym pool rink beach playground library museum church temple mosque synagogue parish chapel school college university
    campus academy classroom preschool daycare nursery studio theater office post branch site location place address area space district ward zone
    block corner street st avenue ave road rd boulevard blvd lane drive dr way plaza square north south east west northeast northwest southeast
    southwest side downtown uptown midtown city town county state village neighborhood community center's headquarters main general central
    program project class classes course workshop group club team unit session event activity activities lesson practice game league camp study
    bible worship mass service services ministry mission outreach patrol response rescue ambulance fire police sheriff jail prison probation
    parole counsel case legal law advice advocacy civil criminal eviction tenant landlord rent mortgage energy utility utilities water heat gas
    electric health mental behavioral medical dental vision eye hearing physical primary pediatric prenatal women's men's family families child
    children's youth teen teens young kid kids baby infant toddler girls boys women woman men man male males female females adult adults senior
    seniors sr srs elder elders elderly parent parents mother mothers father fathers mom moms dad dads birthmoms student students veteran veterans
    military resident residents member members client clients patient patients guest guests visitor visitors public customer customers volunteer
    volunteers victim victims survivor survivors homeless refugee refugees immigrant immigrants worker workers provider providers people person
    individual individuals household households population lgbtq lgbt gay queer trans transgender native american indian african latino latina
    hispanic asian spanish english somali hmong oromo amharic arabic french russian vietnamese chinese mandarin cantonese tagalog korean karen
    language languages interpreter interpreters bilingual asl sign nurse doctor physician dentist doula midwife therapist counselor advocate
    navigator coordinator specialist manager lawyer attorney judge pastor priest chaplain teacher tutor coach mentor officer agent clerk director
    front reception receptionist security guard intern phone telephone cell hotline helpline line text texts sms chat fax email e mail voicemail
    voice message messages mailbox call calls calling caller number info information referral referrals resource resources website web internet
    online app portal form forms paperwork question questions benefit benefits insurance medicaid medicare snap wic tax taxes income job jobs
    employment career work workforce wage unemployment money financial finance loan grant fund voucher vouchers card id ids license permit permits
    passport birth certificate record records document documents drug drugs alcohol substance recovery rehab detox opioid narcan naloxone needle
    syringe exchange overdose sober aa na al anon meeting meetings hiv std sti aids tb covid covid-19 h1n1 flu vaccine vaccines vaccination shot
    shots test tests exam exams screening blood pressure crisis suicide abuse assault rape violence domestic sexual trauma grief stress safety
    prevention intervention stabilization clothes clothing furniture diaper diapers hygiene shower showers laundry locker lockers haircut hair toy
    toys computer computers wifi pet pets animal animals dog dogs cat cats spay neuter adoption kennel veterinary vet bus van transit ride rides
    shuttle train light rail bike transportation art arts music dance drum film book books sport sports basketball soccer fitness yoga zumba
    wellness nutrition bingo craft crafts business administrative social human civic private free sliding low cost hot cold warm cool fresh
    special regular normal standard usual weekly current daytime walk-in walk-ins drop-in self own full part time times date shift first-come crew
    agency agencies commission board council committee department dept division bureau authority association society foundation coalition network
    alliance union company corporation inc llc pre after before day days night nights evening evenings morning mornings afternoon afternoons
    weekend weekends weekday weekdays week hour hours schedule hrs hr noon midnight lunchtime early level grade grades age ages older younger
    under pick-up pickup drop-off dropoff delivery curbside takeout carry mobile satellite local regional national federal holiday tour tours
    exhibit exhibits concert concerts show shows ticket tickets rental rentals retail thrift warehouse donation donations appliance appliances car
    cars auto vehicle system confirm renewal fee fees charge property interview interviews dropbox clothesline wk wks fridge freezer
    overnight overnights citywide countywide statewide metro deployed embedded clinician clinicians paramedic
    paramedics along hablamos español inglés somalí oromo atención accessible confidential anonymous storytime trailer trailers homework
    enrolled foot ambassador ambassadors ladies gentlemen menores mayores
    mujeres hombres adultos jóvenes niños albergue refugio despensa distribución alimentos consulta consultas asesoría legal gratis
    gratuita taller talleres clases grupo apoyo víctimas violencia doméstica equipo móvil centro juvenil mediación abogado abogados
    trabajador trabajadora social
    familias emergencia emergencias crisis sala puertas comedor almuerzo desayuno cena ropa salud jóvenes citas cita previa
    req'd preferred required duty br northside southside eastside westside near disponible citas speaker speakers
    """
)
_KNOWN = (
    _GRAMMAR
    | _DONE
    | _THINGS
    | NAMING
    | NUMBERED
    | COUNTED
    | NO_LABEL
    | FILLERS
    | ASKING
    | CALLING
    | ONLINE
    | WALK_IN
    | ZONES
    | SUPPLIES
    | HOLIDAY_NAMES
    | DANGER  # judged elsewhere: they refuse
    | STOPPED
    | VARIES
    | words_of(
        """
        appointment lunch and by at until varies notice advance ahead prior within before holiday closed eastern pacific central mountain standard
        daylight come serve basis first ordinal last final call
        """
    )
)
# adverbs that say nothing about when
_ADVERBS = words_of(
    """
    solamente únicamente
    only daily weekly nightly early family elderly friendly currently assembly supply strictly directly confidentially anonymously personally locally
    immediately exclusively especially primarily monthly temporarily fly july bully ally belly jelly reply apply disorderly orderly
    """
)
# words that end as names of things do, and say when all the same
_NOT_THINGS = words_of(
    """
    pending permitting depending varying changing rotating alternating fluctuating excluding barring closing ending ceasing expiring skipping missing
    upcoming coming forthcoming resuming reopening relocating moving renovating remodeling transitioning suspending pausing limiting cancelling
    canceling starting beginning commencing waiting considering notwithstanding floating adjusting
    cancellation cancellations suspension exception termination interruption reduction modification rotation discretion condition conditions
    renovation vacation intermission expiration construction transition fluctuation variation duration
    postponement adjustment
    """
)
# endings of names of things, behind two letters and more
_THING = tuple(words_of("ing tion tions sion sions ment ments ness ship ships ist ists ology ologys care ery eries ors ian ians"))
_ADVERB = re.compile(r"[a-záéíóúñ]{3,}(?:ly|mente)$")
_NO_NAMES = words_of(
    "circa almost someday provisional interim unconfirmed unofficial irregular sporadic random eventual temporary optional intermittent partial trial"
)
_BEFORE_NAMES = words_of("at for near with @ with")  # what follows is a place or people, not a time
_BEFORE_OTHERS = words_of("as of in on to from by until during while and or")


_ANSWERED = PHONE | UNSTAFFED


@lru_cache(maxsize=8192)
def is_harmless(word: str) -> bool:
    """Whether a word by itself only names something, or is judged elsewhere.

    >>> is_harmless("counseling"), is_harmless("clinics"), is_harmless("hopefully"), is_harmless("fir")
    (True, True, False, False)
    """
    if word in _KNOWN or word in _ADVERBS:
        return True
    if is_adverb(word):
        return False
    if len(word) == 1 or not word.isalpha():
        single = word.replace("'", "")
        return not single.isalpha() or len(single) < 2 or single in _KNOWN or single.removesuffix("s") in _KNOWN
    return any(single in _KNOWN for single in _singles(word)) or (word.isascii() and (word.endswith(_THING, 2) or word.endswith("ers", 3)))


def _singles(word: str) -> tuple[str, ...]:
    """Return what a word may be the plural of."""
    return word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"


# what is open or answered at all hours without being a place that people come to, or is so for some of them only
_NO_OPENING = words_of(
    """
    fax atm box bin bins parking lot surveillance camera cameras security guard guards access email e mail text texts sms nurse nurses lobby vending
    message messages answering door doors gate entry dropbox locker lockers residents members tenants patients clients guests
    """
)


def is_adverb(word: str) -> bool:
    """Whether a word says how or how often, rather than what: no label is made of it."""
    if word in _NOT_THINGS:
        return word not in _ADVERBS
    return word.endswith(("ly", "mente")) and word not in _ADVERBS and _ADVERB.match(word) is not None


_NAMES = frozenset(word for word in _KNOWN - _NO_NAMES if not is_adverb(word))


def only_names(words: Sequence[str]) -> bool:
    """Whether words are all known and none of them an adverb, so that nothing is left over of them wherever they stand."""
    return _NAMES.issuperset(words)


def is_fragment(words: Sequence[str]) -> bool:
    """Whether a few words without a thing or a verb among them stand for a sentence ("Hopefully.", "To be confirmed."): they qualify what is beside.

    >>> is_fragment(["hopefully"]), is_fragment(["to", "be", "confirmed"]), is_fragment(["free", "parking"])
    (True, True, False)
    """
    said = [word for word in words if word not in _GRAMMAR]
    return 0 < len(said) <= 2 and all(word in DANGER or not is_harmless(word) for word in said)


def doubtful_label(words: Sequence[str]) -> list[str]:
    """Return the words in front of a colon that are no name: adverbs, words such as "interim", and what stands behind "in", "as" or "to be"."""
    if only_names(words):
        return []
    doubtful = [word for word in words if is_adverb(word)] or [word for word in words[-1:] if word in _NO_NAMES]
    return doubtful or (left_over(words) if words and (words[0] in _BEFORE_OTHERS or words[0] == "be") else [])


def left_over(words: Sequence[str]) -> list[str]:
    """Return the words that neither are harmless nor name something by their place.

    >>> left_over(["spay", "clinic", "for", "zeta", "people"]), left_over(["kaput"]), left_over(["hopefully", "at", "zeta"])
    ([], ['kaput'], ['hopefully'])
    """
    if _KNOWN.issuperset(words) or all(map(is_harmless, words)):
        return []
    out: list[str] = []
    named = False  # behind "at" or "for"
    for at, word in enumerate(words):
        if word in _BEFORE_NAMES:
            named = True
        elif word in _BEFORE_OTHERS:
            named = False
        if is_harmless(word) or (named and not is_adverb(word)):
            continue
        if is_adverb(word) or not _describes(words[at + 1 :]):
            out.append(word)
    return out


def no_openings(words: Sequence[str]) -> list[str]:
    """Return the words that make "24 hours" no opening of a place ("24 hr fax", "24/7 for residents"), where no line or machine is named."""
    if not _ANSWERED.isdisjoint(words) or "voice" in words:
        return []
    return [word for word in words if word in _NO_OPENING]


def _describes(following: Sequence[str]) -> bool:
    """Whether a word stands in front of a noun ("spay neuter clinic"): one of the next three words is a known thing."""
    for word in following[:3]:
        if word in _BEFORE_OTHERS or word in _BEFORE_NAMES or is_adverb(word):
            return False
        if word in _THINGS or word in NAMING or any(single in _THINGS for single in _singles(word)):
            return True
    return False


_DAYS_FROM = {letter: [day for day in DAY_WORDS if len(day) >= 3 and day[0] == letter] for letter in {day[0] for day in DAY_WORDS}}


@lru_cache(maxsize=1024)
def looks_like_a_day(word: str) -> bool:
    """Whether a word could be a misspelt day: it begins as one does and shares most of its letters.

    >>> looks_like_a_day("fir"), looks_like_a_day("thues"), looks_like_a_day("bingo")
    (True, True, False)
    """
    return any(_alike(word, day) for day in _DAYS_FROM.get(word[0], ()))


def _alike(word: str, day: str) -> bool:
    """Whether two words share most of their letters in the same order; letters in any order are counted first, as that is less work."""
    common = sum([min(word.count(letter), day.count(letter)) for letter in set(day)])
    return 2 * common / (len(word) + len(day)) >= 0.6 and SequenceMatcher(None, word, day).ratio() >= 0.6
