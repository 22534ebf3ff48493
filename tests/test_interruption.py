"""Ctrl-C at any moment leaves nothing half done, and is told truly."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import competencies
import mastery
from mastery import Engine, Evidence, Policy
from mastery.store import SQLiteStore

ROOT = Path(__file__).parents[1]
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
EASY = Policy(criteria=mastery.Criteria(pieces=1, occasions=1), check=None)
CODES = ("FR3.1", "WN3.1", "FR3.2")

# A child that runs a command, says on a pipe when it has come to a stage, and stands still there.
PAUSED = """
import os, signal, sys
from mastery.adapters.cli import app, bar, transfer

signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever whoever started the tests does with it
stage, at, pipe = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
del sys.argv[1:4]
seen = 0

def stand_still():
    global seen
    if seen == at:
        os.write(pipe, b"!")
        signal.pause()
    seen += 1

def watch(self, name, done, total):
    if name == stage:
        stand_still()

def say(*_, **__):
    if stage == "telling":
        stand_still()

bar.Bar.__call__ = watch
transfer.say = say
app.main()
"""

IMPATIENT = """
import signal
from mastery.adapters.cli import app, bar

signal.signal(signal.SIGINT, signal.default_int_handler)
bar.PATIENCE = 0.0
app.main()
"""


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A database with two learners, beside a policy, a table of evidence and an export."""
    path = tmp_path / "school.db"
    with mastery.open(path, competencies.pack("fractions-to-proportions"), EASY, clock=lambda: T0) as engine:
        engine.record_all([Evidence(who, "FR3.1", 1, T0, key=f"{who}-1") for who in ("ana", "bo")])
        (tmp_path / "export.jsonl").write_text("".join(engine.export()))
    (tmp_path / "policy.toml").write_text("check = false\n")
    (tmp_path / "table.csv").write_text(table(900))
    with mastery.open(tmp_path / "other.db", competencies.pack("fractions-to-proportions"), EASY):
        pass
    return path


def table(rows: int, key: str = "k") -> str:
    lines = [f"l{n % 9},{CODES[n % 3]},0.9,2026-03-02T09:00:00Z,{key}{n}" for n in range(rows)]
    return "\n".join(["learner,competency,score,observed_at,key", *lines]) + "\n"


def everything(folder: Path) -> dict[str, object]:
    """Return the names of the files in a folder, and what its databases hold."""
    found: dict[str, object] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".db":
            store = SQLiteStore(path, create=False)
            found[path.name] = (store.adoptions(), store.log()[0])
            store.close()
        elif not path.name.endswith(("-wal", "-shm")):
            found[path.name] = path.stat().st_size
    return found


def interrupted(folder: Path, stage: str, at: int, *words: str) -> tuple[int, str, str]:
    """Run a command until it comes to a stage for the so-manieth time, press Ctrl-C, and return how it ended."""
    out, into = os.pipe()
    command = [sys.executable, "-c", PAUSED, stage, str(at), str(into), *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MASTERY_DB": str(folder / "school.db")}
    with subprocess.Popen(
        command, env=environment, cwd=folder, pass_fds=[into], stdout=-1, stderr=-1, text=True
    ) as child:
        os.close(into)
        came = os.read(out, 1)
        os.close(out)
        if came:
            child.send_signal(signal.SIGINT)
        said, errors = child.communicate(timeout=60)
    assert came == b"!", f"{words} never came to {stage!r}: {said} {errors}"
    return child.returncode, said, errors


@pytest.mark.parametrize(
    ("stage", "at", "words"),
    [
        ("reading lines", 0, ("import", "table.csv")),
        ("reading lines", 1, ("import", "table.csv")),
        ("recording facts", 0, ("import", "table.csv")),
        ("working out credit", 0, ("import", "table.csv")),
        ("working out credit", 8, ("import", "table.csv")),
        ("recording facts", 1, ("import", "table.csv")),
        ("reading lines", 0, ("import", "export.jsonl", "--db", "new.db")),
        ("recording facts", 0, ("import", "export.jsonl", "--db", "new.db")),
        ("recording facts", 1, ("import", "export.jsonl", "--db", "new.db")),
        ("recording facts", 0, ("import", "export.jsonl", "--db", "other.db")),
        ("working out credit", 1, ("import", "export.jsonl", "--db", "other.db")),
        ("looking at every learner", 1, ("publish", "policy", "policy.toml")),
        ("recording credit", 1, ("publish", "policy", "policy.toml")),
        ("recording facts", 0, ("record", "ana", "WN3.1", "1")),
        ("recording facts", 1, ("decide", "ana", "WN3.1", "grant", "--by", "me", "--why", "seen")),
        ("recording facts", 1, ("void", "ana-1", "--by", "me", "--why", "mistaken")),
        ("recording facts", 0, ("demo", "--db", "demo.db")),
        ("working out credit", 5, ("demo", "--db", "demo.db")),
        ("writing facts", 0, ("export", "--out", "out.jsonl")),
        ("going through every learner", 1, ("changes",)),
    ],
)
def test_an_interrupted_command_leaves_everything_as_it_was(
    school: Path, stage: str, at: int, words: tuple[str, ...]
) -> None:
    """Ctrl-C at any stage of a command changes no database, leaves no file behind, says so, and exits with 130."""
    before = everything(school.parent)
    code, _, errors = interrupted(school.parent, stage, at, *words)

    assert (code, errors) == (130, "Interrupted: nothing was recorded.\n")
    assert everything(school.parent) == before


@pytest.mark.parametrize("words", [("import", "table.csv"), ("import", "export.jsonl", "--db", "new.db")])
def test_what_was_done_already_is_not_said_to_be_undone(school: Path, words: tuple[str, ...]) -> None:
    """Ctrl-C after the facts are kept, while the answer is printed, does not claim that nothing was recorded."""
    before = everything(school.parent)
    code, _, errors = interrupted(school.parent, "telling", 0, *words)

    assert code == 130
    assert errors == "Interrupted, but it was done already: `mastery changes` says what was recorded.\n"
    assert everything(school.parent) != before


def test_a_large_import_shows_how_far_it_is_and_can_be_interrupted(school: Path) -> None:
    """A long import draws a bar on the terminal; Ctrl-C then takes it away, and nothing was recorded."""
    before = everything(school.parent)
    fifo = school.parent / "long.csv"
    os.mkfifo(fifo)
    terminal, end = pty.openpty()
    command = [sys.executable, "-c", IMPATIENT, "import", str(fifo)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MASTERY_DB": str(school), "TERM": "xterm"}
    with subprocess.Popen(command, env=environment, cwd=school.parent, stdout=-1, stderr=end) as child:
        os.close(end)
        with fifo.open("w") as rows:  # it never ends: the import is reading when it is interrupted
            rows.write(table(3000))
            rows.flush()
            drawn = b""
            while b"Reading lines" not in drawn:
                drawn += os.read(terminal, 4096)
            child.send_signal(signal.SIGINT)
            drawn += b"".join(drained(terminal))
        assert child.stdout
        assert child.stdout.read() == b""
    os.close(terminal)
    fifo.unlink()

    assert child.returncode == 130
    assert drawn.endswith(b"Interrupted: nothing was recorded.\r\n")
    assert everything(school.parent) == before


def drained(terminal: int) -> Iterator[bytes]:
    """Yield what comes from a terminal until its other end is let go."""
    with suppress(OSError):
        while some := os.read(terminal, 4096):
            yield some


# At any moment at all.


class At:
    """Presses Ctrl-C at the so-manieth line that our own code runs."""

    def __init__(self, moment: int | None) -> None:
        self.moment, self.count = moment, 0

    def __call__(self, frame: FrameType, _event: str, _argument: object) -> Any:
        """Follow calls into our own code."""
        return self.line if "/mastery/" in frame.f_code.co_filename else None

    def line(self, _frame: FrameType, event: str, _argument: object) -> Any:
        """Count one more line."""
        if event == "line":
            self.count += 1
            if self.count == self.moment:
                raise KeyboardInterrupt
        return self.line


@contextmanager
def pressed(moment: int | None) -> Iterator[At]:
    """Press Ctrl-C at a moment (none: never), within this."""
    at, before = At(moment), sys.gettrace()
    sys.settrace(at)
    try:
        yield at
    finally:
        sys.settrace(before)


def pieces(n: int, who: str = "ana") -> list[Evidence]:
    return [Evidence(who, CODES[k % 3], 0.9, T0 - timedelta(days=1), key=f"{who}-{n}-{k}") for k in range(3)]


CALLS: list[tuple[str, Callable[[Engine, int], object]]] = [
    ("record", lambda engine, n: engine.record(*pieces(n))),
    ("import_table", lambda engine, n: engine.import_table(table(5, f"{n}-").splitlines(True))),
    ("adopt", lambda engine, n: engine.adopt(policy=Policy() if n % 2 else EASY)),
]


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_a_call_interrupted_at_any_line_is_done_whole_or_not_at_all(
    tmp_path: Path, name: str, call: Callable[[Engine, int], object]
) -> None:
    """Whichever line Ctrl-C hits, the file holds the whole call or nothing of it, and the engine goes on rightly."""
    path, framework = tmp_path / "s.db", competencies.pack("fractions-to-proportions")
    undone = 0
    with mastery.open(path, framework, EASY, clock=lambda: T0) as engine:
        engine.record(*pieces(0, "bo"))
        call(engine, 1)  # what is compiled once is compiled
        with pressed(None) as whole:
            call(engine, 2)
        for n, moment in enumerate(range(1, whole.count, max(1, whole.count // 60)), start=3):
            before = engine.position
            with pressed(moment), suppress(KeyboardInterrupt):
                call(engine, n)
            facts, adoptions = (now - then for now, then in zip(engine.position, before, strict=True))
            assert (facts, adoptions) in {
                "record": ((0, 0), (3, 0)),
                "import_table": ((0, 0), (5, 0), (8, 0)),
                "adopt": ((0, 0), (0, 1)),
            }[name], f"line {moment}"
            undone += (facts, adoptions) == (0, 0)
            for who in engine.learners():
                fresh = mastery.evaluate(engine.framework, engine.policy, engine._store.facts(who)[0], T0)
                assert list(engine.progress(who).standings()) == list(fresh.standings())
    assert undone >= 30
