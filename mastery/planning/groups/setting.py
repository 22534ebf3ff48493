"""`GroupRules`: what groups may be like, and which groups there were before."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import field, frozen

from competencies.cells import plain
from mastery.classroom.answer import Table, csv_text
from mastery.settings import whole

__all__ = ["EarlierGroup", "GroupRules", "earlier_text", "read_earlier"]


def _all(given: Iterable[str]) -> frozenset[str]:
    return frozenset(_many(given, "learners"))


def _many(given: Any, name: str) -> Iterable[Any]:
    """Return what was given; raises TypeError where it is one text, whose letters would be taken for values."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(f"{name}: a list was wanted, got {given!r}")
    return given


@frozen
class EarlierGroup:
    """Learners who were together before, and the competency that they worked on: its identifier or code.

    Raises TypeError or ValueError, with the name of the setting, for one text in place of learners or no focus.
    """

    focus: str = field()
    learners: frozenset[str] = field(converter=_all)

    @focus.validator
    def _named(self, _: Any, value: str) -> None:
        if not isinstance(value, str) or not value:
            raise ValueError(f"focus: a competency was wanted, got {value!r}")


def _pairs(given: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    pairs = [tuple(_many(pair, "apart")) for pair in _many(given, "apart")]
    if not all(isinstance(name, str) for pair in pairs for name in pair):
        raise TypeError(f"apart: pairs of learners were wanted, got {given!r}")
    return tuple(sorted({tuple(sorted(pair)) for pair in pairs}))


def _groupings(given: Iterable[Iterable[EarlierGroup]]) -> tuple[tuple[EarlierGroup, ...], ...]:
    return tuple(tuple(_many(groups, "before")) for groups in _many(given, "before"))


@frozen(kw_only=True)
class GroupRules:
    """Sizes from `smallest` (2 or more) to `largest`, at most one group for each of the `adults`.

    `apart`: pairs of learners who are not put together, in any order. `before`: earlier groupings, the latest last.
    `alternatives`: so many more choices at most (0 to 5). `seed`: another way through ties. Raises TypeError or
    ValueError, with the name of the setting, for anything else.
    """

    smallest: int = field(default=3, validator=whole(2, 100))
    largest: int = field(default=6, validator=whole(2, 100))
    adults: int = field(default=3, validator=whole(1, 100))
    apart: tuple[tuple[str, ...], ...] = field(default=(), converter=_pairs)
    before: tuple[tuple[EarlierGroup, ...], ...] = field(default=(), converter=_groupings)
    alternatives: int = field(default=2, validator=whole(0, 5))
    seed: int = field(default=7, validator=whole(0))

    @largest.validator
    def _not_under_the_smallest(self, _: Any, value: int) -> None:
        if value < self.smallest:
            raise ValueError(f"largest: {self.smallest} or more was wanted, as the smallest is, got {value}")

    @apart.validator
    def _two_each(self, _: Any, value: tuple[tuple[str, ...], ...]) -> None:
        for pair in value:
            if len(pair) != 2 or pair[0] == pair[1] or not all(pair):
                raise ValueError(f"apart: two learners were wanted, got {', '.join(pair)!r}")

    @before.validator
    def _each_once(self, _: Any, value: tuple[tuple[EarlierGroup, ...], ...]) -> None:
        for groups in value:
            for group in groups:
                if not isinstance(group, EarlierGroup):
                    raise TypeError(f"before: groupings of EarlierGroup were wanted, got {group!r}")
            everybody = [learner for group in groups for learner in group.learners]
            twice = sorted({one for one in everybody if everybody.count(one) > 1})
            if twice:
                raise ValueError(f"before: each learner once in a grouping was wanted, {twice[0]} is there twice")


_WANTED = ("group", "focus", "learner")


def earlier_text(groups: Iterable[EarlierGroup]) -> str:
    """Return a grouping as the shortest CSV that `read_earlier` reads.

    >>> print(earlier_text([EarlierGroup("FR3.1", ["elm", "ash"])]), end="")
    group,focus,learner
    1,FR3.1,ash
    1,FR3.1,elm
    """
    rows = ((str(n), one.focus, who) for n, one in enumerate(groups, start=1) for who in sorted(one.learners))
    return csv_text(Table(_WANTED, tuple(rows)))


def read_earlier(lines: Iterable[str]) -> tuple[EarlierGroup, ...]:
    """Return a grouping from CSV as `mastery groups --csv` prints it; those who worked alone are left out.

    Other columns may be there, in any order. Raises ValueError, with the line, for what cannot be read so.
    """
    rows = csv.DictReader(lines, strict=True)
    try:
        missing = [name for name in _WANTED if name not in (rows.fieldnames or ())]
        if missing:
            raise ValueError(
                f"line 1: the columns group, focus and learner were wanted, as `mastery groups --csv` prints them;"
                f" {missing[0]} is missing"
            )
        return tuple(EarlierGroup(focus, learners) for focus, learners in _members(rows))
    except csv.Error as fault:
        raise ValueError(f"line {rows.reader.line_num}: {fault}") from None


def _members(rows: csv.DictReader[str]) -> Iterator[tuple[str, list[str]]]:
    focus: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    seen: set[str] = set()
    for row in rows:
        group, on, learner = (_cell(row, name) for name in _WANTED)
        if not group:
            continue
        where = f"line {rows.line_num}"
        if not on or not learner:
            raise ValueError(f"{where}: a {'learner' if on else 'focus'} was wanted in group {group}")
        if learner in seen:
            raise ValueError(f"{where}: {learner} is there twice; one group for each learner was wanted")
        if focus.setdefault(group, on) != on:
            raise ValueError(f"{where}: group {group} has the focus {focus[group]} above; one was wanted, got {on}")
        seen.add(learner)
        members.setdefault(group, []).append(learner)
    for group, learners in members.items():
        yield focus[group], learners


def _cell(row: Mapping[str, str | None], name: str) -> str:
    return plain(row[name] or "")
