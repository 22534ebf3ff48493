"""Small classes for the laws about many learners: one framework and policy, several learners' dense facts."""

from __future__ import annotations

import random
from collections.abc import Iterator

from attrs import evolve
from worlds import Palette, World, cases

from mastery.classroom import Classroom, classroom
from mastery.testing.log import day, facts
from mastery.testing.rules import framework, policy

__all__ = ["NAMES", "classes"]

NAMES = ("ana", "ben", "cai", "dev")


def classes(seed: str, usual: int, palette: Palette | None = None) -> Iterator[tuple[Classroom, dict[str, World]]]:
    """Yield classes from a fixed seed, each with the world of every learner; one in some has no facts at all."""
    for case in range(cases(usual)):
        rng = random.Random(f"{seed}/{case}")
        pick = rng.choice
        built = framework(pick, 8)
        rules, at = policy(pick, built), day(pick((14, 16, 12, 10, 20, 30)))
        worlds = {}
        for name in NAMES[: pick((2, 3, 4))]:
            told = facts(pick, built, palette or Palette(), small=False) if pick(range(10)) else ()
            worlds[name] = World(built, rules, tuple(evolve(fact, learner=name) for fact in told), at)
        yield classroom(built, rules, {name: world.facts for name, world in worlds.items()}, at), worlds
