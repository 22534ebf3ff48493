"""Whether a learner may enter: agrees with status, gates and steps, in every world."""

from __future__ import annotations

import pytest
from worlds import Pick, Tally, World, holds
from worlds_small import REQUIRED, check, day, decide, framework, look, piece, rules

from competencies import UnknownCompetency
from mastery import Action, Overlay, Status, evaluate
from mastery.entry import EntryTo, entry

TALLY = Tally()
CHAIN = framework("a b", b="a")
CHECKS = {Action.CHECK, Action.RETAKE, Action.RECHECK}


def entry_agrees(world: World, pick: Pick, tally: Tally) -> None:
    """Work is shut exactly where it is locked or on hold, the check where no check is the step, beyond by the gate."""
    progress = evaluate(world.framework, world.policy, world.facts, world.at)
    seen = {"shut": False, "check": False, "beyond": False, "held": False}
    for competency, standing in progress.standings():
        name = competency.identifier
        held = Overlay.HELD in standing.overlays
        shut = standing.status is Status.LOCKED or held
        work, check, beyond = (entry(progress, name, to) for to in EntryTo)
        position = progress.rules.expansion.position[name]

        assert work.allow is not shut
        assert check.allow is (not shut and (standing.action in CHECKS or standing.may_challenge))
        assert beyond.allow is bool(progress.met >> position & 1)
        for one in (work, check, beyond):
            assert competency.label in one.because
            assert (one.competency, one.code, one.status) == (name, competency.code, standing.status)
        seen = {"shut": seen["shut"] or shut, "check": seen["check"] or check.allow,
                "beyond": seen["beyond"] or beyond.allow, "held": seen["held"] or held}  # fmt: skip
    for group in (c for c in world.framework.competencies if world.framework.parts(c.identifier)):
        parts = [entry(progress, leaf.identifier, EntryTo.BEYOND).allow
                 for leaf in world.framework.leaves if _is_under(world, leaf.identifier, group.identifier)]  # fmt: skip
        assert entry(progress, group.identifier, EntryTo.BEYOND).allow is all(parts)
    tally.case("entry", **seen)


def _is_under(world: World, name: str, group: str) -> bool:
    over = world.framework.part_of.get(name)
    return over == group or (over is not None and _is_under(world, over, group))


def test_entry_agrees_with_status_step_and_gate() -> None:
    """In every world, what may be entered is what the status, the step and the gates say."""
    holds(entry_agrees, TALLY, 300)
    TALLY.demand("entry", shut=0.3, check=0.2, beyond=0.3, held=0.02)


def test_the_reason_names_what_is_missing() -> None:
    """A page that is shut says what it waits for, and one that is open where the learner stands."""
    shut = entry(look(rules(), [], within=CHAIN), "b")
    assert (shut.allow, shut.because) == (False, "b is locked until a is met.")
    either = framework("a x b", b="a or x")
    assert entry(look(rules(), [], within=either), "b").because == "b is locked until a is met, or in another way."
    begun = look(rules(), [piece(0.2, 0, "a")], within=CHAIN)
    assert entry(begun, "a").because == "a is in progress."
    assert entry(begun, "a", EntryTo.BEYOND).because == "a is not met."
    assert entry(begun, "a", EntryTo.CHECK).because == "No check is due on a."


def test_a_hold_shuts_the_page_and_says_who() -> None:
    """While a person holds a competency its pages are shut, with the reason and the person, and open again after."""
    held = [decide("hold", 1, "a", until=day(5))]
    shut = entry(look(rules(), held, 2, CHAIN), "a")
    assert not shut.allow
    assert "mr k" in shut.because
    assert entry(look(rules(), held, 6, CHAIN), "a").allow


def test_what_lapsed_and_locks_opens_nothing_beyond() -> None:
    """Where a lapse locks, what lies beyond is shut after a failed check, and the reason says that it is met."""
    facts = [piece(1, 0, "a"), check(1, 1, "a"), check(0, 9, "a")]
    policy = rules(check=REQUIRED, lapse="lock")
    assert entry(look(policy, facts, 5, CHAIN), "a", EntryTo.BEYOND).allow
    shut = entry(look(policy, facts, 10, CHAIN), "a", EntryTo.BEYOND)
    assert (shut.allow, shut.because) == (False, "a is met, but lapsed.")


def test_an_unknown_competency_is_told_with_the_near_miss() -> None:
    """Asked about what there is not, it raises and offers what is close."""
    with pytest.raises(UnknownCompetency, match="alpha"):
        entry(look(rules(), [], within=framework("alpha")), "alpah")
