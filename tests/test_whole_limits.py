"""Limits are kept to the one: what is exactly at a limit goes through, and what is one beyond it does not."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from competencies import Competency, CycleError, FormatError, Framework, FrameworkError, RequirementError, parse, points
from competencies.formats import case, case_package, csv_rows, table
from competencies.gate import Choice, Gate
from competencies.knowledge_space import TooManyStates, attribution, base, clauses, states
from competencies.points import MOST_SETS


def of(names: str, **more: Any) -> Framework:
    return Framework("small", [Competency(name) for name in names.split()], **more)


ANY_TWO = of("a b c d", requires={"d": "2 of (a, b, c)"})


def test_states_are_listed_up_to_the_limit() -> None:
    """Twelve states are listed with a limit of twelve and refused with eleven, however they lie in layers."""
    assert len(list(states(ANY_TWO, 12))) == 12
    with pytest.raises(TooManyStates):
        list(states(ANY_TWO, 11))


def test_clauses_are_listed_up_to_the_limit_in_their_order() -> None:
    """Three ways, three clauses and six states of the base are listed with limits of three and six."""
    ways = [frozenset(way) for way in ("ab", "ac", "bc")]
    assert list(attribution(ANY_TWO, "d", 3)) == ways
    assert list(clauses(ANY_TWO, "d", 3)) == [way | {"d"} for way in ways]
    assert list(base(ANY_TWO, 6)) == [*map(frozenset, "abc"), *(way | {"d"} for way in ways)]
    for listed, most in ((attribution, 2), (clauses, 2)):
        with pytest.raises(TooManyStates):
            listed(ANY_TWO, "d", most)
    with pytest.raises(TooManyStates):
        base(ANY_TWO, 5)


def test_ways_to_open_a_gate_are_the_first_and_there_are_more_only_beyond_the_limit() -> None:
    """Two choices of two have four ways: a limit of four gives all of them, one of three says that there are more."""
    leaves = [Gate(1 << i) for i in range(4)]
    gate = Gate(0, (Choice(1, tuple(leaves[:2])), Choice(1, tuple(leaves[2:]))))
    every = (0b0101, 0b1001, 0b0110, 0b1010)
    assert gate.ways(0) == (every, False)
    assert gate.ways(0, 4) == (every, False)
    assert gate.ways(0, 3) == (every[:3], True)
    assert gate.ways(0b0001, 1) == ((0b0100,), True)


def test_points_come_to_as_many_sets_as_there_may_be() -> None:
    """Exactly 1,000 smallest sets make a requirement, and one more does not."""
    hundreds = {f"h{n}": 100 for n in range(10)}
    found = _sets(1_000)
    assert len(parse_any(points(*found))) == MOST_SETS
    with pytest.raises(RequirementError, match="more than 1,000 smallest sets"):
        points(*_sets(1_001))
    assert points(1_000, hundreds) == points(901, hundreds)


def parse_any(requirement: Any) -> tuple[Any, ...]:
    parts: tuple[Any, ...] = requirement.parts
    return parts


def _sets(wanted: int) -> tuple[int, dict[str, int]]:
    """Points with exactly so many smallest sets: one that is enough alone, for each, and a pair of lesser ones."""
    return 10, {**{f"c{n}": 10 for n in range(wanted - 1)}, "x": 5, "y": 5}


def test_brackets_beside_one_another_are_not_within_one_another() -> None:
    """Sixty pairs of brackets in a row are no deeper than one."""
    assert len(parse_any(parse("; ".join(f"(a{n} or b{n})" for n in range(60))))) == 60


def _unknown(count: int) -> list[str]:
    with pytest.raises(FrameworkError) as caught:
        of("alpha b", requires={"b": "; ".join(f"alpha{n}" for n in range(count))})
    return list(caught.value.faults)


def test_a_near_miss_is_looked_for_twenty_times() -> None:
    """The twenty-first unknown name is told without what may have been meant."""
    hints = ["did you mean alpha?" in fault for fault in _unknown(22)]
    assert hints == [True] * 20 + [False] * 2


def test_the_shortest_ring_is_told() -> None:
    """A ring of two is told where a ring of three comes first."""
    with pytest.raises(CycleError) as caught:
        of("a b c d e", requires={"a": "b", "b": "c", "c": "a", "d": "e", "e": "d"})
    assert caught.value.cycle == ("d", "e")


def _package(depth: int) -> dict[str, Any]:
    names = [f"i{n}" for n in range(depth + 1)]
    return {
        "CFItems": [{"identifier": name} for name in names],
        "CFAssociations": [
            {"associationType": "isChildOf", "originNodeURI": child, "destinationNodeURI": parent}
            for parent, child in pairwise(names)
        ],
    }


def test_an_outline_may_be_a_hundred_deep() -> None:
    """A hundred levels are read, and of one more it is said how many there are."""
    assert len(case.read(_package(100)).competencies) == 101
    with pytest.raises(FormatError) as caught:
        case.read(_package(101))
    assert str(caught.value) == "An outline of at most 100 levels was wanted, got 101."


def test_a_package_may_hold_as_much_as_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items, associations and prerequisites between leaves are counted, and refused from one too many on."""
    names = ("a", "b", "g", "c", "d", "h")
    part_of = {"a": "g", "b": "g", "c": "h", "d": "h"}
    needs = {"h": parse("g")}
    for name, most in (("MOST_ITEMS", 2), ("MOST_ASSOCIATIONS", 2), ("MOST_PAIRS", 4)):
        monkeypatch.setattr(case_package, name, most)
    case_package.refuse_hostile({"CFItems": [1, 2], "CFAssociations": [1, 2]})
    case_package.refuse_sprawl(names, part_of, needs)
    for key in ("CFItems", "CFAssociations"):
        with pytest.raises(FormatError) as caught:
            case_package.refuse_hostile({key: [1, 2, 3]})
        assert str(caught.value) == f"A CASE package of at most 2 {key} was wanted, got 3."
    monkeypatch.setattr(case_package, "MOST_PAIRS", 3)
    with pytest.raises(FormatError) as caught:
        case_package.refuse_sprawl(names, part_of, needs)
    assert str(caught.value) == "At most 3 prerequisites between leaves were wanted, these come to 4."


def test_values_lie_within_one_another_up_to_a_hundred_times() -> None:
    """A package is looked into a hundred deep, and refused where that is not the end."""
    deep: Any = 1
    for _ in range(99):
        deep = [deep]
    case_package.refuse_hostile({"x": deep})
    with pytest.raises(FormatError) as caught:
        case_package.refuse_hostile({"x": [deep]})
    assert str(caught.value) == "A CASE package with at most 100 values within one another was wanted, got more."


def test_a_table_has_a_thousand_faults_and_a_thousand_columns_at_most() -> None:
    """Reading goes on at a thousand faults and ends beyond; a list of edges is read in the same way."""
    told = [finding.message for finding in table.read("code,kind\n" + "a,x\n" * 1_003, title="t").findings]
    assert len(told) == 1_002
    assert told[-1] == "line 1002: reading ends here, after 1,000 faults"
    assert len(table.read("code,kind\n" + "a,x\n" * 1_000, title="t").findings) == 1_000
    edges = table.read("from,to\n" + "a,\n" * 1_003, title="t", edges=("from", "to"))
    assert len(edges.findings) == 1_001
    header = ["code", *(f"c{n}" for n in range(csv_rows.MOST_COLUMNS - 1))]
    assert len(table.read(",".join(header) + "\na", title="t").competencies) == 1


def test_unknown_names_are_kept_up_to_so_many_likenesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three names that are no competency are told at least, and of the others how many there are."""
    monkeypatch.setattr(table, "_MOST_LIKENESSES", 1)
    draft = table.read("code,requires,recommends\na,x1,y1\nb,x2,y2\n", title="t")
    assert [finding.message for finding in draft.findings] == [
        "line 2, column requires: 'x1' is no competency",
        "line 3, column requires: 'x2' is no competency",
        "line 2, column recommends: 'y1' is no competency",
        "1 more name that is no competency",
    ]
    assert list(draft.recommends) == ["a"]
