"""Groups by example: small classes whose groups, reasons and warnings can be told by hand; what is refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from attrs import evolve
from worlds_facts import day

from competencies import Competency, Framework
from mastery import Action, CheckRule, Criteria, Decision, Evidence, Policy
from mastery.classroom import Classroom, classroom, csv_text
from mastery.facts import Fact
from mastery.planning.groups import (
    EarlierGroup,
    Found,
    GroupRules,
    Problem,
    plan_groups,
    read_earlier,
    search,
)
from mastery.planning.groups import solve_exactly as exactly

WIDE = Framework("wide", [Competency(n) for n in "abcdx"], requires={"c": "a", "d": "a; b"})
PLAIN = Policy(
    criteria=Criteria(0.8, pieces=1, occasions=1), check=CheckRule(wait_days=0, required=True, relearning=None)
)


def work(learner: str, on: str, score: float, purpose: str = "formative", when: float = 1) -> Evidence:
    return Evidence(learner, on, score, day(when), purpose=purpose, key=f"{learner}{on}{when}{purpose}")


def decided(learner: str, on: str, kind: str) -> Decision:
    return Decision(
        learner=learner,
        competency=on,
        kind=kind,
        by="the teacher",
        why="agreed",
        observed_at=day(2),
        key=f"{learner}{on}",
    )


def met(learner: str, on: str) -> list[Fact]:
    return [work(learner, on, 1.0), work(learner, on, 1.0, "check", 2)]


def room_of(rules: Policy = PLAIN, **facts: Sequence[Fact]) -> Classroom:
    return classroom(WIDE, rules, facts, day(5))


def failed(*learners: str) -> dict[str, Sequence[Fact]]:
    """Return facts by which these learners have not passed the check of x, and everything else is met."""
    return {one: [work(one, "x", 0.9), work(one, "x", 0.1, "check", 2), *met(one, "a"), *met(one, "b"),
                  *met(one, "c"), *met(one, "d")] for one in learners}  # fmt: skip


def test_three_whose_check_was_not_passed_are_a_group() -> None:
    """To go on after it counts four each; alternatives that are not there are said not to be."""
    plan = plan_groups(room_of(**failed("ana", "bo", "cy")))
    (group,) = plan.first.groups
    assert (group.focus, group.name, [one.learner for one in group.members]) == ("x", "x", ["ana", "bo", "cy"])
    assert [(one.action, one.need, one.unlocks) for one in group.members] == [(Action.CONTINUE, 4, 0)] * 3
    assert group.members[0].because.startswith("Not yet: the check of 2026-01-07 was not passed.")
    assert plan.first.score.total == 12
    assert plan.alternatives == ()
    assert "No alternative found, of 2 wanted: none else was met that differs enough." in plan.caveats
    assert (plan.best, plan.warnings) == (False, ())


def test_a_third_time_together_and_on_the_same_is_warned_of() -> None:
    """The same three in both of the last two groupings, and on the same competency twice before: both are said."""
    room = room_of(**failed("ana", "bo", "cy", "dee"))
    same, other = (EarlierGroup(on, ["ana", "bo", "cy"]) for on in "xa")
    rules = GroupRules(largest=3, adults=1, before=[[same], [other]], apart=[("dee", who) for who in ("ana", "bo")])
    plan = plan_groups(room, rules)
    assert plan.first.score.total == 12 - 3 * (2 + 1)
    together = "ana, bo and cy would be together for the third time in a row: a group is for a day, not a place."
    assert plan.warnings == (together,)
    assert "Repeats: 2 off for each pair together last time, 1 for the time before." in plan.because
    once = plan_groups(room, GroupRules(largest=3, before=[[same]], adults=1))
    assert "dee" in {one.learner for one in once.first.groups[0].members}
    assert once.warnings == ()
    long_ago = [[EarlierGroup("x", ["ana", "bo"])], [EarlierGroup("x", ["ana", "cy"])], [], []]
    again = plan_groups(room, GroupRules(smallest=4, largest=4, before=long_ago))
    assert again.first.score.total == 16
    assert again.warnings == (
        "ana would be in a group on x for the third time or more: think of another way than one more group.",
    )


def test_pinned_paused_and_held_learners_are_where_their_steps_are() -> None:
    """Who has a pin is grouped on nothing else; who is paused or held is grouped on something else, or has no step."""
    ana, bo, cy, dee = ([*met(one, "x")] for one in ("ana", "bo", "cy", "dee"))
    rest = {one: [*facts, decided(one, "a", kind)] for one, facts, kind in (("cy", cy, "pause"), ("dee", dee, "hold"))}
    pinned = {"ana": [*ana, decided("ana", "b", "pin")], "bo": [*bo, decided("bo", "b", "pin")]}
    plan = plan_groups(room_of(**pinned, **rest), GroupRules(smallest=2, largest=4))
    (group,) = plan.first.groups
    assert (group.focus, len(group.members)) == ("b", 4)
    assert "Pinned by the teacher: agreed." in group.members[0].because
    paused = plan_groups(room_of(**{who: [decided(who, on, "pause") for on in "abx"] for who in ("ana", "bo")}))
    said = ", ".join(f"{on} (paused: agreed, by the teacher)" for on in "ab")
    told = f"No step now: {said} and x (paused: agreed, by the teacher)."
    assert [(one.action, one.competency, one.because) for one in paused.first.alone] == [(None, None, told)] * 2


def test_who_has_no_step_hears_why() -> None:
    """Everything is met, or what is left is locked."""
    done = [fact for on in "abcdx" for fact in met("ana", on)]
    plan = plan_groups(room_of(ana=done))
    assert [one.because for one in plan.first.alone] == ["No step now: everything is met."]
    assert "No groups: no 3 learners can work together" in plan.caveats[0]
    assert plan.first.score.total == 0


def test_only_what_is_offered_is_a_focus() -> None:
    """Where the policy offers one start, the class is grouped on that one, and no alternative is on another."""
    rules = evolve(PLAIN, choice=1)
    plan = plan_groups(room_of(rules, ana=met("ana", "x"), bo=met("bo", "x"), cy=met("cy", "x")))
    assert [group.focus for group in plan.first.groups] == ["a"]
    assert plan.alternatives == ()
    assert len(plan_groups(room_of(ana=met("ana", "x"), bo=met("bo", "x"), cy=met("cy", "x"))).alternatives) > 0


def test_earlier_groups_on_what_is_gone_count_for_pairs() -> None:
    """A focus that the framework no longer has is said; a learner who left is passed over."""
    rules = GroupRules(before=[[EarlierGroup("gone", ["ana", "bo", "zoe"])]])
    plan = plan_groups(room_of(**failed("ana", "bo", "cy")), rules)
    assert plan.first.score.repeats == 2
    assert "Earlier groups worked on gone, no longer a focus here: only who was together counts." in plan.caveats


def test_two_groups_can_work_on_one_competency() -> None:
    """Six with one need and groups of three are two groups on it; where six can be together they are, for one adult."""
    everybody = ("ana", "bo", "cy", "dee", "eve", "fay")
    for solver in (search, exactly):
        plan = plan_groups(room_of(**failed(*everybody)), GroupRules(largest=3), solver)
        assert [(group.focus, len(group.members)) for group in plan.first.groups] == [("x", 3), ("x", 3)]
        assert plan.first.alone == ()
    larger = plan_groups(room_of(**failed(*everybody)))
    assert [len(group.members) for group in larger.first.groups] == [6]


def test_a_solver_of_ones_own_is_asked() -> None:
    """What a solver finds is told, and with a bound that it reaches it is best."""

    def stubborn(problem: Problem, alternatives: int, seed: int) -> Found:
        assert (alternatives, seed) == (2, 5)
        return Found((((0, 0b111),), ()), problem.value([(0, 0b111)]))

    plan = plan_groups(room_of(**failed("ana", "bo", "cy")), GroupRules(seed=5), stubborn)
    assert plan.best
    assert (plan.first.changes, plan.alternatives[0].changes) == (0, 3)


def test_a_table_is_read_back_as_the_grouping_it_was() -> None:
    """CSV of a plan gives its groups again, a name that looks like a formula among them; columns in any order."""
    room = room_of(**failed("=ana", "bo", "cy"), dee=[fact for on in "abcdx" for fact in met("dee", on)])
    plan = plan_groups(room)
    text = csv_text(plan.table())
    assert read_earlier(text.splitlines(keepends=True)) == (EarlierGroup("x", ["=ana", "bo", "cy"]),)
    assert text.splitlines()[-1] == ",,dee,,No step now: everything is met."
    turned = ["learner,more,focus,group\n", "ana,?,x,one\n", "\n", "bo,?,x,one\n", "cy,,,\n"]
    assert read_earlier(turned) == (EarlierGroup("x", ["ana", "bo"]),)
    assert read_earlier(["group,focus,learner\n"]) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"smallest": 1},
        {"largest": 2},
        {"adults": 0},
        {"adults": 1.5},
        {"alternatives": 6},
        {"alternatives": True},
        {"seed": -1},
        {"apart": [("ana",)]},
        {"apart": [("ana", "ana")]},
        {"apart": [("ana", "")]},
        {"apart": ["ab"]},
        {"apart": [(1, 2)]},
        {"apart": None},
        {"before": None},
        {"before": "ana"},
        {"before": [["ana"]]},
        {"before": [[EarlierGroup("x", ["ana"]), EarlierGroup("a", ["ana"])]]},
    ],
)
def test_rules_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    """Sizes, counts, pairs and earlier groups are what they say, or the name of the setting is in the refusal."""
    with pytest.raises((TypeError, ValueError), match=next(iter(wrong))):
        GroupRules(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(("focus", "learners", "named"), [("", ["ana"], "focus"), ("x", "ana", "learners")])
def test_an_earlier_group_that_cannot_be_is_refused(focus: str, learners: Sequence[str], named: str) -> None:
    """One text is not taken for learners letter by letter, and a group had a focus."""
    with pytest.raises((TypeError, ValueError), match=named):
        EarlierGroup(focus, learners)
