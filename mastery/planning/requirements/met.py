"""One learner against one version: what is met, what is open, and the fewest competencies for the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from attrs import frozen

from competencies.gate import OPEN, Gate, bits
from mastery.facts import Basis
from mastery.planning.requirements.book import RequirementVersion
from mastery.planning.requirements.compiled import Asked, Category, moved
from mastery.progress import Progress
from mastery.route import Leg, gates_ahead, legs_of
from mastery.shortest import fewest

__all__ = ["CategoryState", "ClauseState", "LearnerRequirements", "ToShow", "learner_requirements"]

_MOST_WAYS = 3


@frozen
class CategoryState:
    """One category of a balance: `counted` of its `of` competencies are met, `wanted` of them are asked for."""

    name: str
    counted: int
    of: int
    wanted: int

    @property
    def met(self) -> bool:
        """Whether as many are met as are asked for."""
        return self.counted >= self.wanted

    @property
    def percent(self) -> int:
        """The share that is met, in whole percent, rounded down."""
        return 100 * self.counted // self.of


@frozen
class ClauseState:
    """Where a learner is on one clause or balance.

    `counted` and `open` are the printed names of what it mentions, met or not; `not_counted` is met, but on a basis
    that it does not take. `ways` are up to three smallest sets of competencies that would meet it, not counting what
    they in turn need, and `more` says that there are others. `categories` are those of a balance, else none.
    """

    name: str
    asks: str
    met: bool
    counted: tuple[str, ...]
    open: tuple[str, ...]
    not_counted: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...]
    more: bool
    categories: tuple[CategoryState, ...]

    @property
    def mean_percent(self) -> int | None:
        """The mean share over the categories, in whole percent, rounded down; None where there are none.

        It is shown and never asked for: a mean over the bar can hide a category with nothing in it.
        """
        if not self.categories:
            return None
        each = [100 * one.counted / one.of for one in self.categories]
        return int(sum(each) / len(each) + 1e-9)


@frozen
class ToShow:
    """Credit that is there but not on a basis that a clause takes, and what it takes to change that."""

    competency: str
    name: str
    basis: Basis
    because: str


@frozen
class LearnerRequirements:
    """One learner's requirements: the version, its clauses, and the fewest competencies that meet all that is open.

    `remaining` are legs in an order that works, prerequisites among them; `to_show` is credit to be earned by work
    instead. `smallest`: no fewer would do. A learner whose version is not known has None and nothing else.
    """

    learner: str
    version: str | None
    clauses: tuple[ClauseState, ...] = ()
    remaining: tuple[Leg, ...] = ()
    to_show: tuple[ToShow, ...] = ()
    smallest: bool = True

    @property
    def met(self) -> bool:
        """Whether every clause is met."""
        return self.version is not None and all(clause.met for clause in self.clauses)

    @property
    def left(self) -> int:
        """How many competencies remain."""
        return len(self.remaining) + len(self.to_show)


def learner_requirements(
    learner: str, progress: Progress, version: RequirementVersion, asks: Sequence[Asked]
) -> LearnerRequirements:
    """Return where a learner is on each of `asks`, those of `version`, and the fewest competencies for the rest."""
    by_basis = _by_basis(progress)
    barred = [_barred(by_basis, one.source.basis) for one in asks]
    states = tuple(_state(progress, one, mask) for one, mask in zip(asks, barred, strict=True))
    if all(state.met for state in states):
        return LearnerRequirements(learner, version.name, states)
    n = len(progress.rules.leaves)
    # Credit on a basis that a clause does not take stands, for that clause, at a position of its own beyond the leaves.
    wanted = Gate.all_of(
        moved(one.gate, {i: n + i for i in bits(mask)}) for one, mask in zip(asks, barred, strict=True)
    )
    own = (1 << n) - 1
    gates = {**gates_ahead(progress, wanted.mask & own), **dict.fromkeys(bits(wanted.mask & ~own), OPEN)}
    chosen, smallest = fewest(progress.met, wanted, gates)
    legs = legs_of(progress, chosen & own, gates)[1]
    to_show = tuple(_to_show(progress, i, by_basis) for i in bits(chosen >> n))
    return LearnerRequirements(learner, version.name, states, tuple(legs), to_show, smallest)


def _by_basis(progress: Progress) -> dict[Basis, int]:
    """Return the leaves that are met, by the basis of their credit."""
    found = dict.fromkeys(Basis, 0)
    for i in bits(progress.met):
        credit = progress.standing_at(i).credit
        if credit is not None:
            found[credit.basis] |= 1 << i
    return found


def _barred(by_basis: Mapping[Basis, int], taken: Collection[Basis]) -> int:
    """Return the leaves that are met, but not on a basis that is taken."""
    barred = 0
    for basis, mask in by_basis.items():
        if basis not in taken:
            barred |= mask
    return barred


def _state(progress: Progress, asked: Asked, barred: int) -> ClauseState:
    printed = progress.rules.printed
    state, mask = progress.met & ~barred, asked.gate.mask
    is_met = asked.gate.met(state)
    ways, more = ((), False) if is_met or asked.categories else asked.gate.ways(state, _MOST_WAYS)

    def named(found: int) -> tuple[str, ...]:
        return tuple(printed[i] for i in bits(found))

    return ClauseState(
        asked.source.name,
        asked.text,
        is_met,
        named(mask & state),
        named(mask & ~state),
        named(mask & barred),
        tuple(named(way) for way in ways),
        more,
        tuple(_category(one, state) for one in asked.categories),
    )


def _category(category: Category, state: int) -> CategoryState:
    mask = category.mask
    return CategoryState(category.name, (mask & state).bit_count(), mask.bit_count(), category.wanted)


def _to_show(progress: Progress, i: int, by_basis: Mapping[Basis, int]) -> ToShow:
    basis = next(basis for basis, mask in by_basis.items() if mask >> i & 1)
    return ToShow(progress.rules.leaves[i].identifier, progress.rules.printed[i], basis, _WHAT_IT_TAKES[basis])


_BY_A_PERSON = "{basis} by a person, which work does not replace: a person would have to revoke it first."
_WHAT_IT_TAKES = {  # of every basis that a clause may not take: what work has shown it always takes
    Basis.GRANTED: _BY_A_PERSON.format(basis="Granted"),
    Basis.WAIVED: _BY_A_PERSON.format(basis="Waived"),
    Basis.INFERRED: "Inferred: work that meets the policy makes it demonstrated.",
    Basis.KEPT: "Kept from earlier rules: work that meets the policy makes it demonstrated.",
}
