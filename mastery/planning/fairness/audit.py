"""`audit_gates`: pass rates, attempts, days and overrides of each gate by subgroup, small cells hidden."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from mastery.classroom.answer import Table
from mastery.classroom.room import Classroom
from mastery.planning.fairness.hiding import hidden
from mastery.planning.fairness.rates import fisher, holm, ratio_interval, wilson
from mastery.planning.fairness.records import GateRecord, gate_records
from mastery.planning.fairness.subgroups import NOT_GIVEN, Subgroups
from mastery.settings import whole
from mastery.wording import many

__all__ = ["FairnessReport", "FairnessRules", "GateAudit", "SubgroupCell", "audit_gates"]

LEVEL = 0.05
FOUR_FIFTHS = 0.8


@frozen
class FairnessRules:
    """Cells of fewer than `least` learners (5..1000) are hidden. Raises ValueError."""

    least: int = field(default=10, validator=whole(5, 1000))


@frozen
class SubgroupCell:
    """One subgroup at one gate; everything but the name is None where it is `hidden`.

    Of `n` learners who tried, `passed` passed by work (`GateRecord`): `rate`, from `low` to `high` (95%); `first_time`
    is the share of `n` who did so at the first attempt. `ratio` to the best rate that is shown, from `ratio_low` up to
    `ratio_high` (None for the best itself). `p` is that of the test against all others that are shown, as it stands
    among all tests of the report. Neither is told of 'not given', which is not compared. `attempts` and `days` are
    medians of those who passed and of those who earned credit, None for too few. `overrides` is the share of those who
    tried or were let past for whom a person granted, waived or unlocked it.
    """

    subgroup: str
    hidden: bool
    n: int | None = None
    passed: int | None = None
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    first_time: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    p: float | None = None
    attempts: float | None = None
    days: float | None = None
    overrides: float | None = None


@frozen
class GateAudit:
    """One gate with a cell for each subgroup that is there at all; `flagged` where a test finds a difference."""

    competency: str
    name: str
    cells: tuple[SubgroupCell, ...]
    flagged: bool = False

    @property
    def shown(self) -> tuple[SubgroupCell, ...]:
        """The cells that are not hidden."""
        return tuple(cell for cell in self.cells if not cell.hidden)

    @property
    def compared(self) -> tuple[SubgroupCell, ...]:
        """The cells that are compared: those shown, without 'not given'; none where there is only one."""
        shown = tuple(cell for cell in self.shown if cell.subgroup != NOT_GIVEN)
        return shown if len(shown) > 1 else ()

    @property
    def under_four_fifths(self) -> tuple[str, ...]:
        """The subgroups whose rate is less than four fifths of the best: a rule of thumb, no test."""
        return tuple(cell.subgroup for cell in self.cells if cell.ratio is not None and cell.ratio < FOUR_FIFTHS)


@frozen
class FairnessReport:
    """Every gate that somebody tried: those flagged first, by how sure the difference is, then in framework order."""

    column: str
    gates: tuple[GateAudit, ...]
    tests: int
    because: tuple[str, ...]
    caveats: tuple[str, ...]

    @property
    def flagged(self) -> tuple[GateAudit, ...]:
        """The gates at which a test finds a difference."""
        return tuple(gate for gate in self.gates if gate.flagged)

    @property
    def compared(self) -> tuple[GateAudit, ...]:
        """The gates at which two subgroups or more are compared; of the others nothing can be said."""
        return tuple(gate for gate in self.gates if gate.compared)

    def table(self) -> Table:
        """Return a row for each gate and subgroup; a hidden cell is empty."""
        header = ("gate", "subgroup", "hidden", *_FIGURES, "flagged")
        rows = (
            (
                gate.name,
                cell.subgroup,
                "yes" if cell.hidden else "no",
                *(_text(getattr(cell, name)) for name in _FIGURES),
                "yes" if gate.flagged else "no",
            )
            for gate in self.gates
            for cell in gate.cells
        )
        return Table(header, tuple(rows))


_FIGURES = (
    *("n", "passed", "rate", "low", "high", "first_time", "ratio", "ratio_low", "ratio_high", "p"),
    *("attempts", "days", "overrides"),
)


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def audit_gates(
    room: Classroom, subgroups: Subgroups, rules: FairnessRules | None = None, *, only: int | None = None
) -> FairnessReport:
    """Return the report on these learners by subgroup, for the leaves in the mask `only` (default: all).

    A gate is the check of a competency or, where the policy asks for none, its evidence. Each subgroup that is shown is
    tested against the other ones shown (Fisher's exact test), all tests of the report together (Holm): where nothing
    differs but by chance, at most one report in twenty has a flag. It reads records and changes none.
    """
    rules, found = rules or FairnessRules(), []
    sizes = Counter(subgroups.subgroup(learner) for learner in room.learners)
    for i, records in gate_records(room):
        if only is None or only >> i & 1:
            name, identifier = room.rules.printed[i], room.rules.leaves[i].identifier
            if any(one.attempts for one in records):
                found.append(GateAudit(identifier, name, tuple(_cells(records, sizes, subgroups, rules.least))))
    gates, tests = _tested(found)
    order = sorted(gates, key=lambda gate: (not gate.flagged, _surest(gate) if gate.flagged else 0.0))
    because = tuple(_rule(subgroups, rules, tests))
    return FairnessReport(subgroups.column, tuple(order), tests, because, tuple(_caveats(room, subgroups, order)))


def _cells(
    records: Sequence[GateRecord], sizes: Mapping[str, int], subgroups: Subgroups, least: int
) -> Iterator[SubgroupCell]:
    """Yield a cell for every subgroup there is, also where nobody of it tried: that would tell of all of them."""
    names = sorted(sizes, key=lambda name: (name == NOT_GIVEN, name))
    by: dict[str, list[GateRecord]] = {name: [] for name in names}
    for record in records:
        by[subgroups.subgroup(record.learner)].append(record)
    counts = {name: sum(one.attempts > 0 for one in by[name]) for name in names}
    away = hidden(counts, least, sizes)
    compared = {name: (_passed(by[name]), counts[name]) for name in names if name not in away and name != NOT_GIVEN}
    best = max(compared, key=lambda name: compared[name][0] / compared[name][1], default=None)
    for name in names:
        if name in away:
            yield SubgroupCell(name, hidden=True)
        else:
            cell = _cell(name, by[name], least)
            known = best is not None and name in compared
            yield _beside(cell, *compared[best or name], is_best=name == best) if known else cell


def _passed(records: Iterable[GateRecord]) -> int:
    return sum(one.passed and one.attempts > 0 for one in records)


def _cell(name: str, records: Sequence[GateRecord], least: int) -> SubgroupCell:
    tried = [one for one in records if one.attempts]
    by_work = [one for one in tried if one.passed]
    days = [one.days for one in by_work if one.days is not None]
    n, passed = len(tried), len(by_work)
    low, high = wilson(passed, n)
    return SubgroupCell(
        name,
        hidden=False,
        n=n,
        passed=passed,
        rate=passed / n,
        low=low,
        high=high,
        first_time=sum(one.attempts == 1 for one in by_work) / n,
        attempts=float(statistics.median(one.attempts for one in by_work)) if passed >= least else None,
        days=float(statistics.median(days)) if len(days) >= least else None,
        overrides=sum(one.overridden for one in records) / len(records),
    )


def _beside(cell: SubgroupCell, passed: int, n: int, *, is_best: bool) -> SubgroupCell:
    """Return the cell with its ratio to the best rate; the best one beside itself is 1, which is not uncertain."""
    ratio, low, high = ratio_interval(cell.passed or 0, cell.n or 1, passed, n)
    return evolve(cell, ratio=ratio, ratio_low=None if is_best else low, ratio_high=None if is_best else high)


def _tested(gates: Sequence[GateAudit]) -> tuple[list[GateAudit], int]:
    """Return the gates with the p of each cell that is compared, and how many tests that were."""
    asked: list[tuple[int, list[int], float]] = []
    for g, gate in enumerate(gates):
        compared = [c for c, cell in enumerate(gate.cells) if cell in gate.compared]
        if len(compared) == 2:  # one against the other is the other against the one
            asked.append((g, compared, _p(gate, compared[:1], compared[1:])))
        elif len(compared) > 2:
            asked += [(g, [c], _p(gate, [c], [o for o in compared if o != c])) for c in compared]
    found = {g: list(gate.cells) for g, gate in enumerate(gates)}
    for (g, cells, _), p in zip(asked, holm([p for _, _, p in asked]), strict=True):
        for c in cells:
            found[g][c] = evolve(found[g][c], p=p)
    return [
        evolve(gate, cells=tuple(found[g]), flagged=any(c.p is not None and c.p <= LEVEL for c in found[g]))
        for g, gate in enumerate(gates)
    ], len(asked)


def _p(gate: GateAudit, ones: Iterable[int], others: Iterable[int]) -> float:
    (a, n), (b, m) = (
        (sum(gate.cells[c].passed or 0 for c in some), sum(gate.cells[c].n or 0 for c in some))
        for some in (list(ones), list(others))
    )
    return fisher(a, n, b, m)


def _surest(gate: GateAudit) -> float:
    return min((cell.p for cell in gate.cells if cell.p is not None), default=1.0)


def _rule(subgroups: Subgroups, rules: FairnessRules, tests: int) -> Iterator[str]:
    yield (
        "Pass rate: those who passed the check, of all who tried it; where none is asked for, those who earned credit "
        "by work, of all with evidence."
    )
    yield (
        f"A subgroup by {subgroups.column} of whom fewer than {rules.least} tried a gate is hidden there, and the next "
        "larger or all with it, which would give it away. What is shown is reckoned without them."
    )
    if tests:
        yield (
            f"{many(tests, 'exact test')} of one subgroup against the others shown, all taken together: without any "
            "difference, at most one such report in twenty has a flag."
        )
    else:
        yield "No test was made: at no gate are two subgroups shown."
    yield "The file was read for this report only. No gate, step or credit knows of it."


def _caveats(room: Classroom, subgroups: Subgroups, gates: Sequence[GateAudit]) -> Iterator[str]:
    yield "A difference is a question to ask, not its answer: who came to a gate, and when, differs too."
    if any(gate.compared and not gate.flagged for gate in gates):
        yield "No flag is no proof that a gate is fair: among few learners even a large difference can go unseen."
    if any(gate.compared for gate in gates):
        yield "Chance adds up: of twenty reports, by gate, column or day, one may have a flag though nothing differs."
    alike = [gate for gate in gates if not gate.compared]
    if alike:
        yield f"At {many(len(alike), 'gate')} there are too few learners to compare."
    if any(subgroups.subgroup(learner) == NOT_GIVEN for learner in room.learners):  # how many, a hidden cell keeps
        yield "Learners without an entry are shown as 'not given' and not tested."
    if any(cell.rate in (0.0, 1.0) for gate in gates for cell in gate.shown):
        yield "A rate of 0% or 100% says the same of every learner counted: mind where you show it."
    if any(gate.shown for gate in gates) and any(cell.hidden for gate in gates for cell in gate.cells):
        yield "Where one gate comes before another, what is shown at the first can bound what is hidden at the second."
    yield (
        "Two reports, by other columns, of other learners or of another day, can be laid side by side to tell a small "
        "group, and so can a list of who passed: show one, and mind to whom."
    )
    yield from room.caveats()
