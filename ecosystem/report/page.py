"""How does a report become one HTML file that asks nothing of the network?

The page is one packaged template; text from data is only ever the value of a variable, escaped on the way out, and is never compiled. The only
markup that passes as it is comes from `ecosystem.report.drawing`. A content security policy forbids everything but the one style sheet, named
by its hash: no script, no request, no style from anywhere else.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib import resources

import jinja2
from markupsafe import Markup

from ecosystem.presentation import ACCENT, GROUND, INK, LINE, MUTED, NOT_KNOWN, PAPER
from ecosystem.report.document import Figure, Figures, Heading, Items, Paragraph, Report, Table
from ecosystem.report.drawing import Drawing

_KINDS = {Paragraph: "paragraph", Items: "items", Table: "table", Figure: "figure", Figures: "figures", Heading: "heading"}


def write_page(report: Report) -> str:
    """Return a report as a whole HTML document, the same bytes for the same report."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return _template().render(report=report, style=Markup(style), policy=policy)


@functools.cache
def _style() -> str:
    """The style sheet, with the colors that report and map share."""
    colors = {"ink": INK, "muted": MUTED, "paper": PAPER, "ground": GROUND, "line": LINE, "accent": ACCENT, "soft": NOT_KNOWN.color}
    declared = "".join(f"--{name}:{color};" for name, color in colors.items())
    return f":root{{{declared}}}\n{_packaged('report.css')}"


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.DictLoader({"report": _packaged("report.html.jinja")}),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["drawn"] = _drawn
    environment.filters["kind"] = lambda block: _KINDS[type(block)]
    environment.tests["drawing"] = lambda cell: isinstance(cell, Drawing)
    return environment.get_template("report")


def _drawn(drawing: Drawing) -> Markup:
    """Let a drawing pass as markup, and nothing else."""
    if not isinstance(drawing, Drawing):
        raise TypeError(f"only a Drawing is markup, not {type(drawing).__name__}")
    return Markup(drawing.svg)


def _packaged(name: str) -> str:
    return resources.files("ecosystem.report").joinpath(name).read_text(encoding="utf-8")
