"""An engine driven step by step, as a course system would, says at each step what its facts come to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from worlds import BRIEF, DEEP, profile

import mastery
from competencies import Framework
from mastery import Engine, Policy
from mastery.testing.machine import ProgressionMachine

EVENTS = {  # at least so many in a hundred steps
    "credit earned": 1.5,
    "credit withdrawn": 0.4,
    "foreseen": 5,
    "late facts": 8,
    "doubled": 0.7,
    "void with effect": 1,
    "excuse with effect": 0.3,
    "policy published with effect": 2,
    "framework published with effect": 0.5,
}


class InMemory(ProgressionMachine):
    """One engine on a store in memory."""


class OneFile(ProgressionMachine):
    """Two engines at once on one file."""

    def make_engine(self, framework: Framework, policy: Policy, clock: Callable[[], datetime]) -> Engine:
        """Return an engine on a new file."""
        self.folder = Path(tempfile.mkdtemp())
        return mastery.open(self.folder / "facts.db", framework, policy, clock=clock)

    def second(self, engine: Engine, clock: Callable[[], datetime]) -> Engine:
        """Return another handle on the file."""
        return mastery.open(self.folder / "facts.db", clock=clock)

    def reopen(self, engine: Engine, clock: Callable[[], datetime]) -> Engine:
        """Close the file and open it again."""
        engine.close()
        self.events["opened anew"] += 1
        return mastery.open(self.folder / "facts.db", clock=clock)

    def teardown(self) -> None:
        """Take the file away."""
        super().teardown()
        shutil.rmtree(self.folder, ignore_errors=True)


pytestmark = pytest.mark.usefixtures("same_examples")


def steps(examples: int) -> settings:
    return settings(profile(examples), stateful_step_count=30)


@pytest.mark.parametrize(
    ("machine", "examples", "more"),
    [(InMemory, 40, {}), (OneFile, 25, {"handles interleaved": 15, "opened anew": 3})],
    ids=["memory", "file"],
)
def test_an_engine_tells_what_its_facts_come_to(
    machine: type[ProgressionMachine], examples: int, more: dict[str, float]
) -> None:
    """After each step every handle agrees with `evaluate`, and receipts, what-if, awards and exports with that."""
    machine.events.clear()
    run_state_machine_as_test(machine, settings=steps(examples))
    seen = machine.events

    assert BRIEF or seen["steps"] >= 10 * examples * DEEP
    for event, least in {**EVENTS, **more}.items():
        assert BRIEF or 100 * seen[event] >= least * seen["steps"], f"too few with {event}: {seen}"
