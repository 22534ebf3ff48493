"""A small school in a file, to be harmed: how it is made, what it holds, and processes that do the harm."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import mastery
from competencies import Competency, Framework
from mastery import Criteria, Evidence, Policy
from mastery.store import SQLiteStore
from mastery.store.rows import rows_of

__all__ = ["CHAIN", "EASY", "NOW", "T0", "child", "held", "lying_there", "made", "piece", "pieces", "started"]

ROOT = Path(__file__).parents[1]
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = T0 + timedelta(days=60)
EASY = Policy(criteria=Criteria(pieces=1, occasions=1), check=None)
CHAIN = Framework("chain", [Competency(name) for name in "abc"], requires={"b": "a", "c": "b"})
NOBODY = 65534
NOT_ALLOWED = 77

# What a child needs is imported before it becomes nobody, who may not be allowed to read it.
IMPORTS = "import json, os, resource, signal, sys, mastery, mastery.store.access, mastery.store.sqlite\n"
DROP = f"""
if os.getuid() == 0:
    try:
        os.setgroups([]), os.setgid({NOBODY}), os.setuid({NOBODY})
    except OSError:
        sys.exit({NOT_ALLOWED})
"""


def piece(key: str, learner: str = "ana", competency: str = "a", score: float = 0.9) -> Evidence:
    return Evidence(learner, competency, score, T0, key=key, occasion=key)


def pieces(name: str, count: int) -> list[Evidence]:
    return [piece(f"{name}-{n}", f"learner {n % 5}", "abc"[n % 3]) for n in range(count)]


def made(path: Path) -> Path:
    """Make a file with two adoptions and some hundred facts of five learners, and close it."""
    with mastery.open(path, CHAIN, EASY, clock=lambda: NOW) as engine:
        engine.record_all(pieces("first", 300))
    return path


def held(path: Path) -> list[object]:
    """Everything that a file holds, read through the store."""
    store = SQLiteStore(path, create=False)
    rows = [(learner, rows_of(store.facts(learner)[0])) for learner in store.learners()]
    everything = [store.adoptions(), rows]
    store.close()
    return everything


def lying_there(path: Path) -> dict[str, tuple[int, bytes]]:
    """The files in the folder of a file: when each was changed, and its bytes."""
    return {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in sorted(path.parent.iterdir())}


def started(script: str, *words: object, as_nobody: bool = False) -> subprocess.Popen[str]:
    """Start a script in a process of its own, which can be talked to; as nobody where we are root."""
    command = [sys.executable, "-c", IMPORTS + (DROP if as_nobody else "") + script, *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, stdin=-1, stdout=-1, stderr=-1, text=True)


def child(script: str, *words: object, as_nobody: bool = False) -> str:
    """Run a script in a process of its own to its end, and return what it prints."""
    with started(script, *words, as_nobody=as_nobody) as process:
        out, errors = process.communicate()
    if process.returncode == NOT_ALLOWED:
        pytest.skip("permissions do not bind this user, who may not become another: nothing was tested")
    assert process.returncode == 0, errors
    return out
