"""`kill -9` at random moments of calls: what a database holds afterwards is a whole number of calls, and goes on.

`python tests/killed.py SEED ROUNDS FOLDER` prints what it has seen as JSON, and fails at the first thing that is wrong.

A script of calls (imports, records, decisions, policies published) is replayed once into memory, which gives what must
be there after each call, and once into a file, of which a copy is kept after each call. A round takes one of the
copies, forks a process that goes on from there, and kills it within a call that is drawn: some time after
the process has told on a pipe that it starts the call, or comes to its first row, or to its end. How long is drawn as
a number of looks at the pipe, of which was counted before how many a call takes. Each call done is acknowledged.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from select import select
from typing import Any

from attrs import field, frozen
from killed_calls import EASY, FRAMEWORK, KINDS, Call, Clock, State, calls, replayed, state_after

import mastery
import mastery.store.sqlite  # now, and not in every process that is forked off
from mastery import Engine
from mastery.store import SQLiteStore

__all__ = ["main"]

_COUNTED = ("acknowledged", "killed_in", "half_written", "kept", "undone", "between")
_MOMENTS = {"s": "", "i": "INSERT", "c": "COMMIT"}  # the start of a call, its first row, its end; done is d


def _is_half_written(path: Path) -> bool:
    """Whether the log beside a file ends with pages of a call that was never committed."""
    log = Path(f"{path}-wal").read_bytes() if Path(f"{path}-wal").exists() else b""
    step, salt = 24 + int.from_bytes(log[8:12], "big"), log[16:24]
    frames = [log[start : start + 16] for start in range(32, len(log), step)]
    valid = [frame for frame in frames if frame[8:] == salt]
    return bool(valid) and valid[-1][4:8] == bytes(4)  # the last page of a call carries the size of the file


def _engine(path: Path, clock: Clock, *, made: bool = True) -> Engine:
    return mastery.open(path, clock=clock) if made else mastery.open(path, FRAMEWORK, EASY, clock=clock)


def _copies(script: list[Call], folder: Path) -> list[Path]:
    """Replay the script into a file, and return copies of it as it lies there after each call, log and all."""
    clock, path, copies = Clock(), folder / "base.db", list[Path]()
    with _engine(path, clock, made=False) as engine:
        for n, call in enumerate(script):
            clock.now = call.at
            call.do(engine)
            copies.append(folder / f"copy-{n}.db")
            _copy(path, copies[-1])
    return copies


def _clear(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)


def _copy(path: Path, to: Path) -> None:
    _clear(to)
    for end in ("", "-wal"):  # as after a crash of the machine: the log is all there is
        if Path(f"{path}{end}").exists():
            shutil.copy(f"{path}{end}", f"{to}{end}")


@frozen
class _Child:
    """A process that goes on with the script from a call on, and tells on a pipe what it does."""

    pid: int
    pipe: int
    told: bytearray = field(factory=bytearray)

    def look(self) -> bool:
        """Take in what it has told since, and return whether it is there to tell more."""
        with suppress(BlockingIOError):
            chunk = os.read(self.pipe, 4096)
            self.told.extend(chunk)
            return bool(chunk)
        return True

    def moments(self, n: int) -> list[str]:
        """Look, and return which moments of a call it has told."""
        if not self.look():
            return ["d"]
        return [moment for moment in (*_MOMENTS, "d") if _sign(moment, n) in self.told]

    def wait_for(self, *signs: bytes) -> None:
        """Wait until it has told one of these, or is gone."""
        while not any(sign in self.told for sign in signs):
            select([self.pipe], [], [])
            if not self.look():
                return

    def end(self) -> tuple[set[int], set[int]]:
        """Kill it, and return the calls that it started and those that it acknowledged."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.set_blocking(self.pipe, True)
        while self.look():
            pass
        os.close(self.pipe)
        if b"!" in self.told:
            raise AssertionError(self.told.partition(b"!")[2].decode())
        pairs = list(zip(self.told[::2], self.told[1::2], strict=True))
        started, done = ({n - 128 for sign, n in pairs if sign == ord(wanted)} for wanted in "sd")
        return started, done


def _sign(moment: str, n: int) -> bytes:
    """Return what a process tells of a moment of call `n`; numbers are no ASCII."""
    return bytes([ord(moment), 128 + n])


def _forked(script: list[Call], first: int, path: Path, pragmas: list[str]) -> _Child:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        os.set_blocking(reading, False)
        return _Child(pid, reading)
    try:
        os.close(reading)
        _go_on(script, first, path, pragmas, lambda moment, n: os.write(writing, _sign(moment, n)))
    except BaseException:
        with suppress(BrokenPipeError):
            os.write(writing, b"!" + traceback.format_exc().encode())
    os._exit(0)


def _go_on(script: list[Call], first: int, path: Path, pragmas: list[str], tell: Callable[[str, int], object]) -> None:
    clock, n = Clock(), first
    if first == 0:
        tell("s", 0)
        engine = _engine(path, clock, made=False)
        tell("d", 0)
    else:
        engine = _engine(path, clock)
    connection = engine._store._connection  # type: ignore[attr-defined]
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    expected = list(_MOMENTS)

    def trace(statement: str) -> None:
        for moment in expected[:]:
            if moment != "s" and statement.startswith(_MOMENTS[moment]):
                expected.remove(moment)
                tell(moment, n)

    connection.set_trace_callback(trace)
    for n in range(max(first, 1), len(script)):
        clock.now, expected = script[n].at, list(_MOMENTS)
        tell("s", n)
        script[n].do(engine)
        tell("d", n)


def _looks(script: list[Call], path: Path) -> dict[tuple[str, int], int]:
    """Return how often one can look at the pipe from each moment of each call to its end: the least of three times."""
    counts = [_counted(script, path.with_name(f"{n}-{path.name}")) for n in range(3)]
    return {moment: min(count.get(moment, 0) for count in counts) for moment in counts[0]}


def _counted(script: list[Call], path: Path) -> dict[tuple[str, int], int]:
    child, counts = _forked(script, 0, path, []), dict[tuple[str, int], int]()
    for n in range(len(script)):
        child.wait_for(_sign("s", n))
        reached, looks = dict[str, int](), 0
        while "d" not in reached:
            for moment in child.moments(n):
                reached.setdefault(moment, looks)
            looks += 1
        counts |= {(moment, n): looks - at for moment, at in reached.items() if moment != "d"}
    child.end()
    return counts


@frozen
class _Rounds:
    """What all rounds share, and what they have seen."""

    script: list[Call]
    expected: list[State]
    copies: list[Path]
    looks: dict[tuple[str, int], int]
    chance: random.Random
    seen: dict[str, Counter[str]] = field(factory=lambda: {name: Counter() for name in _COUNTED})

    def one(self, kind: str, path: Path) -> None:
        """Kill a process within a call of a kind, or soon after, and look at what it leaves."""
        target = self.chance.choice([n for n, call in enumerate(self.script) if call.kind == kind])
        first = max(0, target - self.chance.randrange(4))
        if first == 0:
            _clear(path)
        else:
            _copy(self.copies[first - 1], path)
        cache, log = self.chance.choice([-2000, 5]), self.chance.choice([1000, 1, 8])
        child = _forked(self.script, first, path, [f"cache_size = {cache}", f"wal_autocheckpoint = {log}"])
        moment = self.chance.choice([at for at in _MOMENTS if (at, target) in self.looks])
        child.wait_for(_sign(moment, target), _sign("d", target))
        for _ in range(int(self.chance.uniform(0, 1.3) * self.looks[moment, target])):
            child.moments(target)
        self.judge(path, first, *child.end())

    def judge(self, path: Path, first: int, started: set[int], done: set[int]) -> None:
        """Raise AssertionError unless a file holds each acknowledged call and at most the one that was running."""
        for n in done:
            self.seen["acknowledged"][self.script[n].kind] += 1
        running = started - done
        assert len(running) <= 1, "calls come one after the other"
        last = max(done, default=first - 1)
        kind = self.script[last + 1].kind if running else ""
        self.seen["killed_in" if running else "between"][kind or "two calls"] += 1
        if running and _is_half_written(path):
            self.seen["half_written"][kind] += 1
        kept = self.whole(path, last, bool(running))
        connection = sqlite3.connect(path)
        found = connection.execute("PRAGMA integrity_check").fetchall()
        connection.close()
        assert found == [("ok",)], f"the file is damaged: {found[:3]}"
        if running:
            self.seen["kept" if kept > last else "undone"][kind] += 1
        self.again(path, last + 1)

    def whole(self, path: Path, last: int, running: bool) -> int:
        """Return the last call that a file holds whole; nothing else may be in it."""
        if last < 0:
            store = SQLiteStore(path)
            adopted, learners = len(store.adoptions()), store.learners()
            store.close()
            assert (adopted, learners) in ((0, []), (2, [])), "half of the rules were adopted"
            if adopted == 0:
                return -1
        clock = Clock()
        with _engine(path, clock) as engine:
            for n in (last, last + 1) if running else (last,):
                if n >= 0 and state_after(self.script[n], engine) == self.expected[n]:
                    return n
        raise AssertionError(f"after call {last} ({self.script[last].kind}) the file holds another state")

    def again(self, path: Path, n: int) -> None:
        """Make the call that was running once more, kept or not: it is there once."""
        if n >= len(self.script):
            return
        with _engine(path, Clock(self.script[n].at), made=n > 0) as engine:
            self.script[n].do(engine)
            assert state_after(self.script[n], engine) == self.expected[n], f"call {n}, made again, was not made once"


def main(seed: int, count: int, folder: Path) -> dict[str, Any]:
    """Return what so many rounds have seen: calls by kind acknowledged, killed within, and then kept or undone."""
    script = calls(seed)
    rounds = _Rounds(
        script,
        replayed(script),
        _copies(script, folder),
        _looks(script, folder / "looks.db"),
        random.Random(seed),
    )
    for n in range(count):
        try:
            rounds.one(KINDS[n % len(KINDS)], folder / "killed.db")
        except AssertionError as fault:
            raise AssertionError(f"round {n} of seed {seed}: {fault}") from fault
    return {"rounds": count, **rounds.seen}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))) + "\n")
