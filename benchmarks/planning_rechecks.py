"""How near the tasks of a recheck plan come to the fewest that a solver can prove, for a class of 35."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterable
from math import ceil

from benchmarks.engine import NOW, work
from benchmarks.frameworks import layered
from benchmarks.harness import Suite
from competencies.knowledge_space import learning_path
from mastery import Policy, Retention
from mastery.classroom import classroom
from mastery.planning.rechecks.covering import cover
from mastery.planning.rechecks.tasks import refreshed_by_each

CASES = 25


def drawn(seed: int) -> list[int]:
    """Return what work on each of 150 competencies would refresh: of some of 35 learners, some of their due credit.

    What is due lies in the first 110, and work on anything behind it refreshes up to 12 of it, for the third of the
    class to whom it is open: each credit can be refreshed in several ways, and no task does for everybody.
    """
    chance = random.Random(seed)
    due = {(learner, on) for learner in range(35) for on in chance.sample(range(110), chance.randint(2, 20))}
    place = {pair: n for n, pair in enumerate(sorted(due))}
    sets = []
    for task in range(150):
        reached = {task, *chance.sample(range(min(task, 110)), min(task, chance.randint(0, 12)))}
        open_to = {learner for learner in range(35) if chance.random() < 1 / 3}
        sets.append(sum(1 << n for (who, on), n in place.items() if on == task or (on in reached and who in open_to)))
    return sets


def lived(seed: int) -> list[int]:
    """Return the same of a class of 35 that has worked through 150 competencies in layers, most of it due again."""
    framework = layered(150, seed)
    policy = Policy(retention=Retention(due_after_days=1, refreshes_prerequisites=True))
    path = learning_path(framework)
    far = random.Random(seed)
    facts = {f"learner {n}": work(f"learner {n}", path, far.randint(50, 700), seed) for n in range(35)}
    room = classroom(framework, policy, facts, NOW)
    due = {who: progress.credited for who, progress in room}
    return refreshed_by_each(room, due)


def fewest(sets: list[int]) -> tuple[int, bool]:
    """Return the fewest sets that cover all, as far as CP-SAT can prove it, and whether that many do."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    chosen = [model.new_bool_var(str(i)) for i in range(len(sets))]
    every = 0
    for mask in sets:
        every |= mask
    for n in range(every.bit_length()):
        if every >> n & 1:
            model.add_bool_or([chosen[i] for i, mask in enumerate(sets) if mask >> n & 1])
    model.minimize(sum(chosen))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 5
    status = solver.solve(model)
    return ceil(solver.best_objective_bound - 1e-6), status == cp_model.OPTIMAL


def compared(suite: Suite, what: str, cases: Iterable[list[int]]) -> None:
    """Compare the size of each cover with the fewest; the worst ratio has to be within 10%."""
    pairs, proven, sure = [], 0, 0
    for sets in cases:
        chosen, smallest = cover(sets)
        least, is_proven = fewest(sets)
        pairs.append((len(chosen), least))
        proven, sure = proven + is_proven, sure + smallest
    ours, least = max(pairs, key=lambda pair: pair[0] / pair[1])
    mean = statistics.mean(found / bound for found, bound in pairs)
    print(f"Rechecks, {what}: mean ratio {mean:.4f}; {proven} of {len(pairs)} proven by the solver, {sure} by us")
    name = f"fewest tasks for rechecks, worst of {len(pairs)} {what}"
    suite.pair(name, lambda: float(ours), "CP-SAT", lambda: float(least), 1.1, rounds=1, unit="tasks")


def measure(suite: Suite) -> None:
    """Compare with the solver for drawn classes, in which much is contested, and for classes that have worked."""
    compared(suite, "drawn classes", map(drawn, range(CASES)))
    compared(suite, "classes at work", map(lived, range(10)))
