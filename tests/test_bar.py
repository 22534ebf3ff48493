"""What takes over a second shows on the terminal how far it is, and takes that away again."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

import competencies
import mastery
from mastery.adapters.cli import bar

ROOT = Path(__file__).parents[1]


class Clock:
    """Seconds that a test counts."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the seconds so far."""
        return self.now


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Let standard error be a terminal, and give what was drawn on it since the last look."""
    ours, theirs = pty.openpty()
    monkeypatch.setenv("TERM", "xterm")

    def drawn() -> str:
        errors.write("<looked>")
        errors.flush()
        came = b""
        while not came.endswith(b"<looked>"):
            came += os.read(ours, 4096)
        return re.sub(r"\x1b\[[0-9;?]*[a-zJ]", "", came.decode().removesuffix("<looked>"))

    with os.fdopen(theirs, "w", encoding="utf-8") as errors:
        monkeypatch.setattr(sys, "stderr", errors)
        yield drawn
    os.close(ours)


def test_a_bar_is_drawn_after_a_second_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn in the first second, then what is being done and how far; at the end it is gone."""
    clock = Clock()
    with terminal(monkeypatch) as drawn:
        watch = bar.Bar(clock)
        clock.now = 0.9
        watch("reading lines", 500, 0)
        assert drawn() == ""
        clock.now = 1.1
        watch("reading lines", 1000, 0)
        assert re.search(r"Reading lines .* 1,000", drawn())
        clock.now = 1.15
        watch("reading lines", 1500, 0)
        assert drawn() == "", "not more often than anybody can look"
        watch("working out credit", 3, 28)
        assert re.search(r"Working out credit .* 3 of 28", drawn())
        watch.close()
        assert drawn().endswith("\x1b[1A\x1b[2K"), "one line up, and that is erased"


def test_no_bar_is_drawn_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Into a file or a pipe nothing is drawn, however long it takes."""
    clock = Clock()
    with bar.shown() as watch:
        watch.clock = clock
        clock.now = watch.begun + 100
        watch("reading lines", 500, 0)
    told = capsys.readouterr()

    assert (told.out, told.err) == ("", "")


IMPATIENT = """
from mastery.adapters.cli import app, bar

bar.PATIENCE = 0.0
app.main()
"""


def test_what_is_printed_goes_where_it_was_to_go_while_a_bar_is_drawn(tmp_path: Path) -> None:
    """With a bar on the terminal, an answer in JSON comes whole out of standard output, and none of it is drawn."""
    path = tmp_path / "s.db"
    with mastery.open(path, competencies.pack("fractions-to-proportions")) as engine:
        when = datetime(2026, 3, 2, tzinfo=UTC)
        engine.record_all([mastery.Evidence(f"l{n}", "FR3.1", 1, when, key=f"k{n}") for n in range(9)])
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MASTERY_DB": str(path), "TERM": "xterm"}
    command = [sys.executable, "-c", IMPATIENT, "changes", "--json"]
    with subprocess.Popen(command, env=environment, stdout=-1, stderr=theirs, text=True) as child:
        os.close(theirs)
        answer, _ = child.communicate(timeout=60)
    drawn = b""
    with suppress(OSError):
        while some := os.read(ours, 4096):
            drawn += some
    os.close(ours)

    assert child.returncode == 0
    assert len(json.loads(answer)["changes"]) == 9
    assert b"Going through every learner" in drawn
    assert b"cause" not in drawn
