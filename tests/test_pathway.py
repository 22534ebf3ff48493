"""Next steps and why: counts that are true, an order that can be explained, ways and paths that work."""

import random
from datetime import UTC, datetime, timedelta

import networkx
import pytest

import competencies
from competencies import Competency, Framework, UnknownCompetency
from mastery import (
    Action,
    CheckRule,
    Criteria,
    Decision,
    DecisionKind,
    Evidence,
    Policy,
    Progress,
    Purpose,
    Status,
    Step,
    evaluate,
    next_steps,
    path,
    why,
)
from mastery.pathway import PARTS

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
PACK = competencies.pack("fractions-to-proportions")
CODES = [competency.code for competency in PACK.leaves]
EASY = Policy(criteria=Criteria(pieces=1, occasions=1), check=None)


def decided(kind: DecisionKind, code: str, n: int = 0, **more: object) -> Decision:
    when = T0 + timedelta(hours=n)
    return Decision(
        learner="ana", competency=code, kind=kind, by="ms-r", why="w", observed_at=when, key=f"{kind}{code}{n}", **more
    )  # type: ignore[arg-type]


def credited(*codes: str, policy: Policy = EASY, days: float = 1) -> Progress:
    facts = [decided(DecisionKind.GRANT, code) for code in codes]
    return evaluate(PACK, policy, facts, T0 + timedelta(days=days))


def some_states(count: int) -> list[list[str]]:
    """Feasible states of the pack, drawn by walking at random from nothing."""
    chance, found = random.Random(11), []
    for _ in range(count):
        state: list[str] = []
        for _ in range(chance.randrange(40)):
            state.append(chance.choice([step.code for step in next_steps(credited(*state))]))
        found.append(state)
    return found


@pytest.mark.parametrize("state", some_states(12))
def test_unlocks_and_leads_to_are_what_would_happen(state: list[str]) -> None:
    """`unlocks` counts what crediting the step would open, tried out; `leads_to` what needs it, by networkx."""
    before = credited(*state)
    locked = {code for code in CODES if before.status(code) is Status.LOCKED}
    graph = PACK.graph
    graph.remove_edges_from([(a, b) for a, b, hard in graph.edges.data("hard") if not hard])
    for step in next_steps(before):
        after = credited(*state, step.code)
        opened = {code for code in locked if after.status(code) is not Status.LOCKED}
        ahead = networkx.descendants(graph, step.competency) - set(before.credits)
        assert step.unlocks == len(opened)
        assert step.score_parts["leads_to"] == len(ahead)
        assert not opened or any("would open" in sentence for sentence in step.because)


@pytest.mark.parametrize("state", some_states(6))
def test_steps_are_in_the_order_of_their_parts(state: list[str]) -> None:
    """Steps are ordered by their score parts, the first weighing most, ties in framework order, every time alike."""
    steps = next_steps(credited(*state))
    ranks = [([-step.score_parts[name] for name in PARTS], CODES.index(step.code)) for step in steps]

    assert ranks == sorted(ranks)
    assert steps == next_steps(credited(*reversed(state)))
    assert next_steps(credited(*state), limit=2) == steps[:2]


@pytest.mark.parametrize("state", some_states(8))
def test_a_path_can_be_walked_and_a_way_opens(state: list[str]) -> None:
    """Granting a path's codes in order never meets a locked one and ends at the goal; any one way opens the gate."""
    before = credited(*state)
    for goal in random.Random(len(state)).sample([c for c in CODES if before.status(c) is Status.LOCKED], 5):
        walked = list(state)
        for code in path(before, goal):
            assert credited(*walked).status(code) is not Status.LOCKED
            walked.append(code)
        assert walked[-1] == goal
        for way in why(before, goal).ways:
            assert credited(*state, *way).status(goal) is not Status.LOCKED


def first(progress: Progress, **more: object) -> Step:
    return next_steps(progress, **more)[0]  # type: ignore[arg-type]


def test_what_a_person_pinned_comes_first_with_who_and_why() -> None:
    """A pin outweighs everything else, and its reason is told."""
    last = next_steps(credited())[-1].code
    step = first(evaluate(PACK, EASY, [decided(DecisionKind.PIN, last)], T0 + timedelta(days=1)))

    assert step.code == last
    assert "Pinned by ms-r: w." in step.because


def test_a_floor_stays_first_until_it_is_met() -> None:
    """A floor of the policy comes before all but pins while it is not met, and is nothing special afterwards."""
    last = next_steps(credited())[-1].code
    policy = Policy(criteria=EASY.criteria, check=None, floors=(last,))

    assert first(credited(policy=policy)).code == last
    assert "until it is met" in " ".join(first(credited(policy=policy)).because)
    overdue = [step for step in next_steps(credited(last, policy=policy, days=400)) if step.code == last]
    assert overdue[0].score_parts["floor"] == 0


def test_a_goal_brings_forward_what_leads_to_it() -> None:
    """With a goal, steps on the way come first, and counts look only at what leads there."""
    before = credited()
    steps = next_steps(before, goals=["SD7.2"])
    on_the_way = set(path(before, "SD7.2"))
    ways = [step.score_parts["on_the_way"] for step in steps]

    assert ways == sorted(ways, reverse=True)
    assert {step.code for step in steps if step.code in on_the_way} <= {
        s.code for s in steps if s.score_parts["on_the_way"]
    }
    with pytest.raises(UnknownCompetency):
        next_steps(before, goals=["SD7.22"])


def test_a_choice_level_limits_what_may_be_started_and_nothing_else() -> None:
    """With `choice` 1 one start is offered; work that is under way stays."""
    policy = Policy(choice=1)
    facts = [Evidence("ana", code, 0.5, T0) for code in ("FR3.1", "WN3.1")]
    steps = next_steps(evaluate(PACK, policy, facts, T0 + timedelta(days=1)))

    assert sorted(step.action for step in steps) == [Action.CONTINUE, Action.CONTINUE, Action.START]


def test_what_is_begun_comes_before_what_is_new_and_checks_first() -> None:
    """A check that is due comes before work under way, which comes before a start."""
    facts = [Evidence("ana", "FR3.1", 1.0, T0 + timedelta(days=n), occasion=str(n)) for n in range(3)]
    steps = next_steps(evaluate(PACK, Policy(), [*facts, Evidence("ana", "WN4.1", 0.5, T0)], T0 + timedelta(days=9)))

    assert [step.action for step in steps[:3]] == [Action.CHECK, Action.CONTINUE, Action.START]


def test_a_check_is_offered_with_the_mark_in_force_and_the_forms_left() -> None:
    """A step that asks for a check tells the policy's own pass score and only the forms that were not used."""
    policy = Policy(criteria=EASY.criteria, check=CheckRule(pass_score=0.9))
    forms = PACK.competency("FR3.1").check
    assert forms is not None
    failed = Evidence("ana", "FR3.1", 0.85, T0, purpose=Purpose.CHECK, item=forms.items[0])
    step = first(evaluate(PACK, policy, [failed], T0 + timedelta(days=3)))

    assert step.action is Action.RETAKE
    assert step.check is not None
    assert (step.check.pass_score, step.check.unused_forms) == (0.9, forms.items[1:])


def test_a_recommendation_that_is_not_met_is_named_and_never_locks() -> None:
    """A soft prerequisite orders and is named in the reasons; it shuts no gate."""
    framework = Framework("soft", [Competency("a"), Competency("b")], recommends={"a": "b"})
    steps = next_steps(evaluate(framework, EASY, [], T0))

    assert [step.competency for step in steps] == ["b", "a"]
    assert steps[1].score_parts["recommended"] == 0
    assert "Recommended before it, not required: b." in steps[1].because


def test_evidence_is_listed_with_what_counts_and_why_not() -> None:
    """`why` lists every piece, oldest first, with the reason why one does not count."""
    facts = [
        Evidence("ana", "FR3.1", 1.0, T0, item="i1", key="a"),
        Evidence("ana", "FR3.1", 1.0, T0 + timedelta(days=1), item="i1", key="b"),
        Evidence("ana", "FR3.1", 1.0, T0 + timedelta(days=2), purpose=Purpose.SELF, key="c"),
        decided(DecisionKind.REVOKE, "FR3.1", 80),
        Evidence("ana", "FR3.1", 1.0, T0 + timedelta(days=9), key="d"),
    ]
    answer = why(evaluate(PACK, EASY, facts, T0 + timedelta(days=10)), "FR3.1")

    assert [(piece.key, piece.counts) for piece in answer.evidence] == [
        ("a", False),
        ("b", False),
        ("c", False),
        ("d", True),
    ]
    assert "revoked" in answer.evidence[0].note
    again = why(evaluate(PACK, EASY, facts[:3], T0 + timedelta(days=10)), "FR3.1")
    assert [piece.note for piece in again.evidence] == [
        "",
        "the item i1 was counted before",
        "the policy does not count self evidence",
    ]
