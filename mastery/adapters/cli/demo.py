"""`mastery demo`: a class on the spot, what one learner can do next, why something is locked, and what to try."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import competencies
import mastery
from mastery.adapters.cli import bar
from mastery.adapters.cli.options import now
from mastery.adapters.cli.render import print_next, print_why, say
from mastery.adapters.cli.simulation import LEARNERS, Fact, simulated_class

__all__ = ["run"]

PACK = "fractions-to-proportions"


def run(db: Path, *, fresh: bool, seed: int, at: datetime | None = None) -> None:
    """Make the demonstration class in `db` and print it; an existing file is left alone unless `fresh`."""
    if fresh:
        for end in ("", "-wal", "-shm"):
            db.with_name(db.name + end).unlink(missing_ok=True)
    elif db.exists():
        raise mastery.StoreError(f"{db} is there already: give another --db, or --fresh to make it anew.")
    until = at or now()
    say(f"Making a class of {len(LEARNERS)} with six weeks of simulated work in {db} ...")
    framework, policy = competencies.pack(PACK), mastery.Policy()
    days = by_day(simulated_class(framework, policy, until, seed), until)
    today = [until]
    with bar.shown() as watch, mastery.open(db, framework, policy, clock=lambda: today[0], watch=watch) as engine:
        facts = awards = 0
        for today[0], work in days.items():  # each evening the work of the day, as in a school
            receipt = engine.record_all(work)
            facts, awards = facts + len(receipt.recorded), awards + len(receipt.awards)
        today[0] = until
        say(f"{framework.title}: {len(framework.leaves)} competencies in {len(framework.competencies)} entries.")
        say(f"{facts} facts, {awards} credits earned.")
        progress = {learner: engine.progress(learner) for learner in LEARNERS}
        learner = _liveliest(progress)
        locked = _nearest_locked(progress[learner])
        say()
        steps = mastery.next_steps(progress[learner])
        print_next(learner, progress[learner], steps[:3], len(steps))
        say()
        print_why(learner, progress[learner], mastery.why(progress[learner], locked))
        say()
        _what_to_try(db, learner, locked, steps[0].code)


def by_day(facts: Sequence[Fact], until: datetime) -> dict[datetime, list[Fact]]:
    """Return facts by the evening on which they are recorded, or `until` where that is earlier; in order of time."""
    days: dict[datetime, list[Fact]] = {}
    for fact in sorted(facts, key=lambda fact: fact.observed_at):
        evening = fact.observed_at.replace(hour=17, minute=0, second=0, microsecond=0)
        days.setdefault(min(evening, until), []).append(fact)
    return days


def _liveliest(progress: dict[str, mastery.Progress]) -> str:
    """Return the learner with the most kinds of step: the best one to look at first."""

    def kinds(learner: str) -> tuple[int, int]:
        actions = Counter(step.action for step in mastery.next_steps(progress[learner]))
        return len(actions), -progress[learner].credited.bit_count()

    return max(sorted(progress), key=kinds)


def _nearest_locked(progress: mastery.Progress) -> str:
    """Return the code of a locked competency whose answer is worth reading: more than one way, some needs met."""

    def worth(code: str) -> tuple[bool, bool, int]:
        answer = mastery.why(progress, code)
        partly = any(part.met for part in answer.tree.parts)
        return len(answer.ways) > 1, partly, -len(answer.ways[0])

    locked = [c.label for c, standing in progress.standings() if standing.status is mastery.Status.LOCKED]
    return max(locked, key=worth)


def _what_to_try(db: Path, learner: str, locked: str, started: str) -> None:
    program = shlex.quote(_program())
    at = f"--db {shlex.quote(str(db))}"
    say("Five things to try", bold=True)
    for command in (
        f"next {learner} {at}",
        f"show {learner} {at}",
        f"why {learner} {locked} {at}",
        f"record {learner} {started} 0.9 {at}",
        f'decide {learner} {locked} unlock --by you --why "ready in my judgement" {at}',
    ):
        sys.stdout.write(f"   {program} {command}\n")  # never wrapped: it is there to be copied


def _program() -> str:
    called = Path(sys.argv[0])
    return "mastery" if called.name != "mastery" or called.parent == Path() else str(called)
