"""Rechecks spread over days: as many as fit, with as little waiting as can be, and never too many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import networkx
from attrs import field, frozen, validators

from mastery.settings import count_or_none, optional, truth, whole

__all__ = ["Spread", "spread"]


@frozen(kw_only=True)
class Spread:
    """Over how many `days` from today on (1 to 366), with at most so many a day for one learner and in all (None: any).

    Saturdays and Sundays are left out unless `weekends`. Raises TypeError or ValueError for anything else.
    """

    days: int = field(default=14, validator=whole(1, 366))
    per_learner: int | None = field(default=2, converter=count_or_none, validator=optional(whole(1)))
    per_day: int | None = field(default=None, converter=count_or_none, validator=optional(whole(1)))
    weekends: bool = field(default=False, validator=[validators.instance_of(bool), truth])

    def dates(self, today: date) -> tuple[date, ...]:
        """Return the days on which a recheck can be, in order."""
        every = (today + timedelta(days=n) for n in range(self.days))
        return tuple(one for one in every if self.weekends or one.weekday() < _SATURDAY)


_SATURDAY = 5

Group = tuple[str, date, int]
"""A learner, the first day on which some of their rechecks can be, and what a day of waiting weighs."""


def spread(wanted: Sequence[Group], rules: Spread, today: date) -> list[date | None]:
    """Return a day for each recheck, None where there is no room for it.

    As many find a day as can; of all ways to do that, the sum of days waited, each times its weight, is smallest.
    Found as a flow of least cost (Ford and Fulkerson 1962) by networkx's network simplex, in whole numbers: exact, and
    the same for the same input.
    """
    dates = rules.dates(today)
    counts = Counter(one for one in wanted if any(day >= one[1] for day in dates))
    if not counts:
        return [None] * len(wanted)
    flow = networkx.max_flow_min_cost(_network(counts, rules, dates), "all", "done")
    days = {group: _days_of(flow[group], dates) for group in counts}
    return [next(days[one], None) if one in days else None for one in wanted]


def _network(counts: Mapping[Group, int], rules: Spread, dates: Sequence[date]) -> networkx.DiGraph[object]:
    """Rechecks that are alike flow to the days of their learner, those to the days of the class."""
    graph: networkx.DiGraph[object] = networkx.DiGraph()
    total = sum(counts.values())
    for group, count in counts.items():
        learner, first, weight = group
        graph.add_edge("all", group, capacity=count)
        for n, day in enumerate(dates):
            if day >= first:
                waited = n - sum(other < first for other in dates)
                graph.add_edge(group, (learner, day), weight=waited * weight)
                graph.add_edge((learner, day), day, capacity=rules.per_learner or total)
    for day in dates:
        graph.add_edge(day, "done", capacity=rules.per_day or total)
    return graph


def _days_of(flow: Mapping[object, int], dates: Sequence[date]) -> Iterator[date]:
    """Yield the days of rechecks that are alike, earliest first, each as often as it takes one."""
    found = {node[1]: count for node, count in flow.items() if isinstance(node, tuple)}
    for day in dates:
        yield from [day] * found.get(day, 0)
