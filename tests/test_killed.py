"""A process that is killed at any moment leaves a database with whole calls, and all that it had acknowledged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from killed_calls import KINDS

ROOT = Path(__file__).parents[1]
ROUNDS = 1000 if os.environ.get("MASTERY_DEEP") == "1" else 200


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked off here: nothing was killed")
def test_a_process_killed_at_any_moment_leaves_whole_calls(tmp_path: Path) -> None:
    """After `kill -9` in calls of every kind a file holds whole calls, gives the same Progress as a replay, goes on."""
    command = [sys.executable, str(Path(__file__).with_name("killed.py")), "1", str(ROUNDS), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)

    assert seen["rounds"] == ROUNDS
    assert all(seen["killed_in"].get(kind, 0) >= ROUNDS // 40 for kind in KINDS), seen
    assert sum(seen["killed_in"].values()) >= ROUNDS // 2, seen
    assert min(sum(seen["kept"].values()), sum(seen["undone"].values())) >= ROUNDS // 40, seen
    assert sum(seen["half_written"].values()) >= ROUNDS // 100, seen
    assert sum(seen["acknowledged"].values()) >= ROUNDS, seen
