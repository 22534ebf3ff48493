"""Groups for a class of 35: how long the search takes, and how near it comes to what a solver proves."""

from __future__ import annotations

import random
import statistics

import mastery
from benchmarks.engine import NOW, work
from benchmarks.frameworks import layered
from benchmarks.harness import Suite, timed
from competencies.knowledge_space import learning_path
from mastery.classroom import Classroom, classroom
from mastery.planning.groups import EarlierGroup, GroupRules, plan_groups, search, solve_exactly
from mastery.planning.groups.needs import asked

LEARNERS, COMPETENCIES, CASES = 35, 150, 100
FRAMEWORK = layered(COMPETENCIES)
PATH = learning_path(FRAMEWORK)


def drawn(seed: int) -> tuple[Classroom, GroupRules]:
    """Return a class of 35 at different places of one path, with two earlier groupings and three pairs kept apart."""
    chance = random.Random(seed)
    facts = {f"l{n}": work(f"l{n}", PATH, chance.randint(20, 320), 1000 * seed + n) for n in range(LEARNERS)}
    names = list(facts)
    before = []
    for _ in range(2):
        chance.shuffle(names)
        each = (names[6 * n : 6 * n + chance.randint(3, 6)] for n in range(3))
        before.append([EarlierGroup(f"c{chance.randrange(40)}", members) for members in each])
    apart = [chance.sample(names, 2) for _ in range(3)]
    return classroom(FRAMEWORK, mastery.Policy(), facts, NOW), GroupRules(before=before, apart=apart, seed=seed)


def measure(suite: Suite) -> None:
    """Time the plan of a class against 2 s, then compare the search with the solver over 100 classes."""
    room, rules = drawn(0)
    name = f"groups for {LEARNERS}, two alternatives"
    suite.pair(name, lambda: timed(lambda: plan_groups(room, rules)), "2 s", lambda: 2.0, 1)
    pairs, proven = [], 0
    for seed in range(CASES):
        question = asked(*drawn(seed)).problem
        ours = question.value(search(question, 0, seed).choices[0])
        best = solve_exactly(question, 0, seed)
        bound = best.bound
        if bound is None:
            raise RuntimeError(f"seed {seed}: the solver proved no bound, so there is nothing to compare with")
        proven += best.proven(question)
        pairs.append((bound, ours))
    worst = max(pairs, key=lambda pair: pair[0] / pair[1])
    ratios = [bound / ours for bound, ours in pairs]
    optimal = sum(ratio == 1 for ratio in ratios)
    print(
        f"Groups: mean ratio {statistics.mean(ratios):.4f}, worst {max(ratios):.4f}, {optimal} of {CASES} reach the"
        f" bound, {proven} proven by the solver"
    )
    name = f"CP-SAT's bound over the search's score, worst of {CASES} classes"
    suite.pair(name, lambda: worst[0], "the search", lambda: worst[1], 1.02, rounds=1, unit="points")
