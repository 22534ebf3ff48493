"""The demonstration class for the service: with a roster of two classes, and a token for each sort of caller."""

from __future__ import annotations

import secrets
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
from mastery.adapters.http.credentials import issue_token, set_password
from mastery.adapters.http.tenants import Tenant

__all__ = ["ACCOUNTS", "made_for_show", "roster_for_show", "show_what_to_try"]

_FILE = Path("mastery-demo.db")
_SYSTEM = "a system"
_PASSWORD = 12
ACCOUNTS = {
    "teacher-7a": "the teacher of class 7a",
    "coach": "sees class 7a, writes nothing",
    LEARNERS[0]: "a learner",
    "family": f"the family of {LEARNERS[0]}",
    "office": "sees every class, and the rules",
}
"""Who can sign in to the demonstration, and as what."""


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
    signing_in = {LEARNERS[0]: LEARNERS[0]}
    learners = [
        Person(learner, account=signing_in.get(learner, ""), roles=frozenset({Role.LEARNER})) for learner in LEARNERS
    ]
    classes = [Class(group, f"Class {group}") for group in groups]
    return Roster.of([*learners, *adults], classes, enrolments, [("family", LEARNERS[0])])


def made_for_show(db: Path | None, at: datetime | None = None) -> tuple[Path, str, str]:
    """Make the demonstration class in a file, if it is not there, with a roster; print tokens for programs.

    Return the file, the token of a system, and the password with which every account can sign in until the next time.
    """
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
        password = secrets.token_urlsafe(_PASSWORD)
        for account in ACCOUNTS:
            set_password(tenant, account, password)
    finally:
        tenant.close()
    say("Tokens for a day", bold=True)
    for who, text in tokens.items():
        say(f"   {who:<12} {text}")
    return path, tokens[_SYSTEM], password


def show_what_to_try(address: str, token: str, password: str) -> None:
    """Print where to sign in and as whom, and a question to paste."""
    say(f"Open {address}/ in a browser and sign in, with the password {password}", bold=True)
    for account, who in ACCOUNTS.items():
        say(f"   {account:<12} {who}")
    say("Or ask as a program does:")
    line = f'   curl -H "Authorization: Bearer {token}" {address}/v1/learners/{LEARNERS[0]}/next\n'
    sys.stdout.write(line)  # never wrapped: it is there to be copied
    sys.stdout.flush()
