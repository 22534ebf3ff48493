"""How near the tasks of a recheck plan come to the fewest that a solver can prove, for a class of 35."""

from __future__ import annotations

import random
import statistics

from benchmarks.harness import Suite
from mastery.planning.rechecks.covering import cover

CASES = 100


def drawn(seed: int) -> list[int]:
    """Return what work on each of 150 competencies would refresh: of some of 35 learners, some of their due credit.

    A competency refreshes a run of what comes before it, as in layers; each learner has one in three of them open.
    """
    chance = random.Random(seed)
    due = {(learner, on) for learner in range(35) for on in chance.sample(range(150), chance.randint(2, 20))}
    place = {pair: n for n, pair in enumerate(sorted(due))}
    sets = []
    for task in range(150):
        reached = {task, *chance.sample(range(task), min(task, chance.randint(0, 12)))}
        open_to = {learner for learner in range(35) if chance.random() < 1 / 3}
        sets.append(sum(1 << n for (who, on), n in place.items() if on == task or (on in reached and who in open_to)))
    return sets


def fewest(sets: list[int]) -> tuple[int, bool]:
    """Return the fewest sets that cover all, by CP-SAT, and whether it could prove that."""
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
    solver.parameters.max_deterministic_time = 10
    status = solver.solve(model)
    return round(solver.objective_value), status == cp_model.OPTIMAL


def measure(suite: Suite) -> None:
    """Compare the size of the cover with the fewest, over 100 classes; the worst ratio has to be within 10%."""
    worst, ratios, proven = (0, 1), [], 0
    for seed in range(CASES):
        sets = drawn(seed)
        ours, (least, is_proven) = len(cover(sets)[0]), fewest(sets)
        proven += is_proven
        ratios.append(ours / least)
        if ours * worst[1] > worst[0] * least:
            worst = ours, least
    print(f"Rechecks: mean ratio {statistics.mean(ratios):.3f}, {proven} of {CASES} proven by the solver")
    name = f"fewest tasks for rechecks, worst of {CASES} classes"
    suite.pair(name, lambda: worst[0], "CP-SAT", lambda: worst[1], 1.1, rounds=1, unit="tasks")
