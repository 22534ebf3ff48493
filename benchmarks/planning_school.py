"""Requirements and figures of a school of 1,000 learners in 300 competencies."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from benchmarks.harness import Suite, timed
from competencies.gate import Gate, bits
from mastery.classroom import Classroom
from mastery.planning.figures import Membership, school_figures
from mastery.planning.requirements import Balance, Clause, RequirementBook, RequirementVersion, requirements_of
from mastery.planning.requirements.compiled import compiled
from mastery.route import gates_ahead
from mastery.shortest import fewest

__all__ = ["measure"]

LEARNERS = 100


def asked() -> RequirementVersion:
    """Return what is asked: two clauses, and a balance of five categories of sixty competencies each."""
    strands = {f"strand {n}": tuple(f"c{i}" for i in range(n, 300, 5)) for n in range(5)}
    far = Clause("far", "c149; (c160 or c161 or c162)")
    return RequirementVersion("1", [far, Clause("some", "3 of (c40, c41, c42, c43, c44)"), Balance("all", 40, strands)])


def least(met: int, goal: Gate, gates: Mapping[int, Gate]) -> int:
    """Return a bound from below on the fewest leaves, by CP-SAT: their number, where it can prove that."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    chosen = {i: model.new_bool_var(str(i)) for i in gates}

    def ask(gate: Gate, when: list[Any]) -> None:
        for i in bits(gate.every & ~met):
            model.add(chosen[i] == 1).only_enforce_if(when)
        for choice in gate.choices:
            parts = []
            for part in choice.parts:
                opened = model.new_bool_var("")
                ask(part, [opened])
                parts.append(opened)
            model.add(sum(parts) >= choice.k).only_enforce_if(when)

    ask(goal, [])
    for i, gate in gates.items():
        ask(gate, [chosen[i]])
    model.minimize(sum(chosen.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 10
    solver.solve(model)
    return round(solver.best_objective_bound)


def how_near(suite: Suite, some: Classroom, version: RequirementVersion) -> None:
    """Compare what remains with the fewest that a solver can prove; the worst has to be within 10%."""
    goal = Gate.all_of(one.gate for one in compiled(RequirementBook("a school", [version]), some.framework)["1"])
    pairs = []
    for _, progress in some:
        gates = gates_ahead(progress, goal.mask)
        few, _ = fewest(progress.met, goal, gates)
        pairs.append((few.bit_count(), least(progress.met, goal, gates)))
    ours, bound = max(pairs, key=lambda pair: pair[0] / pair[1])
    same = sum(few == proven for few, proven in pairs)
    mean = statistics.mean(few / proven for few, proven in pairs)
    print(f"Requirements: {same} of {len(pairs)} as few as the solver proves, mean ratio {mean:.4f}")
    name = f"fewest competencies that remain, worst of {len(pairs)} learners"
    suite.pair(name, lambda: float(ours), "CP-SAT", lambda: float(bound), 1.1, rounds=1, unit="competencies")


def measure(suite: Suite, room: Classroom, limit: float = 5.0) -> None:
    """Time what a school asks of everybody, and its figures by class and group, against a limit of seconds.

    Requirements are asked of the first 100 learners: each has a search for the fewest competencies that remain.
    """
    version = asked()
    book = RequirementBook("a school", [version])
    some = Classroom(room.rules, room.at, dict(list(room.progress.items())[:LEARNERS]))
    versions = dict.fromkeys(some.learners, version)
    places = [Membership(who, f"class {n // 25}", f"group {n % 4}") for n, who in enumerate(room.learners)]
    how_near(suite, some, version)
    for name, ask in {
        f"requirements of {LEARNERS} learners": lambda: requirements_of(some, book, versions),
        "figures of a school of 1,000": lambda: school_figures(room, places),
    }.items():
        suite.pair(name, lambda ask=ask: timed(ask), f"{limit:g} s", lambda: limit, 1, rounds=3)
