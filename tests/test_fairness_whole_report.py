"""Nothing in a whole report on fairness, its sentences, order and table included, tells a count that it hides."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import product

import pytest
from worlds_facts import day

from competencies import Competency, Framework
from mastery import CheckRule, Criteria, Evidence, Policy
from mastery.classroom import Classroom, classroom
from mastery.planning.fairness import FairnessRules, Subgroups, audit_gates
from mastery.planning_answers.fairness import fairness_json

ONE = Framework("one", [Competency("a", code="A")])
RULES = Policy(criteria=Criteria(0.3, pieces=1, occasions=1), check=CheckRule(required=True))
CHECKS = {
    what: [] if score is None else [Evidence(what, "a", score, day(1), purpose="check", key="c")]
    for what, score in (("passed", 1.0), ("failed", 0.0), ("away", None))
}
KINDS = classroom(ONE, RULES, CHECKS, day(9))
SIZES = (7, 9)
LEAST = 5
Side = tuple[int, int]
"""How many of a subgroup tried the gate, and how many of those passed."""


def told(names: tuple[str, ...], sides: tuple[Side, ...]) -> str:
    """Return all that is told of subgroups of seven and of nine learners: the JSON and the table, in one text."""
    progress, of = {}, {}
    for name, size, (tried, passed) in zip(names, SIZES, sides, strict=True):
        for n in range(size):
            who = f"{name or 'none'}{n}"
            progress[who] = KINDS.progress["passed" if n < passed else "failed" if n < tried else "away"]
            of[who] = name
    room = Classroom(KINDS.rules, KINDS.at, progress)
    report = audit_gates(room, Subgroups("side", of), FairnessRules(LEAST))
    answer = fairness_json(room, report)
    # Who is silent is told by every answer about a class, whatever their subgroup: the reader knows as much.
    answer["caveats"] = [said for said in answer["caveats"] if said not in room.caveats()]
    return json.dumps([answer, report.table().rows])


@pytest.mark.parametrize("names", [("x", "y"), ("x", "")], ids=["two subgroups", "one, and learners without an entry"])
def test_no_whole_report_tells_a_hidden_count(names: tuple[str, ...]) -> None:
    """Whoever has the report, knows how many tried and passed in all and how large they are, is left to guess.

    There are two values or more for every hidden count of those who tried, and of those who passed unless nobody did.
    Every way in which two subgroups of seven and nine try and pass is gone through, learners who never came included.
    """
    views: dict[tuple[str, int, int], set[tuple[Side, ...]]] = defaultdict(set)
    for sides in product(*([(n, p) for n in range(size + 1) for p in range(n + 1)] for size in SIZES)):
        total, passed = (sum(side[place] for side in sides) for place in (0, 1))
        if total:
            views[told(names, sides), total, passed].add(sides)
    hidden = 0
    for (text, _, passed), options in views.items():
        cells = json.loads(text)[0]["answer"][0]["cells"]
        for place, cell in enumerate(cells):
            if cell["hidden"]:
                hidden += 1
                assert len({option[place][0] for option in options}) > 1
                assert passed == 0 or len({option[place][1] for option in options}) > 1
    assert hidden >= 60
