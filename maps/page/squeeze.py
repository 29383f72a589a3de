"""How do our own script and style travel without their indentation and comments?

Only white space, comments and what means nothing to a machine go: the last semicolon of a block, and `const`, which is written `let`. Names,
statements and their order stay as written, so that whoever reads the page's source reads our code. Strings, templates and regular expressions
are never touched. Our modules end their statements with semicolons, so no line end matters, and have no loop with an empty body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPACE_AROUND = re.compile(r"\s*([{}()\[\];,<>=*%&|^!?:])\s*")
_SPACE_AROUND_SIGN = re.compile(r"(?<=[\w\])]) ([+-]) (?=[\w(\[])")
_BEFORE_REGEX = frozenset("=(,:[!&|?{};")


def squeeze_script(code: str) -> str:
    """Return JavaScript without comments and without space that means nothing.

    >>> squeeze_script('const a = "x  // y"; // why\\nif (a === `${ a } b`) { b(); }')
    'let a="x  // y"; if(a===`${ a } b`){b()}'
    """
    return "".join(piece if is_text else _squeeze_piece(piece) for piece, is_text in _parts(code)).strip()


def squeeze_style(css: str) -> str:
    """Return CSS without comments and without space that means nothing.

    >>> squeeze_style("a , b { color : red; }\\n/* c */ @media (width > 1px) { p { margin: 0 1px; } }")
    'a,b{color :red}@media (width > 1px){p{margin:0 1px}}'
    """
    css = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return re.sub(r";}", "}", re.sub(r"\s*([{},;])\s*", r"\1", re.sub(r":\s+", ":", css))).strip()


def _squeeze_piece(piece: str) -> str:
    squeezed = _SPACE_AROUND_SIGN.sub(r"\1", _SPACE_AROUND.sub(r"\1", re.sub(r"\s+", " ", piece)))
    return re.sub(r"\bconst ", "let ", squeezed.replace(";}", "}"))


def _parts(code: str) -> Iterator[tuple[str, bool]]:
    """Cut code into (piece, is a string, template or regular expression); comments are left out."""
    start = at = 0
    while at < len(code):
        letter, two = code[at], code[at : at + 2]
        if two == "//" or two == "/*":
            end = code.find("\n", at) if two == "//" else code.find("*/", at) + 2
            yield code[start:at] + "\n", False
            start = at = end if end > 0 else len(code)
        elif letter in "\"'`" or (letter == "/" and (code[:at].rstrip()[-1:] or ";") in _BEFORE_REGEX):
            end = _end_of_template(code, at) if letter == "`" else _end_of_text(code, at)
            yield code[start:at], False
            yield code[at:end], True
            start = at = end
        else:
            at += 1
    yield code[start:], False


def _end_of_text(code: str, at: int) -> int:
    """The place after a string or regular expression that begins at `at`."""
    closing, in_set = code[at], False
    at += 1
    while code[at] != closing or in_set:
        if closing == "/" and code[at] in "[]":
            in_set = code[at] == "["
        at += 2 if code[at] == "\\" else 1
    return at + 1


def _end_of_template(code: str, at: int) -> int:
    """The place after a template that begins at `at`, with the code and templates inside it."""
    at += 1
    while code[at] != "`":
        if code[at : at + 2] == "${":
            depth, at = 1, at + 2
            while depth:
                if code[at] == "`":
                    at = _end_of_template(code, at)
                    continue
                if code[at] in "\"'":
                    at = _end_of_text(code, at)
                    continue
                depth += {"{": 1, "}": -1}.get(code[at], 0)
                at += 1
        else:
            at += 2 if code[at] == "\\" else 1
    return at + 1
