"""The demonstration class for the service: with a roster of two classes, and a token for each sort of caller."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from mastery.access import Class, Enrolment, Person, Role, Roster
from mastery.adapters.cli import demo
from mastery.adapters.cli.options import now
from mastery.adapters.cli.render import say
from mastery.adapters.cli.simulation import LEARNERS
from mastery.adapters.http.credentials import issue_token
from mastery.adapters.http.tenants import Tenant

__all__ = ["made_for_show", "roster_for_show", "show_what_to_try"]

_FILE = Path("mastery-demo.db")
_SYSTEM = "a system"


def roster_for_show() -> Roster:
    """Return the roster of the demonstration class: two classes, each with a teacher; a coach, a family, the office."""
    half = len(LEARNERS) // 2
    groups = {"7a": LEARNERS[:half], "7b": LEARNERS[half:]}
    adults = [
        Person("teacher-7a", account="teacher-7a"),
        Person("teacher-7b", account="teacher-7b"),
        Person("coach", account="coach"),
        Person("reviewer", account="reviewer"),
        Person("family", account="family"),
        Person("office", account="office", roles=frozenset({Role.ADMINISTRATOR})),
    ]
    enrolments = [
        *(Enrolment(group, learner, Role.LEARNER) for group, learners in groups.items() for learner in learners),
        *(Enrolment(group, f"teacher-{group}", Role.TEACHER) for group in groups),
        Enrolment("7a", "coach", Role.COACH),
        Enrolment("7b", "reviewer", Role.REVIEWER),
    ]
    learners = [Person(learner, roles=frozenset({Role.LEARNER})) for learner in LEARNERS]
    classes = [Class(group, f"Class {group}") for group in groups]
    return Roster.of([*learners, *adults], classes, enrolments, [("family", LEARNERS[0])])


def made_for_show(db: Path | None, at: datetime | None = None) -> tuple[Path, str]:
    """Make the demonstration class in a file, if it is not there, with a roster; print tokens, return a system's."""
    path = db or _FILE
    if not path.exists():
        with redirect_stdout(StringIO()):
            demo.run(path, fresh=False, seed=7, at=at)
    tenant = Tenant("school", path)
    try:
        tenant.access.rosters.replace(roster_for_show())
        ends = now() + timedelta(days=1)
        tokens = {who or _SYSTEM: issue_token(tenant, "demonstration", expires_at=ends, person=who)[1]
                  for who in ("", "teacher-7a", LEARNERS[0], "family", "office")}  # fmt: skip
    finally:
        tenant.close()
    say("Tokens for a day", bold=True)
    for who, text in tokens.items():
        say(f"   {who:<12} {text}")
    return path, tokens[_SYSTEM]


def show_what_to_try(address: str, token: str) -> None:
    """Print a question to paste."""
    say("Try:")
    line = f'   curl -H "Authorization: Bearer {token}" {address}/v1/learners/{LEARNERS[0]}/next\n'
    sys.stdout.write(line)  # never wrapped: it is there to be copied
    sys.stdout.flush()
