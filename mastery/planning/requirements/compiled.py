"""Requirements against one framework: each clause as gates over its competencies, every name looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from competencies import CompetenciesError, Framework
from competencies.gate import Choice, Gate, bits
from mastery.errors import PlanError
from mastery.goals import goal_of, leaves_named
from mastery.planning.requirements.book import Balance, Clause, RequirementBook, RequirementVersion

__all__ = ["Asked", "Category", "compiled", "moved"]


@frozen
class Category:
    """One category of a balance: the mask of its competencies, and how many of them are wanted."""

    name: str
    mask: int
    wanted: int

    def gate(self) -> Gate:
        """Return the gate that is open when enough of them are met."""
        return Gate.some_of(self.wanted, [Gate(1 << i) for i in bits(self.mask)])


@frozen
class Asked:
    """A clause or balance in a framework: in words, and as the gate that is open when it is met."""

    source: Clause | Balance
    text: str
    gate: Gate
    categories: tuple[Category, ...] = ()


def moved(gate: Gate, to: Mapping[int, int]) -> Gate:
    """Return the same gate with leaf i standing at position `to[i]`, for each i in `to`."""
    every = sum(1 << to.get(i, i) for i in bits(gate.every))
    return Gate(every, tuple(Choice(one.k, tuple(moved(part, to) for part in one.parts)) for one in gate.choices))


def compiled(book: RequirementBook, framework: Framework) -> dict[str, tuple[Asked, ...]]:
    """Return what each version asks in this framework; raises PlanError with every name that it does not know."""
    faults: list[str] = []
    found = {one.name: tuple(_version(one, framework, faults)) for one in book.versions}
    if faults:
        raise PlanError(f"{book.title} does not fit the framework", faults)
    return found


def _version(version: RequirementVersion, framework: Framework, faults: list[str]) -> Iterator[Asked]:
    for one in version.asks:
        where = f"version {version.name}, {one.name}: "
        try:
            yield _clause(one, framework) if isinstance(one, Clause) else _balance(one, framework)
        except PlanError as fault:
            faults += [where + told for told in fault.faults]
        except CompetenciesError as fault:
            faults.append(where + str(fault))


def _clause(clause: Clause, framework: Framework) -> Asked:
    goal = goal_of(framework, clause.needs)
    return Asked(clause, goal.text, goal.gate)


def _balance(balance: Balance, framework: Framework) -> Asked:
    faults: list[str] = []
    categories = []
    for name, patterns in balance.categories.items():
        mask, strange = leaves_named(framework, patterns)
        faults += [f"category {name}: {fault}" for fault in strange]
        categories.append(Category(name, mask, -(-balance.least * mask.bit_count() // 100)))
    if faults:
        raise PlanError(balance.name, faults)
    text = f"at least {balance.least}% in each of {len(categories)} categories"
    return Asked(balance, text, Gate.all_of(one.gate() for one in categories), tuple(categories))
