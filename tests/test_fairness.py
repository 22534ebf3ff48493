"""Fairness of gates: cells say what the records say, and a flag is seldom raised by chance."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import BRIEF, cases, profile
from worlds_classes import classes
from worlds_facts import day

from competencies import Competency, Framework
from mastery import CheckRule, Criteria, Decision, Evidence, Policy
from mastery.classroom import Classroom, classroom
from mastery.planning.fairness import FairnessReport, FairnessRules, SubgroupCell, Subgroups, audit_gates
from mastery.planning.fairness.rates import fisher, holm, ratio_interval, wilson
from mastery.planning.fairness.records import gate_records
from mastery.planning_answers.fairness import fairness_json

LEAST = 5


def reports(seed: str, usual: int) -> Iterator[tuple[Classroom, Subgroups, FairnessReport]]:
    """Yield drawn classes, each learner many times over, with subgroups drawn for them, and the report on them."""
    for n, (room, _) in enumerate(classes(seed, usual)):
        rng = random.Random(f"{seed}/{n}")
        many = {f"{who}{k}": p for who, p in room for k in range(rng.randint(1, 8))}
        larger = Classroom(room.rules, room.at, many)
        names = ("a", "b", "c")[: rng.choice((1, 2, 3))]
        of = {who: rng.choice(names) for who in many if rng.random() < 0.9}
        yield larger, Subgroups("side", of), audit_gates(larger, Subgroups("side", of), FairnessRules(least=LEAST))


def test_a_hidden_cell_has_nothing_in_it_and_a_shown_one_counts_what_the_records_say() -> None:
    """A hidden cell is empty; in a shown one, tried and passed are what a plain count over the records comes to."""
    seen: Counter[str] = Counter()
    for room, subgroups, report in reports("cells", 120):
        for gate in report.gates:
            assert {cell.subgroup for cell in gate.cells} == {subgroups.subgroup(who) for who in room.learners}
            for cell in gate.cells:
                tried, passed = counted(room, subgroups, gate.competency, cell.subgroup)
                if cell.hidden:
                    assert cell == SubgroupCell(cell.subgroup, hidden=True)
                else:
                    assert (cell.n, cell.passed) == (tried, passed)
                    assert tried >= LEAST
                    assert cell.attempts is None or passed >= LEAST
                seen += Counter(hidden=cell.hidden, shown=not cell.hidden, failed=not cell.hidden and passed < tried)
            assert all(cell.p is None for cell in gate.cells if cell.hidden or cell.subgroup == "not given")
    assert BRIEF or min(seen.values()) >= 50, seen


def counted(room: Classroom, subgroups: Subgroups, competency: str, name: str) -> tuple[int, int]:
    """Return how many of a subgroup tried a gate, and how many of those passed, by a plain count over the records."""
    found = {room.rules.leaves[i].identifier: records for i, records in gate_records(room)}[competency]
    tried = [one for one in found if one.attempts and subgroups.subgroup(one.learner) == name]
    return len(tried), sum(one.passed for one in tried)


# How sure a flag is.


def trial(rng: random.Random, rates: dict[str, float], gates: int, each: int) -> FairnessReport:
    """Return the report on learners who pass each gate at the rate of their subgroup."""
    names = [f"g{n}" for n in range(gates)]
    flat = Framework("flat", [Competency(name) for name in names])
    facts, of = {}, {}
    for group, rate in rates.items():
        for n in range(each):
            who = f"{group}{n}"
            of[who] = group
            facts[who] = [
                Evidence(who, name, float(rng.random() < rate), day(0), purpose="check", key=name) for name in names
            ]
    rules = Policy(criteria=Criteria(0.8, pieces=1, occasions=1), check=CheckRule(required=True))
    return audit_gates(classroom(flat, rules, facts, day(1)), Subgroups("side", of))


def test_where_nothing_differs_but_by_chance_a_flag_is_seldom_raised() -> None:
    """Of many reports on subgroups that do not differ, no more have a flag than one in twenty allows."""
    flagged, runs = 0, min(cases(200), 1000)
    for n in range(runs):
        rng = random.Random(f"null/{n}")
        rate = rng.choice((0.5, 0.7, 0.9))
        flagged += bool(trial(rng, {"a": rate, "b": rate, "c": rate}, 3, 25).flagged)
    unlikely = sum(comb(runs, k) * 5**k * 95 ** (runs - k) for k in range(flagged, runs + 1)) / 100**runs
    assert unlikely > 0.001, f"{flagged} of {runs} reports have a flag"


def test_a_planted_difference_is_found_and_named() -> None:
    """With 100 learners each, 90% against 60% is flagged nearly always, the lower one named, and flags come first."""
    found, runs = 0, min(cases(25), 200)
    for n in range(runs):
        rng = random.Random(f"planted/{n}")
        report = trial(rng, {"a": 0.9, "b": 0.6}, 2, 100)
        found += bool(report.flagged)
        assert [gate.flagged for gate in report.gates] == sorted((g.flagged for g in report.gates), reverse=True)
        for gate in report.flagged:
            low = min(gate.cells, key=lambda cell: cell.rate or 0)
            assert (low.subgroup, low.ratio is not None and low.ratio < 1) == ("b", True)
    assert found >= 0.95 * runs


@given(st.integers(0, 12), st.integers(1, 12), st.integers(0, 12), st.integers(1, 12))
@profile(300)
def test_the_exact_test_is_what_listing_every_table_gives(a: int, n: int, b: int, m: int) -> None:
    """The p is the share of all ways of dealing out the passes whose table is as likely as the one seen, or less."""
    a, b = min(a, n), min(b, m)
    passed = a + b
    ways = {k: comb(n, k) * comb(m, passed - k) for k in range(max(0, passed - m), min(passed, n) + 1)}
    exact = sum(w for w in ways.values() if w <= ways[a]) / comb(n + m, passed)
    assert fisher(a, n, b, m) == pytest.approx(exact, abs=1e-9)


@given(st.lists(st.floats(0, 1), max_size=7))
@profile(200)
def test_many_tests_are_taken_together_as_holm_has_it(ps: list[float]) -> None:
    """A test holds at a level exactly when it and all that are surer hold at that level shared out among the rest."""
    adjusted = holm(ps)
    for level in (0.01, 0.05, 0.2):
        order = sorted(range(len(ps)), key=lambda i: ps[i])
        holds: set[int] = set()
        for rank, i in enumerate(order):
            if ps[i] * (len(ps) - rank) > level:
                break
            holds.add(i)
        assert {i for i, p in enumerate(adjusted) if p <= level} == holds


@given(st.integers(0, 60), st.integers(1, 60))
@profile(200)
def test_the_interval_of_a_rate_holds_it_and_is_where_the_score_test_ends(passed: int, n: int) -> None:
    """At either end of the interval the rate seen lies 1.96 standard errors off, as Wilson has it."""
    passed = min(passed, n)
    low, high = wilson(passed, n)
    assert 0 <= low <= passed / n + 1e-12
    assert passed / n - 1e-12 <= high <= 1
    for end in (low, high):
        if 1e-9 < end < 1 - 1e-9:
            assert abs(passed / n - end) == pytest.approx(1.959964 * (end * (1 - end) / n) ** 0.5, rel=1e-6)


def test_the_ratio_to_the_best_has_an_interval_that_covers_it() -> None:
    """Over many draws from two known rates the interval holds their ratio at least nine times in ten."""
    rng, covered, runs = random.Random(5), 0, 400
    for _ in range(runs):
        a, b = (sum(rng.random() < rate for _ in range(60)) for rate in (0.6, 0.8))
        _, low, high = ratio_interval(a, 60, b, 60)
        covered += low <= 0.75 <= high
    assert covered >= 0.92 * runs
    assert ratio_interval(0, 10, 0, 10)[0] == 1.0
    assert ratio_interval(3, 10, 0, 10)[0] == float("inf")
    ratio, low, high = ratio_interval(10, 10, 10, 10)
    assert (ratio, low < 1 < high) == (1.0, True)


# It reads, and changes nothing.


def test_no_progress_is_changed_by_a_report_and_labels_move_no_status() -> None:
    """Whatever the subgroups are, every learner stands as before, and the same learners have tried each gate."""
    for room, subgroups, report in reports("apart", 30):
        before = {who: [one for _, one in progress.standings()] for who, progress in room}
        rng = random.Random(len(before))
        turned = list(subgroups.of.values())
        rng.shuffle(turned)
        other = audit_gates(room, Subgroups("side", dict(zip(subgroups.of, turned, strict=True))), FairnessRules(5))
        assert {gate.competency for gate in other.gates} == {gate.competency for gate in report.gates}
        assert {who: [one for _, one in progress.standings()] for who, progress in room} == before
        assert audit_gates(room, subgroups, FairnessRules(LEAST)) == report


# Examples.

ONE = Framework("one", [Competency("a", code="A"), Competency("b", code="B")])
RULES = Policy(criteria=Criteria(0.3, pieces=1, occasions=1), check=CheckRule(required=True, wait_days=1))


def learner(who: str, *scores: float, waived: bool = False) -> list[Evidence | Decision]:
    """Return checks on a, three days apart, after a first piece; and a waive by hand, where there is one."""
    facts: list[Evidence | Decision] = [Evidence(who, "a", 0.9, day(0), key="first")]
    facts += [
        Evidence(who, "a", score, day(3 * n), purpose="check", key=f"check {n}") for n, score in enumerate(scores, 1)
    ]
    if waived:
        facts.append(
            Decision(
                learner=who, competency="a", kind="waive", by="the teacher", why="seen", observed_at=day(1), key="w"
            )
        )
    return facts


def test_a_cell_says_rates_attempts_days_and_overrides() -> None:
    """Twelve of one subgroup pass at the first check, twelve of another at the second or not; one was waived."""
    facts = {f"x{n}": learner(f"x{n}", 1.0) for n in range(12)}
    facts |= {f"y{n}": learner(f"y{n}", 0.0, 1.0) if n < 10 else learner(f"y{n}", 0.0) for n in range(12)}
    facts |= {"z": learner("z", waived=True)}
    of = {who: who[0] for who in facts if who != "z"} | {"z": "x"}
    report = audit_gates(classroom(ONE, RULES, facts, day(30)), Subgroups("side", of))
    (gate,) = report.gates
    x, y = gate.cells
    assert (x.n, x.passed, x.rate, x.first_time, x.attempts, x.days) == (12, 12, 1.0, 1.0, 1.0, 3.0)
    assert (y.n, y.passed, y.first_time, y.attempts, y.days) == (12, 10, 0.0, 2.0, 6.0)
    assert (x.overrides, y.overrides) == (pytest.approx(1 / 13), 0.0)
    assert (x.ratio, y.ratio) == (1.0, pytest.approx(10 / 12))
    assert x.p == y.p == pytest.approx(fisher(12, 12, 10, 12))
    assert (gate.flagged, gate.under_four_fifths, report.tests) == (False, (), 1)
    assert "A rate of 0% or 100% says the same of every learner counted: mind where you show it." in report.caveats


def test_medians_wait_for_enough_who_passed() -> None:
    """Where few of many passed, how long those few took is not told."""
    facts = {f"x{n}": learner(f"x{n}", float(n < 3)) for n in range(20)}
    report = audit_gates(classroom(ONE, RULES, facts, day(30)), Subgroups("side", dict.fromkeys(facts, "x")))
    (cell,) = report.gates[0].cells
    assert (cell.n, cell.passed, cell.attempts, cell.days, cell.p) == (20, 3, None, None, None)


def test_who_is_not_in_the_file_is_shown_apart_and_not_tested() -> None:
    """Learners without an entry have a cell of their own without a p; a gate that nobody tried is left out."""
    facts = {f"x{n}": learner(f"x{n}", float(n % 2)) for n in range(24)}
    of = dict.fromkeys(list(facts)[:12], "in")
    report = audit_gates(classroom(ONE, RULES, facts, day(30)), Subgroups("side", of))
    assert [gate.name for gate in report.gates] == ["A"]
    assert [(cell.subgroup, cell.hidden, cell.p) for cell in report.gates[0].cells] == [
        ("in", False, None),
        ("not given", False, None),
    ]
    assert report.tests == 0
    assert all(cell.ratio is None for cell in report.gates[0].cells[1:])
    assert "Learners without an entry are shown as 'not given' and not tested." in report.caveats


def test_a_subgroup_that_never_came_is_not_given_away() -> None:
    """A subgroup of whom nobody tried has a hidden cell like any small one, and hides the next larger with it."""
    facts = {f"x{n}": learner(f"x{n}", 1.0) for n in range(12)} | {f"y{n}": [] for n in range(12)}
    of = {who: who[0] for who in facts}
    report = audit_gates(classroom(ONE, RULES, facts, day(30)), Subgroups("side", of))
    assert [cell.hidden for cell in report.gates[0].cells] == [True, True]
    assert "At 1 gate there are too few learners to compare." in report.caveats


def test_where_no_subgroup_passes_no_ratio_is_infinite() -> None:
    """Whoever is without an entry is not put beside a best rate of nought, and what is told is JSON."""
    facts = {f"x{n}": learner(f"x{n}", 0.0) for n in range(12)} | {f"z{n}": learner(f"z{n}", 1.0) for n in range(12)}
    room = classroom(ONE, RULES, facts, day(30))
    report = audit_gates(room, Subgroups("side", {who: "x" for who in facts if who[0] == "x"}))
    assert [(cell.subgroup, cell.rate, cell.ratio) for cell in report.gates[0].cells] == [
        ("x", 0.0, 1.0),
        ("not given", 1.0, None),
    ]
    assert "Infinity" not in json.dumps(fairness_json(room, report))


@pytest.mark.parametrize(
    ("column", "of", "fault", "says"),
    [
        (3, {}, TypeError, "column: a text was wanted, got 3"),
        ("", {}, ValueError, "column: the name of a column was wanted"),
        ("side", None, TypeError, "of: a mapping of learners to subgroups was wanted, got None"),
        ("side", {"ana": 1}, TypeError, "of: texts were wanted, got 1 for 'ana'"),
        ("side", {"": "x"}, ValueError, "of: a learner was wanted for the subgroup 'x'"),
    ],
)
def test_subgroups_that_make_no_sense_are_refused(
    column: object, of: object, fault: type[Exception], says: str
) -> None:
    """A column without a name, or what is no text for each learner, is told by its setting."""
    with pytest.raises(fault, match=says):
        Subgroups(column, of)  # type: ignore[arg-type]


def test_subgroups_stay_as_they_were_made() -> None:
    """What is changed in a mapping afterwards changes no subgroup; an empty text is no entry."""
    given_ = {"ana": "x", "bo": ""}
    subgroups = Subgroups("side", given_)
    given_["ana"] = "y"
    assert [subgroups.subgroup(who) for who in ("ana", "bo", "cy")] == ["x", "not given", "not given"]
    with pytest.raises(TypeError):
        subgroups.of["ana"] = "y"  # type: ignore[index]


@pytest.mark.parametrize("least", [4, 0, 1001, 7.5, True])
def test_a_least_count_that_protects_nobody_is_refused(least: object) -> None:
    """Fewer than five, or what is no whole number, is no least count."""
    with pytest.raises(ValueError, match="least"):
        FairnessRules(least=least)  # type: ignore[arg-type]


def test_the_table_has_a_row_for_each_gate_and_subgroup() -> None:
    """Hidden cells are empty but for their name, and the numbers are short."""
    facts = {f"x{n}": learner(f"x{n}", 1.0) for n in range(12)} | {"y": learner("y", 1.0)}
    room = classroom(ONE, RULES, facts, day(0) + timedelta(days=30))
    hidden_ = audit_gates(room, Subgroups("side", {who: who[0] for who in facts})).table()
    assert hidden_.rows[0] == ("A", "x", "yes", *[""] * 13, "no")
    shown = audit_gates(room, Subgroups("side", dict.fromkeys(facts, "x"))).table()
    assert dict(zip(shown.header, shown.rows[0], strict=True)) | {"low": ""} == {
        "gate": "A",
        "subgroup": "x",
        "hidden": "no",
        "n": "13",
        "passed": "13",
        "rate": "1",
        "low": "",
        "high": "1",
        "first_time": "1",
        "ratio": "1",
        "ratio_low": "",
        "ratio_high": "",
        "p": "",
        "attempts": "1",
        "days": "3",
        "overrides": "0",
        "flagged": "no",
    }
