"""The house rules that no other check sees: the README's map is true, and the top level holds what was agreed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
PACKAGES = ("ecosystem", "surveys", "maps")


def modules(package: str) -> set[str]:
    children = (REPOSITORY / package).iterdir()
    return {
        f"{child.name}/" if child.is_dir() else child.name
        for child in children
        if (child.suffix == ".py" and not child.name.startswith("__")) or (child.is_dir() and not child.name.startswith("__"))
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_map_of_the_code_names_every_module_and_no_other(package: str) -> None:
    section = README.split(f"| in `{package}/`")[1].split("\n\n")[0]
    named = {name for row in section.splitlines()[2:] for name in re.findall(r"`([\w/]+(?:\.py|/))`", row.split("|")[1])}
    assert named == modules(package)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_it_is_about_in_its_first_line(package: str) -> None:
    silent = [
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / package).rglob("*.py")
        if not path.read_text(encoding="utf-8").startswith(('"""', 'r"""'))
    ]
    assert silent == []


def test_top_level_holds_what_was_agreed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: the tracked files cannot be listed")
    top = {name.split("/")[0] for name in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} == {"pyproject.toml", "README.md", "LICENSE", "ecosystem", "surveys", "maps", "tests"}


def test_no_page_writes_html_from_text() -> None:
    written = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    guilty = [path.name for path in (REPOSITORY / "maps" / "assets").rglob("*.js") if written.search(path.read_text(encoding="utf-8"))]
    assert guilty == []
