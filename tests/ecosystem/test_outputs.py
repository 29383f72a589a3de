"""Outputs are written whole or not at all, the same bytes every time, and hold no formula that a provider typed."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pandas as pd
import pytest

from ecosystem import outputs
from ecosystem.errors import OutputError
from ecosystem.outputs import OutputFolder, safe_file_name, spreadsheet_safe, to_csv, to_json, to_parquet, write_file_whole


def write_good(folder: Path) -> None:
    with OutputFolder(folder) as out:
        out.write_text("map.html", "the last good map")


def write_half(folder: Path, error: BaseException) -> None:
    with OutputFolder(folder) as out:
        out.write_text("map.html", "half")
        raise error


def run_until_killed(program: str, folder: Path) -> None:
    """Start a program that says "ready" at the moment to be killed, and kill it there."""
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program), str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        assert process.wait() != 0


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    write_good(tmp_path / "public")
    with OutputFolder(tmp_path / "public") as out:
        out.write_text("report.html", "new")
        out.write_bytes("areas/a01.html", b"x")
        assert (tmp_path / "public" / "map.html").read_text() == "the last good map"
        assert out.names == ("areas/a01.html", "report.html")
    assert entries(tmp_path / "public") == ["areas", "report.html"]
    assert entries(tmp_path) == ["public"]


def test_an_error_leaves_the_last_good_folder(tmp_path: Path) -> None:
    write_good(tmp_path / "public")
    with pytest.raises(ZeroDivisionError):
        write_half(tmp_path / "public", ZeroDivisionError())
    assert (tmp_path / "public" / "map.html").read_text() == "the last good map"
    assert entries(tmp_path) == ["public"]


def test_a_first_run_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_half(tmp_path / "out" / "public", KeyboardInterrupt())
    assert entries(tmp_path / "out") == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_leaves_the_last_good_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    write_good(tmp_path / "public")

    def full(path: Path, data: bytes, *, to_disk: bool = False) -> None:
        path.write_bytes(data[: len(data) // 2])
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(outputs, "_write", full)
    with pytest.raises(OutputError, match="disk is full"), OutputFolder(tmp_path / "public") as out:
        out.write_text("map.html", "the new map")
    assert (tmp_path / "public" / "map.html").read_text() == "the last good map"
    assert entries(tmp_path) == ["public"]
    with pytest.raises(OutputError, match="disk is full"):
        write_file_whole(tmp_path / "public" / "map.html", b"new")
    assert entries(tmp_path / "public") == ["map.html"]


def test_a_full_disk_met_by_a_library_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="disk is full"), OutputFolder(tmp_path / "public"):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.skipif(sys.platform == "win32", reason="limits the file size as POSIX systems can")
def test_a_real_limit_of_the_system_is_met_without_a_half_file(tmp_path: Path) -> None:
    write_good(tmp_path / "public")
    program = """
        import resource, sys
        from ecosystem.errors import OutputError
        from ecosystem.outputs import OutputFolder
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        try:
            with OutputFolder(sys.argv[1]) as out:
                out.write_bytes("map.html", b"x" * 20_000)
        except OutputError as error:
            print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(tmp_path / "public")], capture_output=True, text=True, check=True, timeout=60
    )
    assert "disk is full" in done.stdout
    assert (tmp_path / "public" / "map.html").read_text() == "the last good map"
    assert entries(tmp_path) == ["public"]


def test_a_kill_in_the_middle_of_writing_leaves_the_last_good_folder(tmp_path: Path) -> None:
    write_good(tmp_path / "public")
    program = """
        import sys, time
        from ecosystem.outputs import OutputFolder
        with OutputFolder(sys.argv[1]) as out:
            out.write_bytes("map.html", b"half")
            print("ready", flush=True)
            time.sleep(60)
    """
    run_until_killed(program, tmp_path / "public")
    assert (tmp_path / "public" / "map.html").read_text() == "the last good map"
    assert entries(tmp_path / "public") == ["map.html"]
    with OutputFolder(tmp_path / "public") as out:
        assert out.names == ()
        out.write_text("report.html", "next")
    assert entries(tmp_path / "public") == ["report.html"]
    assert entries(tmp_path) == ["public"]


def test_a_kill_between_the_two_renames_is_mended_at_the_next_start(tmp_path: Path) -> None:
    write_good(tmp_path / "public")
    program = """
        import sys, time
        from pathlib import Path
        from ecosystem.outputs import OutputFolder
        rename = Path.rename
        def slow(path, target):
            if path.name.endswith(".new"):
                print("ready", flush=True)
                time.sleep(60)
            return rename(path, target)
        Path.rename = slow
        with OutputFolder(sys.argv[1]) as out:
            out.write_bytes("map.html", b"new")
    """
    run_until_killed(program, tmp_path / "public")
    assert not (tmp_path / "public").exists()
    with pytest.raises(ZeroDivisionError), OutputFolder(tmp_path / "public"):
        raise ZeroDivisionError
    assert (tmp_path / "public" / "map.html").read_text() == "the last good map"
    assert entries(tmp_path) == ["public"]


def test_a_kill_after_the_swap_keeps_the_new_folder(tmp_path: Path) -> None:
    write_good(tmp_path / "public")
    (tmp_path / ".public.old").mkdir()
    (tmp_path / ".public.old" / "map.html").write_text("older")
    with pytest.raises(ZeroDivisionError), OutputFolder(tmp_path / "public"):
        raise ZeroDivisionError
    assert (tmp_path / "public" / "map.html").read_text() == "the last good map"
    assert entries(tmp_path) == ["public"]


def test_a_folder_that_cannot_be_swapped_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_good(tmp_path / "public")
    rename = Path.rename

    def held(path: Path, target: Path) -> Path:
        if path.name.endswith(".new"):
            raise PermissionError(errno.EACCES, "Access is denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", held)
    with pytest.raises(OutputError, match="close files that are open"), OutputFolder(tmp_path / "public") as out:
        out.write_text("map.html", "new")
    assert (tmp_path / "public" / "map.html").read_text() == "the last good map"
    assert entries(tmp_path) == ["public"]


def test_two_runs_do_not_write_one_folder_at_once(tmp_path: Path) -> None:
    with OutputFolder(tmp_path / "public") as out:
        out.write_text("map.html", "first")
        with pytest.raises(OutputError, match="another run"), OutputFolder(tmp_path / "public"):
            pass
    assert (tmp_path / "public" / "map.html").read_text() == "first"


def test_a_file_in_the_way_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "public").write_text("mine")
    with pytest.raises(OutputError, match="is a file"), OutputFolder(tmp_path / "public"):
        pass
    assert (tmp_path / "public").read_text() == "mine"


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a\\b", "con", "aux.txt", ".hidden", "x.", "", "a/..", "C:x"])
def test_names_that_some_system_cannot_store_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="every system"), OutputFolder(tmp_path / "public") as out:
        out.write_text(name, "x")


def test_names_that_differ_only_in_case_are_refused(tmp_path: Path) -> None:
    with OutputFolder(tmp_path / "public") as out:
        out.write_text("a.html", "x")
        with pytest.raises(ValueError, match="twice"):
            out.write_text("A.html", "x")


def test_one_file_is_written_whole(tmp_path: Path) -> None:
    write_file_whole(tmp_path / "new" / "form.xlsx", b"first")
    write_file_whole(tmp_path / "new" / "form.xlsx", b"second")
    assert (tmp_path / "new" / "form.xlsx").read_bytes() == b"second"
    assert entries(tmp_path / "new") == ["form.xlsx"]


def test_file_names_are_safe_and_never_collide(tmp_path: Path) -> None:
    texts = [
        "con",
        "aux.txt",
        "a/b",
        "a\\b",
        "a b",
        "A b",
        "A B",
        "x" * 400,
        "x" * 401,
        "",
        " ",
        "..",
        ".",
        "Cañada",
        "Canada",
        "canada",
        "名前",
        "a-12345678",
    ]
    texts += ["com1", "lpt0.csv", "a.", "a ", "x\0y", "../../../../secret", "\ud800"]
    names = [safe_file_name(text) for text in texts]
    assert len({name.casefold() for name in names}) == len(texts)
    assert safe_file_name("canada") == "canada"
    with OutputFolder(tmp_path / "public") as out:
        for name in names:
            out.write_text(f"areas/{name}.html", name)
    assert len(entries(tmp_path / "public" / "areas")) == len(texts)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", "\r=1", "\n=1", "  =1+1", "\ufeff=1", "\u200b@x", "\uff1d1", "\x00=1"]
)
def test_formulas_are_guarded(text: str) -> None:
    assert spreadsheet_safe(text) == f"'{text}"
    assert spreadsheet_safe(spreadsheet_safe(text)) == spreadsheet_safe(text)


@pytest.mark.parametrize("text", ["", " ", "Mon-Fri 9-5", "1-800-555-0100", "a=b", "'=1", "(612) 555-0100"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert spreadsheet_safe(text) == text


def test_csv_guards_text_and_leaves_numbers() -> None:
    frame = pd.DataFrame(
        {
            "=name": ["=1+1", "a\rb,\n=2", None],
            "change": [-1, 2, 3],
            "share": [-0.5, 0.25, float("nan")],
            "mixed": pd.Series([-3, "@x", True], dtype=object),
            "kind": pd.Categorical(["+a", "b", "b"]),
        }
    )
    data = to_csv(frame)
    assert data == (
        b'\xef\xbb\xbf"\'=name","change","share","mixed","kind"\n"\'=1+1",-1,-0.5,-3,"\'+a"\n"a\rb,\n=2",2,0.25,"\'@x","b"\n"",3,"",True,"b"\n'
    )
    assert frame.loc[0, "=name"] == "=1+1"


def test_an_empty_table_keeps_its_columns() -> None:
    assert to_csv(pd.DataFrame({"a": [], "b": []})) == b'\xef\xbb\xbf"a","b"\n'


def test_json_is_sorted_and_says_nothing_of_nan() -> None:
    assert to_json({"b": 1, "a": {"é": pd.Timestamp("2026-10-01").date()}}) == '{\n  "a": {\n    "é": "2026-10-01"\n  },\n  "b": 1\n}\n'
    with pytest.raises(ValueError, match="JSON"):
        to_json({"a": float("nan")})
    assert json.loads(to_json({"a": frozenset({"y", "x"})})) == {"a": ["x", "y"]}


def test_parquet_is_the_same_bytes_and_reads_back() -> None:
    frame = pd.DataFrame({"need": pd.Categorical(["N01", "N02"]), "slot": [0, 335], "share": [0.5, float("nan")]})
    assert to_parquet(frame) == to_parquet(frame.copy())
    back = pd.read_parquet(io.BytesIO(to_parquet(frame)))
    assert list(back["need"]) == ["N01", "N02"]
    assert list(back.columns) == ["need", "slot", "share"]


def test_a_half_character_does_not_stop_a_build(tmp_path: Path) -> None:
    with OutputFolder(tmp_path / "public") as out:
        out.write_text("a.txt", "x\ud800y")
        out.write_csv("a.csv", pd.DataFrame({"a": pd.Series(["x\ud800y"], dtype=object)}))
    assert (tmp_path / "public" / "a.txt").read_text() == "x?y"
