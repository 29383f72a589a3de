"""What does the questionnaire look like on paper? One HTML file for each language, whole in itself: no script, no picture, no other file.

It asks what the screen asks, in the same order and words. What a screen hides by a condition, paper says in words; the hours of a week are one
table. A form that is too short for all services of an organization is copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from surveys.questionnaire.city_form import CITYWIDE, CityForm
from surveys.questionnaire.specification import Asked, Section

_STYLE = """
:root { color: #111; background: #fff; font: 11pt/1.35 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
body { max-width: 19cm; margin: 0 auto; padding: 1cm; }
h1 { font-size: 20pt; line-height: 1.15; margin: 0 0 .3em; }
h2 { font-size: 14pt; margin: 1.4em 0 .2em; border-bottom: 2px solid #111; }
h3 { font-size: 12pt; margin: 1.1em 0 .2em; }
fieldset, .q { border: 0; margin: .7em 0 0; padding: 0; break-inside: avoid; }
fieldset.long { break-inside: auto; }
legend, .q > b { font-weight: 600; padding: 0; }
p { margin: .15em 0; }
.note, .when { color: #333; font-size: 9.5pt; }
.when { font-style: italic; }
.lines { display: block; border-bottom: 1px solid #555; height: 1.9em; }
ul { list-style: none; margin: .2em 0; padding: 0; columns: 2; column-gap: 1.2em; }
ul.many { columns: 3; font-size: 9.5pt; }
li { break-inside: avoid; padding-left: 1.5em; text-indent: -1.5em; }
table { border-collapse: collapse; width: 100%; margin: .4em 0; }
th, td { border: 1px solid #555; padding: .3em .5em; text-align: left; height: 1.6em; }
th[scope=row] { width: 22%; }
footer { margin-top: 2em; border-top: 1px solid #555; padding-top: .5em; font-size: 9.5pt; }
@media print { @page { margin: 1.6cm; } body { max-width: none; padding: 0; } .page { break-before: page; } }
"""
_FULL_LINES = 3
_MANY = 15


def printable(form: CityForm, language: str) -> str:
    """Return the form to print in one language, as HTML."""
    title = form.word("word.title", language)
    body = [f"<h1>{escape(title)}</h1>", f"<p>{escape(form.word(f'form.{form.length}', language))}</p>"]
    for section in form.sections():
        body += _section(form, section, language, 2)
    body.append(f"<p><b>{escape(form.word('word.another_page', language))}</b></p>")
    footer = [f"<p>{escape(form.word('word.corrections', language))} {escape(form.contact)}</p>"] if form.contact else []
    footer.append(f"<p>{escape(review_note(form, language))}</p>" if language != "en" else "")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    page = "\n".join([*body, "<footer>", *filter(None, footer), "</footer>"])
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>{head}{policy}<style>{_STYLE}</style></head>\n'
        f"<body>\n<main>\n{page}\n</main>\n</body>\n</html>\n"
    )


def review_note(form: CityForm, language: str) -> str:
    """Return who reviewed a translation, or who has to before it is sent out, in that language."""
    reviewed_by = form.texts.reviewed_by(language)
    if reviewed_by:
        return form.word("word.reviewed", language).replace("{reviewer}", reviewed_by)
    return form.word("word.not_reviewed", language).replace("{reviewer}", form.texts.reviewer(language, language))


def _section(form: CityForm, section: Section, language: str, level: int) -> Iterator[str]:
    if section.id == "slot":
        yield from _week(form, language)
        return
    page = ' class="page"' if section.repeats and level == 2 else ""
    yield f"<section{page}>"
    yield f"<h{min(level, 3)}>{escape(form.word(f'section.{section.id}.title', language))}</h{min(level, 3)}>"
    for key, kind in ((f"section.{section.id}.note", "note"), (f"condition.{section.when}", "when")):
        if text := form.word(key, language):
            yield f'<p class="{kind}">{escape(text)}</p>'
    for asked in form.asked(section):
        if asked.is_put or asked.type == "today":
            yield _question(form, asked, language)
    for inner in form.sections(section.id):
        yield from _section(form, inner, language, level + 1)
    yield "</section>"


def _question(form: CityForm, asked: Asked, language: str) -> str:
    title = escape(form.title(asked, language)) + (f" <small>({escape(form.word('word.required', language))})</small>" if asked.is_required else "")
    notes = [("note", form.note(asked, language)), ("when", form.word(f"condition.{asked.when}", language) if asked.when else "")]
    choices = _choices(form, asked, language)
    if choices:
        how = "choose_one" if asked.type == "select_one" else "choose_several"
        notes.insert(0, ("note", form.word(f"word.{how}", language) + "."))
    if asked.choices == "service_type":
        notes.append(("when", form.word("word.protected", language)))
    said = "".join(f'<p class="{kind}">{escape(text)}</p>' for kind, text in notes if text)
    if not choices:
        lines = _FULL_LINES if asked.question.kind == "comment" else 1
        return f'<div class="q"><b>{title}</b>{said}{"<span class=lines></span>" * lines}</div>'
    many = len(choices) > _MANY
    items = "".join(f"<li>☐ {escape(text)}</li>" for text in choices)
    list_class = ' class="many"' if many else ""
    return f"<fieldset{' class=long' if many else ''}><legend>{title}</legend>{said}<ul{list_class}>{items}</ul></fieldset>"


def _choices(form: CityForm, asked: Asked, language: str) -> list[str]:
    if asked.type == "select_multiple_from_file":
        whole = [form.word(f"choice.whole_city.{CITYWIDE}", language)] if asked.name == "area_pick" else []
        return whole + [area.name for area in form.neighborhoods]
    if asked.name == "service_type_more" or asked.choices.startswith("languages_"):
        return []  # a list as long as this is printed once; here people write
    return [("■ " if choice.is_protected else "") + form.word(choice.key, language) for choice in form.choices(asked)] if asked.choices else []


def _week(form: CityForm, language: str) -> Iterator[str]:
    """The stretches of hours as one table of the week."""
    day, first, second = (escape(form.word(f"word.{word}", language)) for word in ("day", "from_to", "second_from_to"))
    days = (escape(form.word(f"choice.days.{code}", language)) for code in form.specification.screen_choices["days"])
    rows = "".join(f'<tr><th scope="row">{name}</th><td></td><td></td></tr>' for name in days)
    head = f'<tr><th scope="col">{day}</th><th scope="col">{first}</th><th scope="col">{second}</th></tr>'
    yield f'<div class="q"><p class="note">{escape(form.word("word.next_day", language))}</p><table>{head}{rows}</table></div>'
