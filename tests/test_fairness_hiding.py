"""What a report by subgroup hides stays hidden from whoever knows the rule, the total and how large subgroups are."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import BRIEF, profile
from worlds_facts import day

from competencies import Competency, Framework
from mastery import CheckRule, Criteria, Evidence, Policy, evaluate
from mastery.classroom import Classroom, classroom
from mastery.planning.fairness import FairnessRules, Subgroups, audit_gates
from mastery.planning.fairness.hiding import hidden
from mastery.planning_answers.fairness import fairness_json

LEAST = 5
ONE = Framework("one", [Competency("a", code="A")])
RULES = Policy(criteria=Criteria(0.3, pieces=1, occasions=1), check=CheckRule(required=True))


@pytest.mark.parametrize(("groups", "most"), [(2, 14), (3, 12), (4, 8)])
def test_no_hidden_count_can_be_worked_out(groups: int, most: int) -> None:
    """Whoever sees what is shown, and knows the total and the rule, finds two counts or more for every hidden name.

    All tables are tried; only where nobody at all is counted is there nothing to hide.
    """
    names = "abcd"[:groups]
    views: dict[object, set[tuple[int, ...]]] = defaultdict(set)
    for counts in product(range(most + 1), repeat=groups):
        told = dict(zip(names, counts, strict=True))
        away = hidden(told, LEAST)
        shown = tuple((name, n) for name, n in told.items() if name not in away)
        if max(counts) < most - 1 and sum(counts):
            views[shown, away, sum(counts)].add(tuple(told[name] for name in names if name in away))
    assert sum(bool(away) for _, away, _ in views) > len(views) / 6  # type: ignore[misc]
    for (_, away, _), options in views.items():  # type: ignore[misc]
        for place in range(len(away)):
            assert len({option[place] for option in options}) > 1


@pytest.mark.parametrize(("groups", "most"), [(2, 15), (3, 10), (4, 7)])
def test_no_hidden_count_can_be_worked_out_by_who_knows_how_large_the_subgroups_are(groups: int, most: int) -> None:
    """A gate that everybody tried shows how large each subgroup is: even then every hidden count has two values.

    All sizes that are shown at all and all tables within them are tried. Knowing the sizes, two tables are as many as
    one can ask for: where all but a few tried, there are not many.
    """
    names, hiding = "abcd"[:groups], 0
    for sizes in combinations_with_replacement(range(LEAST, most + 1), groups):
        views: dict[object, set[tuple[int, ...]]] = defaultdict(set)
        reach = dict(zip(names, sizes, strict=True))
        for counts in product(*(range(size + 1) for size in sizes)):
            told = dict(zip(names, counts, strict=True))
            away = hidden(told, LEAST, reach)
            assert all(told[name] >= LEAST for name in names if name not in away)
            assert bool(away) >= any(count < LEAST for count in counts)
            views[tuple((name, told[name]) for name in names if name not in away), away, sum(counts)].add(counts)
        for (_, away, total), options in views.items():  # type: ignore[misc]
            if total:
                hiding += bool(away)
                assert all(len({option[names.index(name)] for option in options}) > 1 for name in away)
    assert hiding > 500


def test_nothing_that_is_told_gives_a_hidden_count_away() -> None:
    """For each hidden count there are two reports, the same in every word and number, that differ in it.

    Every report on up to eight learners in each of two subgroups and without an entry, of whom all or all but one pass,
    as seen by whoever knows how many tried and how many passed in all. A count is known only where there is one
    subgroup, or one learner for each name.
    """
    most = 8
    passing, failing = (
        evaluate(ONE, RULES, [Evidence("ana", "a", score, day(0), purpose="check", key="c")], day(1))
        for score in (1.0, 0.0)
    )
    rules = classroom(ONE, RULES, {}, day(1)).rules
    told: dict[object, set[tuple[int, ...]]] = defaultdict(set)
    hides: dict[object, list[str]] = {}
    for counts in product(range(most + 1), repeat=3):
        for fails in product(*((0, 1) if n and not BRIEF else (0,) for n in counts)):
            cells = list(zip(("x", "y", "z"), counts, fails, strict=True))
            progress = {f"{side}{n}": failing if n < bad else passing for side, size, bad in cells for n in range(size)}
            if not progress:
                continue
            room = Classroom(rules, day(1), progress)
            report = audit_gates(room, Subgroups("side", {w: w[0] for w in progress if w[0] != "z"}), FairnessRules(5))
            there = {side for side, size, _ in cells if size}
            view = json.dumps(fairness_json(room, report)), report.table(), sum(counts), sum(fails), len(there)
            told[str(view)].add(counts)
            hides[str(view)] = [
                "z" if cell.subgroup == "not given" else cell.subgroup for cell in report.gates[0].cells if cell.hidden
            ]
    known = Counter(
        (len(hides[view]), len({option["xyz".index(side)] for option in options}) > 1)
        for view, options in told.items()
        for side in hides[view]
        if max(max(option) for option in options) < most - 1 and {n for option in options for n in option} - {0, 1}
    )
    assert min(known[2, True], known[3, True]) > (10 if BRIEF else 20), known
    assert not known[2, False], known
    assert not known[3, False], known


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), max_size=6), st.integers(5, 20))
@profile(300)
def test_small_counts_are_hidden_and_never_alone(counts: dict[str, int], least: int) -> None:
    """No small count is shown, nothing is hidden where none is small, and a small one is never hidden alone."""
    away = hidden(counts, least)
    assert all(counts[name] >= least for name in counts if name not in away)
    assert bool(away) is any(n < least for n in counts.values())
    assert not away or len(away) > 1 or len(counts) == 1
    if len(away) < len(counts):
        assert sum(counts[name] for name in away) >= least or not away
