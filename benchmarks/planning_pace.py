"""How near the smallest plan of a pace comes to what a solver can prove, and the pace of a class to a near date."""

from __future__ import annotations

import random
from datetime import timedelta

import mastery
from benchmarks.engine import NOW, work
from benchmarks.frameworks import layered
from benchmarks.harness import Suite, timed
from competencies.gate import Gate, bits
from competencies.knowledge_space import learning_path
from mastery.classroom import classroom
from mastery.planning.pace import class_pace
from mastery.planning.pace.critical import Work
from mastery.planning.pace.plan import smallest_plan

__all__ = ["measure"]

CASES, LEARNERS, FACTS, GOAL = 100, 35, 20_000, "c149"


def drawn(seed: int) -> tuple[Work, int]:
    """Return 20 to 60 legs in layers of 4 to 10, each in need of one to three of the layer before; and some weeks."""
    chance = random.Random(seed)
    n, width = chance.randint(20, 60), chance.randint(4, 10)
    gates = {}
    for i in range(n):
        before = range(max(0, (i // width - 1) * width), i // width * width)
        gates[i] = Gate(sum(1 << j for j in chance.sample(before, min(len(before), chance.randint(1, 3)))))
    found = Work(tuple(range(n)), gates, 0)
    return found, found.longest + chance.randint(0, 3)


def fewest(legs: Work, weeks: int) -> tuple[int, bool]:
    """Return the fewest a week, by CP-SAT, and whether it could prove that."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    size = model.new_int_var(1, len(legs.legs), "size")
    done = {i: [model.new_bool_var(f"{i} in {week}") for week in range(weeks)] for i in legs.legs}
    for i in legs.legs:
        model.add_exactly_one(done[i])
        for j in bits(legs.gates[i].every):
            for week in range(weeks):
                model.add(sum(done[i][: week + 1]) <= sum(done[j][:week]))
    for week in range(weeks):
        model.add(sum(done[i][week] for i in legs.legs) <= size)
    model.minimize(size)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 10
    status = solver.solve(model)
    return round(solver.objective_value), status == cp_model.OPTIMAL


def sizes(suite: Suite) -> None:
    """Compare the size of plans with the fewest a week, over 100 drawn paths; the worst has to be within one."""
    more = proven = by_solver = worst = 0
    for seed in range(CASES):
        legs, weeks = drawn(seed)
        found, (least, is_least) = smallest_plan(legs, weeks), fewest(legs, weeks)
        if found is None:
            raise ValueError(f"case {seed}: a plan was wanted")
        if is_least and found[2] and found[1] != least:
            raise ValueError(f"case {seed}: said to be the fewest at {found[1]}, and {least} will do")
        proven, by_solver = proven + found[2], by_solver + is_least
        more, worst = more + (found[1] > least), max(worst, found[1] - least)
    print(f"Pace: {CASES - more} of {CASES} as few as CP-SAT; {proven} proven by us, {by_solver} by the solver")
    name = f"the smallest plan, the most above the fewest a week of {CASES} paths"
    suite.pair(name, lambda: 1 + worst, "one a week", lambda: 1, 2, rounds=1, unit="a week")


def near(suite: Suite) -> None:
    """The pace of everybody to a goal behind all layers: most of it is to find the paths, measured beside it."""
    framework = layered(150)
    path = learning_path(framework)
    facts = {f"learner {n}": work(f"learner {n}", path, FACTS // LEARNERS, n) for n in range(LEARNERS)}
    room = classroom(framework, mastery.Policy(), facts, NOW)
    by = (NOW + timedelta(weeks=16)).date()

    def pace() -> float:
        return timed(lambda: class_pace(room, GOAL, by))

    def paths() -> float:
        return timed(lambda: [mastery.route(progress, GOAL) for _, progress in room])

    suite.pair("the pace of a class", pace, "the path of each of them", paths, None, rounds=3)
    suite.pair("the pace of a class", pace, "300 ms", lambda: 0.3, 1, rounds=3)


def measure(suite: Suite) -> None:
    """Measure both."""
    sizes(suite)
    near(suite)
