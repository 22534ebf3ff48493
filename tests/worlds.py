"""Small worlds for the laws: a framework, a policy, one learner's facts and an instant; dense, so that much happens.

One generator serves two masters: a seeded `random.Random` for bulk, and Hypothesis, which shrinks what it finds.
MASTERY_DEEP=1 multiplies the number of cases by twenty. MASTERY_BRIEF=1 divides it by twenty, for what runs the tests
many times over (mutants) or slowly (coverage): nothing found is shrunk then, and no share of events is asked for.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from inspect import signature
from typing import TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from mastery.testing.choice import Pick
from mastery.testing.course import Course, standings
from mastery.testing.log import Palette, day, facts
from mastery.testing.rules import framework, policy

__all__ = [
    "BRIEF",
    "DEEP",
    "Law",
    "Palette",
    "Pick",
    "Tally",
    "World",
    "cases",
    "dense",
    "holds",
    "keeps",
    "profile",
    "standings",
    "tried",
    "world",
    "worlds",
]

DEEP = 20 if os.environ.get("MASTERY_DEEP") == "1" else 1
BRIEF = os.environ.get("MASTERY_BRIEF") == "1"
PHASES = [phase for phase in Phase if phase in {Phase.explicit, Phase.generate} or not BRIEF]
T = TypeVar("T")


World = Course


def cases(usual: int) -> int:
    """Return how many cases to try where a run that is neither deep nor brief tries so many."""
    return max(usual // 20, 2) if BRIEF else usual * DEEP


def world(pick: Pick, palette: Palette | None = None, *, small: bool = False) -> World:
    """Return a world picked option by option; a small one has few competencies and facts."""
    built = framework(pick, 4 if small else 8)
    rules = policy(pick, built)
    told = facts(pick, built, palette or Palette(), small=small)
    return World(built, rules, told, day(pick((14, 16, 12, 10, 20, 8))))


def dense(seed: str, usual: int, palette: Palette | None = None) -> Iterator[tuple[World, random.Random]]:
    """Yield worlds from a fixed seed, each with a generator of its own for what a law picks further."""
    for case in range(cases(usual)):
        rng = random.Random(f"{seed}/{case}")
        yield world(rng.choice, palette), rng


@st.composite
def worlds(draw: st.DrawFn, palette: Palette | None = None) -> tuple[World, Pick]:
    """Draw a small world, and the means to pick further."""

    def pick(options: Sequence[T], /) -> T:
        return draw(st.sampled_from(options))

    return world(pick, palette, small=True), pick


def profile(examples: int) -> settings:
    """Return the settings of a Hypothesis test: always the same examples, no deadline."""
    return settings(
        max_examples=cases(examples),
        phases=PHASES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),  # dense worlds are large on purpose
    )


class Tally:
    """How many cases of each law held the events that the law is about: green must mean tested."""

    def __init__(self) -> None:
        self.cases: Counter[str] = Counter()
        self.events: Counter[tuple[str, str]] = Counter()

    def case(self, law: str, **events: object) -> None:
        """Count one case of a law, and each event that it held."""
        self.cases[law] += 1
        for event, happened in events.items():
            self.events[law, event] += bool(happened)

    def share(self, law: str, event: str) -> float:
        """Return the share of a law's cases that held an event."""
        return self.events[law, event] / max(self.cases[law], 1)

    def demand(self, law: str, **shares: float) -> None:
        """Fail unless each event was in at least its share of the law's cases; a brief run has too few to say."""
        if BRIEF:
            return
        for event, least in shares.items():
            seen = self.share(law, event)
            assert seen >= least, f"{law}: only {seen:.1%} of {self.cases[law]} cases had {event}, {least:.0%} wanted"


Law = Callable[[World, Pick, Tally], None]


def holds(law: Law, tally: Tally, usual: int, palette: Palette | None = None, **shares: float) -> None:
    """Check a law in many dense worlds, the same ones each time, and that enough of them hold what it is about."""
    name = law.__name__
    for world, rng in dense(name, usual, palette):
        law(world, rng.choice, tally)
    tally.demand(name, **shares)


def keeps(
    seed: str,
    law: Callable[..., Counter[str]],
    tally: Tally,
    usual: int,
    palette: Palette | None = None,
    **shares: float,
) -> None:
    """Put a public law to many dense worlds, the same ones for a seed, and ask that enough hold what it is about."""
    has_pick = "pick" in signature(law).parameters
    for world, rng in dense(seed, usual, palette):
        met = law(world, pick=rng.choice) if has_pick else law(world)
        if met["cases"]:
            tally.case(seed, **{event: n for event, n in met.items() if event != "cases"})
    tally.demand(seed, **shares)


def tried(law: Callable[..., Counter[str]], drawn: tuple[World, Pick]) -> None:
    """Put a public law to a drawn world."""
    world, pick = drawn
    if "pick" in signature(law).parameters:
        law(world, pick=pick)
    else:
        law(world)
