"""Groups by a solver that can prove them best: CP-SAT of OR-Tools, which the extra `groups` brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from attrs import define, field

from competencies.gate import bits
from mastery.planning.groups.problem import Choice, Found, Problem, is_distinct
from mastery.planning.groups.searching import search

__all__ = ["EFFORT", "solve_exactly"]

EFFORT = 20.0
"""How long the solver may work on one choice, in its own deterministic units (about seconds, and no clock)."""


def solve_exactly(problem: Problem, alternatives: int, seed: int) -> Found:
    """Return the groups that come to most, and the best alternatives that are distinct from those before.

    Of those that come to as much, one with fewest groups. With one worker and a limit that is no clock: the same
    problem and seed have the same answer everywhere. Where the limit ends its work, what `search` meets stands in for
    anything that comes to less. `bound` is what the solver proved of the first choice, None where it proved nothing.
    Raises ImportError where OR-Tools is not installed.
    """
    first, bound = _solve(problem, (), seed)
    met = search(problem, alternatives, seed).choices
    chosen = [_better(problem, first, met) or ()]
    while chosen[0] and len(chosen) <= alternatives:
        another, _ = _solve(problem, chosen, seed)
        distinct = [choice for choice in met if all(is_distinct(one, choice) for one in chosen)]
        another = _better(problem, another, distinct)
        if another is None:
            break
        chosen.append(another)
    return Found(tuple(chosen), bound)


def _better(problem: Problem, solved: Choice | None, met: Sequence[Choice]) -> Choice | None:
    """Return what comes to most, with fewest groups; what was solved before what was met; None for nothing of worth."""
    worth = [choice for choice in (solved or (), *met) if problem.value(choice) > 0]
    return max(worth, key=lambda choice: (problem.value(choice), -len(choice)), default=None)


def _solve(problem: Problem, before: Sequence[Choice], seed: int) -> tuple[Choice | None, int | None]:
    from ortools.sat.python import cp_model

    model = _Model(problem, cp_model.CpModel())
    for choice in before:
        model.differ(choice)
    if before:
        model.model.add(model.total() >= 1)
    scale = problem.adults + 1  # so that fewer groups decide among groupings that come to as much, and nothing else
    model.model.maximize(scale * model.total() - sum(model.open.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = EFFORT
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, None  # its bound is no bound then: it may say 0 where it has not begun
    return model.choice(solver), int(solver.best_objective_bound + problem.adults + 1e-6) // scale


@define
class _Model:
    """The problem as the solver reads it: copy k of focus f is open or not, and has a learner or not."""

    problem: Problem
    model: Any
    open: dict[tuple[int, int], Any] = field(factory=dict)
    has: dict[tuple[int, int, int], Any] = field(factory=dict)
    again: list[tuple[int, Any]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        problem, model = self.problem, self.model
        for f, can in enumerate(problem.can):
            for k in range(min(problem.adults, can.bit_count() // problem.smallest)):
                is_open = self.open[f, k] = model.new_bool_var(f"open {f} {k}")
                members = [model.new_bool_var(f"{one} in {f} {k}") for one in bits(can)]
                self.has.update(((f, k, one), has) for one, has in zip(bits(can), members, strict=True))
                model.add(sum(members) >= problem.smallest * is_open)
                model.add(sum(members) <= problem.largest * is_open)
                for has in members:
                    model.add_implication(has, is_open)
                if k:
                    model.add_implication(is_open, self.open[f, k - 1])
        model.add(sum(self.open.values()) <= problem.adults)
        for one in range(len(problem.repeats)):
            model.add_at_most_one([has for (_, _, who), has in self.has.items() if who == one])
        for a, b in combinations(range(len(problem.repeats)), 2):
            self._pair(a, b)

    def _pair(self, a: int, b: int) -> None:
        """Keep two apart, or count what it costs that they are together."""
        kept_apart, cost = self.problem.apart[a] >> b & 1, self.problem.repeats[a].get(b, 0)
        if not kept_apart and not cost:
            return
        copies = [one for one in self.open if (*one, a) in self.has and (*one, b) in self.has]
        both = [(self.has[f, k, a], self.has[f, k, b]) for f, k in copies]
        together = None if kept_apart or not both else self.model.new_bool_var(f"{a} with {b}")
        for one, other in both:
            self.model.add_bool_or([one.negated(), other.negated(), *([] if together is None else [together])])
        if together is not None:
            self.again.append((cost, together))

    def total(self) -> Any:
        """Return what the groups come to."""
        worth = self.problem.worth
        return sum(worth[f][one] * has for (f, _, one), has in self.has.items()) - sum(c * has for c, has in self.again)

    def differ(self, choice: Choice) -> None:
        """Ask for a grouping that is distinct from this one: other foci, or enough learners elsewhere."""
        counts = Counter(focus for focus, _ in choice)
        other_foci = [is_open for (f, k), is_open in self.open.items() if k == counts[f]]
        other_foci += [is_open.negated() for (f, k), is_open in self.open.items() if k == counts[f] - 1]
        at = {one: focus for focus, group in choice for one in bits(group)}
        same = sum(has for (f, _, one), has in self.has.items() if at.get(one) == f)
        grouped_now = sum(has for (_, _, one), has in self.has.items() if one not in at)
        elsewhere = self.model.new_bool_var("elsewhere")
        self.model.add(4 * (len(at) - same + grouped_now) >= len(at)).only_enforce_if(elsewhere)
        self.model.add_bool_or([*other_foci, elsewhere])

    def choice(self, solver: Any) -> Choice:
        """Return what the solver found."""
        groups: dict[tuple[int, int], int] = {}
        for (f, k, one), has in self.has.items():
            if solver.boolean_value(has):
                groups[f, k] = groups.get((f, k), 0) | 1 << one
        return tuple(sorted((f, group) for (f, _), group in groups.items()))
