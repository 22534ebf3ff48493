"""What a record says of a gate is what asking the engine day by day comes to, and who was let past is judged alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from worlds import BRIEF, Palette, World
from worlds_classes import classes
from worlds_facts import day

from competencies import Competency, Framework
from mastery import CheckRule, Criteria, Decision, Evidence, Policy, Progress, evaluate
from mastery.classroom import Classroom, classroom
from mastery.facts import DecisionKind, Fact
from mastery.planning.fairness import Subgroups, audit_gates
from mastery.planning.fairness.records import GateRecord, gate_records
from mastery.retention import Lapse
from mastery.vocabulary import NAMING_A_FACT

BY_WORK = ("demonstrated", "kept")
TIMELY = Palette(kinds=tuple(kind for kind in DecisionKind if kind not in NAMING_A_FACT))
"""Decisions that say nothing of facts before them: what was so on a day is then what the facts until that day say."""


def days(world: World) -> list[Progress]:
    """Return the learner's progress at each instant at which something was observed or ended, one after another."""
    instants: set[datetime] = set()
    for fact in world.facts:
        instants |= {when for name in ("observed_at", "earned_at", "until") if (when := getattr(fact, name, None))}
    return [evaluate(world.framework, world.policy, world.facts, at) for at in sorted(instants) if at <= world.at]


def asked_day_by_day(told: list[Progress], i: int) -> tuple[datetime | None, datetime | None]:
    """Return when the check was first passed and when work earned credit first, since the last revoke."""
    tracks = [(progress.at, progress.track_at(i)) for progress in told]
    last = tracks[-1][1]
    passed = earned = None
    bases: list[tuple[datetime, str]] = []
    for at, track in tracks:
        if track is None or (last is not None and last.barrier is not None and at <= last.barrier):
            continue
        if passed is None and track.checks.last is True and track.checks.passed_at == at:
            passed = at
        if track.credit is not None:
            bases.append((at, track.credit.basis))
    if bases and bases[0][1] in BY_WORK:
        earned = bases[0][0]
    elif bases and bases[-1][1] in BY_WORK:
        earned = next(at for at, basis in bases if basis in BY_WORK)
    return passed, earned


def test_a_record_is_what_the_engine_says_day_by_day() -> None:
    """Passed, attempts and days are those of the first instant at which the engine, asked then, has the pass."""
    seen: Counter[str] = Counter()
    for room, worlds in classes("records", 150, TIMELY):
        told = {who: days(world) for who, world in worlds.items()}
        for i, records in gate_records(room):
            asked = room.rules.rules[i].check.required
            for one in records:
                track = room.progress[one.learner].track_at(i)
                assert track is not None
                if room.rules.rules[i].lapse is Lapse.LOCK and (track.awards or not asked):
                    continue  # credit may be locked from the first; when that was is not known
                bases = [decision.basis for decision in track.decisions if decision.kind in ("grant", "waive")]
                if len(bases) > 1 and "inferred" in bases:
                    continue  # work that earned it between an inference and another such decision is not known
                passed, earned = asked_day_by_day(told[one.learner], i)
                ends = [when for when in (passed if asked else None, earned) if when is not None]
                assert one.passed is bool(ends)
                scored = [piece for piece in track.evidence if piece.score is not None]
                if ends:
                    tries = [piece for piece in scored if piece.purpose == "check" or not asked]
                    assert one.attempts == sum(piece.observed_at <= min(ends) for piece in tries)
                if earned is None or not scored:
                    assert one.days is None
                else:
                    assert one.days == max(0, (earned - min(piece.observed_at for piece in scored)).days)
                by_hand = track.credit is not None and track.credit.basis in ("granted", "waived")
                seen += Counter(
                    passed=one.passed,
                    not_passed=not one.passed,
                    by_check=asked and one.passed,
                    without=one.passed and not asked,
                    given_and_passed=one.passed and by_hand,
                    given=by_hand and not one.passed,
                    revoked=track.barrier is not None,
                )
    assert BRIEF or min(seen.values()) >= 15, seen


# Who was let past.

ONE = Framework("one", [Competency("a", code="A")])
RULES = Policy(criteria=Criteria(0.3, pieces=1, occasions=1), check=CheckRule(required=True, wait_days=1))
NO_CHECK = Policy(criteria=Criteria(0.8, pieces=2, occasions=1), check=CheckRule(required=False))


def decided(kind: str, on: float, **more: str) -> Decision:
    """Return a decision about a."""
    told = {"learner": "ana", "kind": kind, "by": "the teacher", "why": "seen", "competency": "a"} | more
    return Decision(observed_at=day(on), key=f"{kind} {on}", **told)  # type: ignore[arg-type]


def piece(score: float, on: float, purpose: str = "check") -> Evidence:
    """Return a piece on a."""
    return Evidence("ana", "a", score, day(on), purpose=purpose, key=f"{purpose} {on}")


def record(facts: Iterable[Fact], policy: Policy = RULES) -> GateRecord:
    """Return the one record of these facts."""
    ((_, (one,)),) = gate_records(classroom(ONE, policy, {"ana": list(facts)}, day(30)))
    return one


def test_a_check_is_passed_by_whoever_passes_it_whatever_a_person_gave() -> None:
    """Before, after or without credit given by hand: a valid pass is one; a revoke takes it back."""
    first = piece(0.9, 0, "formative")
    assert record([first, piece(1.0, 3)]) == GateRecord("ana", 1, True, 3, False)
    assert record([first, decided("grant", 1), piece(1.0, 3)]) == GateRecord("ana", 1, True, None, True)
    assert record([first, piece(1.0, 3), piece(1.0, 6), decided("waive", 9)]) == GateRecord("ana", 1, True, 3, True)
    assert record([first, decided("grant", 1), piece(0.1, 3)]) == GateRecord("ana", 1, False, None, True)
    assert record([first, piece(0.1, 3), piece(1.0, 3.5)]) == GateRecord("ana", 2, False, None, False)
    assert record([first, piece(1.0, 3), decided("revoke", 9)]) == GateRecord("ana", 1, False, None, False)
    assert record([first, piece(1.0, 3), piece(0.1, 9)]) == GateRecord("ana", 1, True, 3, False)


def test_without_a_check_what_follows_credit_by_hand_tries_nothing() -> None:
    """Work after a grant cannot earn what is there, so that it is neither a try nor a fail; work before it was one."""
    after = [piece(1.0, n, "formative") for n in (3, 4)]
    assert record([decided("grant", 1), *after], NO_CHECK) == GateRecord("ana", 0, False, None, True)
    assert record([*after, decided("grant", 9)], NO_CHECK) == GateRecord("ana", 2, True, 1, True)
    assert record([piece(0.1, 0, "formative"), decided("grant", 1), *after], NO_CHECK).attempts == 1


def test_what_a_placement_inferred_is_no_override() -> None:
    """Nobody stepped in where a placement inferred credit; a waive in its own right is an override."""
    assert not record([piece(1.0, 3), decided("waive", 1, basis="inferred")]).overridden
    assert record([piece(1.0, 3), decided("waive", 1)]).overridden


def school(facts: dict[str, list[Fact]]) -> Classroom:
    """Return the classroom of these facts, each written for its learner."""
    return classroom(ONE, RULES, facts, day(30))


def test_credit_given_to_one_side_flags_nothing_where_all_pass_the_check() -> None:
    """Forty learners pass the check at once; that eight of one side were granted it before is told as overrides."""

    def facts(who: str, *, granted: bool) -> list[Fact]:
        told: list[Fact] = [Evidence(who, "a", 1.0, day(3), purpose="check", key="c")]
        if granted:
            told.append(
                Decision(learner=who, kind="grant", by="t", why="s", competency="a", observed_at=day(1), key="g")  # type: ignore[arg-type]
            )
        return told

    told = {f"{side}{n}": facts(f"{side}{n}", granted=side == "y" and n < 8) for side in "xy" for n in range(20)}
    report = audit_gates(school(told), Subgroups("side", {who: who[0] for who in told}))
    assert report.flagged == ()
    assert [(cell.passed, cell.n, cell.overrides) for cell in report.gates[0].cells] == [(20, 20, 0.0), (20, 20, 0.4)]
