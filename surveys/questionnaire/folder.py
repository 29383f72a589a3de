"""Which files does a city send out, and which does it keep to read the answers back?

`write_questionnaire` writes them all into one folder, whole or not at all: the XLSForm with its list of neighborhoods, a spreadsheet and a
form to print in every language, `codebook.toml`, the table of words for translators, and a note that says what each is for and who still has
to review which translation.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ecosystem.outputs import OutputFolder
from ecosystem.taxonomy import Taxonomy
from surveys.codebook import Codebook, choice_key
from surveys.questionnaire.city_form import CityForm
from surveys.questionnaire.printable import printable
from surveys.questionnaire.specification import LENGTHS, OWN_LANGUAGES, TRANSLATIONS, Length
from surveys.questionnaire.template import spreadsheet
from surveys.questionnaire.xlsform import NEIGHBORHOODS, check_xlsform, neighborhoods_csv, xlsform

if TYPE_CHECKING:
    from ecosystem.city import City
    from ecosystem.geography import Geography

QUESTIONNAIRE = "questionnaire"
"""The folder of a city folder that holds its questionnaire."""
NOTE = "READ_ME_FIRST.txt"
CODEBOOK = "codebook.toml"


def write_questionnaire(city: City, geography: Geography, taxonomy: Taxonomy, folder: Path, lengths: tuple[Length, ...] = LENGTHS) -> tuple[str, ...]:
    """Write the questionnaire of a city into `folder`, in place of what was there, and return the names of the files.

    Raises InputError where the city's translations.csv cannot be used, OutputError where the folder cannot be written.
    """
    forms = [CityForm.of(city, geography, taxonomy, length) for length in lengths]
    with OutputFolder(folder) as out:
        for form in forms:
            workbook = xlsform(form)
            check_xlsform(workbook, f"xlsform_{form.length}.xlsx")
            out.write_bytes(f"xlsform_{form.length}.xlsx", workbook)
            for language in form.texts.languages:
                out.write_bytes(f"spreadsheet_{form.length}.{language}.xlsx", spreadsheet(form, language))
                out.write_text(f"print_{form.length}.{language}.html", printable(form, language))
        form = forms[-1]
        out.write_bytes(NEIGHBORHOODS, neighborhoods_csv(form))
        out.write_text(CODEBOOK, codebook_toml(form))
        out.write_bytes(TRANSLATIONS, translations_csv(form))
        out.write_text(NOTE, note(form, lengths))
        return out.names


def unreviewed(form: CityForm) -> tuple[tuple[str, str], ...]:
    """Return (name of the language, who has to review it) for every translation that nobody has reviewed."""
    texts = form.texts
    return tuple((texts.name(language), texts.reviewer(language)) for language in texts.languages if not texts.reviewed_by(language))


def codebook_toml(form: CityForm) -> str:
    """Return the codebook that reads all shapes of the form back, in every language it is in.

    English and Spanish the tool knows by itself; other languages stand here, title by title and choice by choice.
    """
    texts = form.texts
    columns = {
        texts.text(f"question.{question.id}.title", language): question.id
        for language in texts.languages
        for question in form.specification.form.questions.values()
    }
    lines = [
        "# Reads the answers to this questionnaire back. Written by 'ecosystem questionnaire'; it is written anew when that runs again.",
        "# It is used by itself for every file that no form of the city's own codebook.toml is for.",
        "",
        "[columns]",
        *(f"{_quoted(title)} = {_quoted(question)}" for title, question in columns.items()),
    ]
    for question_id, words in _foreign_choices(form).items():
        lines += ["", f"[choices.{question_id}]", *(f"{_quoted(text)} = {_quoted(code)}" for text, code in words.items())]
    return "\n".join(lines) + "\n"


def _foreign_choices(form: CityForm) -> Mapping[str, Mapping[str, str]]:
    """The words of choices that the tool does not know by itself, per question: those of the languages a city added."""
    found: dict[str, dict[str, str]] = {}
    own = Codebook.own()
    added = [language for language in form.texts.languages if language not in OWN_LANGUAGES]
    for question in form.specification.form.questions.values():
        listed = {"types": "service", "needs": "need", "languages": "choice.languages", "area": "choice.whole_city"}.get(question.kind)
        listed = listed or f"choice.{question.choice_list or question.id}"
        for key, texts in form.texts.by_key.items():
            if key.rpartition(".")[0] != listed:
                continue
            for language in added:
                text = texts.get(language, "")
                if text and own.choice(question.id, text) is None and choice_key(text):
                    found.setdefault(question.id, {})[text] = key.rpartition(".")[2]
    return found


def translations_csv(form: CityForm) -> bytes:
    """Return every text of the forms, one row each, with a column for each language: the table that translators and reviewers work in."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("key", *form.texts.languages))
    rows.writerows((key, *(words.get(language, "") for language in form.texts.languages)) for key, words in form.texts.by_key.items())
    return text.getvalue().encode("utf-8-sig")


def note(form: CityForm, lengths: tuple[Length, ...]) -> str:
    """Return what each file is for, what to do with the answers, and which translations still need a reviewer."""
    return "\n".join(_note_lines(form, lengths)) + "\n"


def _note_lines(form: CityForm, lengths: tuple[Length, ...]) -> Iterator[str]:
    languages = ", ".join(form.texts.languages)
    yield f"The questionnaire of {form.city}"
    yield ""
    yield "BEFORE YOU SEND IT OUT: TRANSLATIONS"
    yield f"  {form.texts.name('en')}: the original."
    for language in form.texts.languages:
        if language == "en":
            continue
        if reviewed_by := form.texts.reviewed_by(language):
            yield f"  {form.texts.name(language)}: reviewed by {reviewed_by}."
        else:
            yield f"  {form.texts.name(language)}: NOT REVIEWED. It must be reviewed by {form.texts.reviewer(language)}."
        if missing := form.texts.missing(language):
            yield f"    {len(missing)} texts are not translated; English stands there (the first: {missing[0]})."
    yield f"  To review or to add a language: copy {TRANSLATIONS} into the city folder, correct a column or add one named by its code (so, hmn),"
    yield "  write the reviewer and the date into the row language.reviewed_by and its own name into language.name, and run the command again."
    yield ""
    yield "TO SEND OUT, one of these"
    for length in lengths:
        yield f"  xlsform_{length}.xlsx with {NEIGHBORHOODS}: upload both to KoboToolbox, ODK Central or Survey123 (the {length} form)."
        yield f"  spreadsheet_{length}.{{{languages}}}.xlsx: to fill in and send back; one row for each service and place."
        yield f"  print_{length}.{{{languages}}}.html: open it in a browser and print it."
    yield ""
    yield "  Another tool (Qualtrics, SurveyMonkey, Google or Microsoft Forms, REDCap, LimeSurvey): type in the questions and choices of the printed"
    yield "  form, word for word; ask the part about a service as often as an organization may have services and places, the table of the week as one"
    yield "  line for each day (Monday: 3 pm - 11 pm). In REDCap that part is an instrument that repeats; in LimeSurvey a group whose question codes"
    yield "  begin with service1, service2 and so on."
    yield ""
    yield "TO READ THE ANSWERS BACK"
    yield "  Put filled spreadsheets and exports into the folder responses, as they are (from KoboToolbox as XLSX: a CSV has no repeated groups)."
    yield f"  Nothing else is needed: {QUESTIONNAIRE}/{CODEBOOK} is used by itself. To see how a file will be read: ecosystem inspect FILE"
    yield ""
    yield "WHAT IT NEVER ASKS"
    yield "  The name of the person who answers; the address of a confidential or protected place; anything about a person who is served,"
    yield "  such as immigration status. Who refuses the use of the answers is asked nothing more."
    if form.unnamed:
        yield ""
        yield f"NOT IN THE LIST OF NEIGHBORHOODS, since name and id could mean several areas: {', '.join(form.unnamed)}."


def _quoted(text: str) -> str:
    """A TOML string; JSON writes the same."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
