"""A requirement counted in points, as course pages ask for one: so many points, of things that are worth some each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from competencies.converters import names
from competencies.errors import RequirementError, near_miss
from competencies.requirement import All, Any, AtLeast, Needs, Requirement, normal

__all__ = ["MOST_SETS", "points"]

MOST_SETS = 1_000
"""How many smallest sets of competencies a points rule may come to."""


def points(required: int, worth: Mapping[str, int], always: Iterable[str] = ()) -> Requirement:
    """Return the requirement of at least `required` points in all, `worth[name]` for each of these that is met.

    Every one of `always` has to be met besides; its points count. The requirement is an ordinary one: `all` of what
    cannot be done without, and then at least k of the others where any k of them do, or else any of the smallest
    sets that have the points, fewest first and then in the order of `worth`.

    Raises RequirementError, with everything that is wrong, when points are no whole numbers from 1, or too few
    together, when one of `always` is worth nothing, or when there are more than 1,000 smallest sets.

    >>> from competencies import text
    >>> text(points(2, {"a": 1, "b": 1, "c": 1}))
    '2 of (a, b, c)'
    >>> text(points(5, {"a": 3, "b": 2, "c": 2, "d": 4}, always=["d"]))
    'd; (a or b or c)'
    """
    musts = names(always)
    _refuse_faults(required, worth, musts)
    spare = sum(worth.values()) - required
    needed = [name for name, value in worth.items() if name in musts or value > spare]
    others = [name for name in worth if name not in needed]
    missing = required - sum(worth[name] for name in needed)
    return normal(All([*map(Needs, needed), *([_reaching(missing, others, worth)] if missing > 0 else [])]))


def _refuse_faults(required: int, worth: Mapping[str, int], always: Sequence[str]) -> None:
    faults = []
    if not _is_count(required):
        faults.append(f"a whole number of points from 1 was wanted, got {required!r}")
    if not worth:
        faults.append("competencies that are worth points were wanted, got none")
    wrong = {name: value for name, value in worth.items() if not _is_count(value)}
    faults += [f"{name} is worth {value!r}, and a whole number from 1 was wanted" for name, value in wrong.items()]
    together = 0 if wrong else sum(worth.values())
    if worth and not wrong and _is_count(required) and required > together:
        faults.append(f"{required:,} points were asked for, and all are worth {together:,} together")
    faults += [
        f"{name!r} is always needed and worth nothing here{near_miss(name, worth)}"
        for name in always
        if name not in worth
    ]
    if faults:
        raise RequirementError(f"These points make no requirement: {'; '.join(faults)}.")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _reaching(missing: int, others: Sequence[str], worth: Mapping[str, int]) -> Requirement:
    """Return the requirement that `others` have the points that are missing; all of them have more than that."""
    values = sorted((worth[name] for name in others), reverse=True)
    k = next(n for n in range(1, len(values) + 1) if sum(values[:n]) >= missing)
    if sum(values[-k:]) >= missing:  # any k do, and no fewer
        some = [Needs(name) for name in others]
        return Any(some) if k == 1 else AtLeast(k, some)
    found: list[tuple[int, ...]] = []
    for one in _smallest_sets(missing, [worth[name] for name in others]):
        found.append(one)
        if len(found) > MOST_SETS:
            raise RequirementError(
                f"These points make no requirement: there are more than {MOST_SETS:,} smallest sets of competencies "
                f"with {missing:,} points; give more of them the same points, or ask for a number of them instead."
            )
    found.sort(key=lambda one: (len(one), one))
    return Any([All([Needs(others[i]) for i in one]) for one in found])


def _smallest_sets(missing: int, values: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield each set of positions, in order, whose values come to `missing`, and would not without any one of them.

    Taken from the largest value down, a set is smallest when it comes to enough with the last one taken.
    """
    order = sorted(range(len(values)), key=lambda i: -values[i])
    left = [0] * (len(order) + 1)
    for n in range(len(order) - 1, -1, -1):
        left[n] = left[n + 1] + values[order[n]]
    waiting: list[tuple[int, int, tuple[int, ...]]] = [(0, missing, ())]
    while waiting:
        n, short, taken = waiting.pop()
        if short <= 0:
            yield tuple(sorted(taken))
        elif left[n] >= short:
            waiting.append((n + 1, short, taken))
            waiting.append((n + 1, short - values[order[n]], (*taken, order[n])))
