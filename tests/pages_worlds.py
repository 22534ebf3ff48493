"""Three worlds for the tests of the pages: the demonstration class, an empty class, and a class of 200.

The same learners, competencies and people are in each, so that the same addresses lead somewhere in all of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from attrs import evolve

import competencies
import mastery
from mastery import Decision
from mastery.access import Class, Enrolment, Person, Role, Roster
from mastery.adapters.cli.demo import PACK
from mastery.adapters.cli.serving_demo import roster_for_show
from mastery.adapters.cli.simulation import LEARNERS
from mastery.facts import Award, Fact
from mastery.store import SQLiteStore

__all__ = ["MONDAY", "WORLDS", "contents", "roster_of"]

MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)
WORLDS = ("demo", "empty", "full")
_FULL = 200


def roster_of(world: str) -> Roster:
    """Return who is in the classes of a world: in the empty one 7b has nobody, in the full one 7a has all."""
    shown = roster_for_show()
    if world == "demo":
        return shown
    learners = LEARNERS[: len(LEARNERS) // 2] if world == "empty" else names_of_200()
    adults = [person for name, person in shown.people.items() if name not in LEARNERS]
    enrolments = [
        *(Enrolment("7a", learner, Role.LEARNER) for learner in learners),
        *(Enrolment(group, f"teacher-{group}", Role.TEACHER) for group in ("7a", "7b")),
        Enrolment("7a", "coach", Role.COACH),
        Enrolment("7b", "reviewer", Role.REVIEWER),
    ]
    people = [*(Person(learner, roles=frozenset({Role.LEARNER})) for learner in learners), *adults]
    return Roster.of(
        people, [Class(one, f"Class {one}") for one in ("7a", "7b")], enrolments, [("family", LEARNERS[0])]
    )


def names_of_200() -> list[str]:
    """Return two hundred names: those of the demonstration class, and each of them again with a number."""
    return [LEARNERS[n] if n < len(LEARNERS) else f"{LEARNERS[n % len(LEARNERS)]}-{n}" for n in range(_FULL)]


def contents(world: str, made: bytes) -> bytes:
    """Return the database of a world, given that of the demonstration class."""
    return made if world == "demo" else _empty() if world == "empty" else _full(made)


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mastery.db"
        mastery.open(path, competencies.pack(PACK), mastery.Policy(), clock=lambda: MONDAY).close()
        return path.read_bytes()


@cache
def _full(made: bytes) -> bytes:
    """Give what each of the class did to some seven learners."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mastery.db"
        path.write_bytes(made)
        store = SQLiteStore(path)
        try:
            with store.writing():
                for n, name in enumerate(names_of_200()[len(LEARNERS) :]):
                    of, _ = store.facts(LEARNERS[n % len(LEARNERS)])
                    store.append(_given_to(name, of))
        finally:
            store.close()
        return path.read_bytes()


def _given_to(name: str, facts: Sequence[Fact]) -> list[Fact]:
    """Return facts as those of somebody else, each under a key of its own and pointing at those."""
    found: list[Fact] = []
    for fact in facts:
        new: Fact = evolve(fact, learner=name, key=f"{fact.key}-{name}")
        if isinstance(new, Decision) and new.of:
            new = evolve(new, of=f"{new.of}-{name}")
        if isinstance(new, Award):
            new = evolve(new, support=[f"{key}-{name}" for key in new.support])
        found.append(new)
    return found
