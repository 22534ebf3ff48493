"""How far an answer hangs on one score: what is told is true, and no smaller change of one score turns it."""

from datetime import UTC, datetime, timedelta

from attrs import evolve
from hypothesis import given
from typing_commands import Run, fits
from worlds import BRIEF, Pick, World, dense, profile, worlds

from competencies import Competency, Framework
from mastery import (
    Basis,
    CheckRule,
    Criteria,
    Decision,
    DecisionKind,
    Evidence,
    Policy,
    Standing,
    evaluate,
    models,
    why,
)
from mastery.sensitivity import MOST_PIECES

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
ONE = Framework("one", [Competency("a")])
MILLION = 1_000_000
GRID = range(0, MILLION + 1, 50_000)


def seen(world: World, name: str, key: str = "", score: float = 0.0) -> Standing:
    """The standing on a competency, everything evaluated, with one piece at another score."""
    facts = [
        evolve(fact, score=score) if isinstance(fact, Evidence) and fact.key == key else fact for fact in world.facts
    ]
    return evaluate(world.framework, world.policy, facts, world.at).standing(name)


def turned(now: Standing, then: Standing) -> bool:
    """Whether the answer is another: credit or the criteria come, or credit by evidence goes."""
    if now.credit is not None:
        return then.credit is None or then.credit.basis is not Basis.DEMONSTRATED
    return then.credit is not None or (then.criteria_met and not now.criteria_met)


def holds(world: World, name: str) -> bool:
    """Check one competency against every score of the grid for every piece; return whether it hangs on one."""
    progress = evaluate(world.framework, world.policy, world.facts, world.at)
    now, answer = progress.standing(name), why(progress, name)
    found = answer.sensitivity
    by_evidence = now.credit is None or now.credit.basis is Basis.DEMONSTRATED
    pieces = [piece for piece in answer.evidence if piece.counts and piece.score is not None]
    up = now.credit is None
    changes = [
        abs(held - round(piece.score * MILLION))
        for piece in pieces
        for held in GRID
        if piece.score is not None
        and by_evidence
        and (held / MILLION > piece.score if up else held / MILLION < piece.score)
        and turned(now, seen(world, name, piece.key, held / MILLION))
    ]
    if found is None:
        assert not changes
        return False
    change = round((found.would_be - found.score) * MILLION)
    assert (change > 0) is up
    assert turned(now, seen(world, name, found.key, found.would_be))
    nearer = (round(found.would_be * MILLION) - (1 if up else -1)) / MILLION
    assert not turned(now, seen(world, name, found.key, nearer))
    assert abs(change) <= min(changes, default=MILLION)
    return True


@profile(25)
@given(worlds())
def test_no_smaller_change_on_a_grid_turns_the_answer(drawn: tuple[World, Pick]) -> None:
    """What is told turns the answer, a millionth less does not, and no score of a grid comes nearer."""
    world, pick = drawn
    holds(world, pick([leaf.identifier for leaf in world.framework.leaves]))


def test_the_same_in_dense_worlds() -> None:
    """The same, in larger worlds, where enough answers hang on one score."""
    told = [holds(world, rng.choice(world.framework.leaves).identifier) for world, rng in dense("sensitivity", 150)]
    assert BRIEF or sum(told) >= 0.08 * len(told)


def test_only_the_latest_pieces_are_looked_at() -> None:
    """An older piece that would need less is not told: so many of the latest are looked at, and no more."""
    facts = work(0.7, *[0.1] * MOST_PIECES)
    highest = Policy(models.model("highest"), Criteria(pieces=1, occasions=1), None)
    found = [why(evaluate(ONE, highest, facts[n:], T0 + timedelta(days=40)), "a").sensitivity for n in (0, 1)]
    assert found[0] == found[1]
    assert found[0] is not None
    assert found[0].key == f"e{MOST_PIECES}"


def work(*scores: float) -> list[Evidence]:
    return [Evidence("ana", "a", score, T0 + timedelta(days=n), key=f"e{n}") for n, score in enumerate(scores)]


def said(scores: tuple[float, ...], policy: Policy, *more: Decision) -> str | None:
    found = why(evaluate(ONE, policy, [*work(*scores), *more], T0 + timedelta(days=9)), "a").sensitivity
    return None if found is None else found.text


LATEST = Policy(model=models.Latest(), criteria=Criteria(pieces=1, occasions=1), check=None)


def test_the_sentences() -> None:
    """Each outcome has its sentence: met, check due, no longer met; nothing where no single score can turn it."""
    checked = evolve(LATEST, check=CheckRule())
    assert said((0.5,), LATEST) == "If the 0.50 of 2026-03-02 09:00 UTC were 0.80 or better, it would be met."
    assert said((0.85,), LATEST) == "If the 0.85 of 2026-03-02 09:00 UTC were under 0.80, it would not be met."
    due = "If the 0.50 of 2026-03-02 09:00 UTC were 0.80 or better, the criteria would be met and the check due."
    assert said((0.5,), checked) == due
    assert said((0.5,), Policy(check=None)) is None


def test_credit_by_a_person_hangs_on_no_score() -> None:
    """What was granted rests on no evidence."""
    grant = Decision(
        learner="ana", competency="a", kind=DecisionKind.GRANT, by="the teacher", why="seen", observed_at=T0, key="g"
    )
    assert said((0.1,), LATEST, grant) is None


def test_of_equal_changes_the_latest_piece_is_named() -> None:
    """Where two pieces need the same change, the later one is told."""
    policy = evolve(LATEST, model=models.Mean(), criteria=Criteria(pieces=2, occasions=1))
    found = why(evaluate(ONE, policy, work(0.7, 0.7), T0 + timedelta(days=9)), "a").sensitivity

    assert found is not None
    assert (found.key, found.score, found.would_be) == ("e1", 0.7, 0.9)


def test_why_tells_decisions_and_what_the_answer_hangs_on(school: Run) -> None:
    """`why --json` lists decisions as the words do, and both tell the sentence of sensitivity."""
    school("decide", "ana", "WN3.1", "pin", "--by", "the teacher", "--why", "now", "--until", "2090-01-01T00:00Z")
    answer = fits(school("why", "ana", "WN3.1", "--json")[1], "why")
    words = " ".join(school("why", "ana", "WN3.1")[1].split())

    (decision,) = answer["decisions"]
    assert (decision["kind"], decision["by"], decision["why"]) == ("pin", "the teacher", "now")
    assert decision["until"] == "2090-01-01T00:00:00Z"
    assert f"[{decision['key']}]" in words
    assert (answer["sensitivity"] is not None) is ("What it hangs on:" in words)
