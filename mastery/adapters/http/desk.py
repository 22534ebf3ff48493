"""`Desk`: a tenant as one caller may use it. All that a route sees of learners comes over it, and is logged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

from competencies import Framework
from mastery import Change, Decision, Engine, Evidence, KeyConflict, Policy, Progress, Receipt
from mastery.access import EVERYBODY, Caller, Permission, Reach, Roster, classes_reached, learners_reached, may
from mastery.adapters.http.credentials import digest, issue_token
from mastery.adapters.http.problems import Problem, problem_of
from mastery.adapters.http.tenants import Tenant
from mastery.admission import stamped
from mastery.classroom import Classroom
from mastery.facts import Fact, differences
from mastery.store.access import AccessStore, Session, Token
from mastery.store.access.requests import Requests
from mastery.store.protocol import Adoption

__all__ = ["ALL", "Desk"]

ALL = "everybody"
"""The class of all learners, for who reaches every one."""

LONGEST_NAME = 500


class Desk:
    """What a caller may see and do with one permission; whom it does not reach is refused, known or not.

    Every learner of whom something is shown is noted in the log of disclosures first, under the name of the route.
    """

    def __init__(
        self, tenant: Tenant, caller: Caller, permission: Permission, roster: Roster, now: datetime, route: str
    ) -> None:
        self._tenant, self.caller, self.permission, self.roster = tenant, caller, permission, roster
        self.now, self.route = now, route

    @property
    def tenant(self) -> str:
        """The name of the tenant."""
        return self._tenant.name

    def also(self, permission: Permission) -> Desk:
        """Return the desk of the same caller for another permission; refuses who does not have it."""
        if not may(self.caller, permission):
            raise Problem("not-permitted", f"{permission} was wanted; your roles and scopes do not give it.")
        return Desk(self._tenant, self.caller, permission, self.roster, self.now, self.route)

    @cached_property
    def reach(self) -> Reach:
        """Return the learners whom the caller reaches."""
        return learners_reached(self.caller, self.permission, self.roster, self.now.date())

    @cached_property
    def classes(self) -> Reach:
        """Return the classes that the caller reaches."""
        return classes_reached(self.caller, self.permission, self.roster, self.now.date())

    def refuse_unreached(self, learners: Iterable[str]) -> None:
        """Refuse learners whom the caller does not reach, in words that do not tell whether there are such."""
        names = list(learners)
        if any(not 0 < len(name) <= LONGEST_NAME for name in names):
            raise Problem("not-found", f"The name of a learner was wanted, of 1 to {LONGEST_NAME} characters.")
        if self.reach is not EVERYBODY and not self.reach.issuperset(names):
            beyond = sorted({*names} - self.reach)
            raise Problem(
                "not-permitted", f"{beyond[0]!r} is not among the learners whom you reach with {self.permission}."
            )

    def note(self, learners: Iterable[str]) -> None:
        """Note that the caller is about to see something of these learners; of themselves is no disclosure."""
        others = {learner for learner in learners if learner != self.caller.name}
        self._tenant.access.disclosures.note(self.caller.name, self.caller.via, self.route, others, self.now)

    def _asked(self, at: datetime | None) -> Engine:
        """Return the engine to ask: what is remembered is about now, anything else is evaluated from the facts."""
        return self._tenant.engine if at is None else self._tenant.study

    def progress(self, learner: str, at: datetime | None = None) -> Progress:
        """Return the progress of one learner."""
        self.refuse_unreached([learner])
        found = self._asked(at).progress(learner, at=at)
        if found.facts or learner in self.roster.people:
            self.note([learner])
        return found

    def at_hand(self, learner: str) -> Progress | None:
        """Return the progress of one learner now where that needs no waiting: no evaluation, nothing to be noted."""
        self.refuse_unreached([learner])
        access, caller = self._tenant.access, self.caller
        noted = learner == caller.name or access.disclosures.is_noted(
            caller.name, caller.via, self.route, learner, self.now
        )
        return self._tenant.engine.at_hand(learner) if noted else None

    def room(self, learners: Collection[str], at: datetime | None = None) -> Classroom:
        """Return these learners as a class to ask questions of."""
        self.refuse_unreached(learners)
        found = self._asked(at).classroom(learners, at=at)
        self.note(found.learners)
        return found

    def learners_of(self, group: str, only: Collection[str] = ()) -> list[str]:
        """Return the learners of a class, or those of them who are named; refuses what the caller does not reach."""
        if self.classes is not EVERYBODY and group not in self.classes:
            raise Problem("not-permitted", f"{group!r} is not among the classes that you reach with {self.permission}.")
        if group == ALL:
            found = self.known_learners()
        elif group in self.roster.classes:
            found = self.roster.learners_of(group, self.now.date())
        else:
            raise Problem("not-found", f"There is no class {group!r} in the roster.")
        beyond = sorted({*only} - {*found})
        if beyond:
            raise Problem("not-permitted", f"{beyond[0]!r} is not in this class.")
        return [one for one in found if not only or one in only]

    def class_room(self, group: str, only: Collection[str] | None, at: datetime | None) -> Classroom:
        """Return a class, or those of it who are named, to ask questions of."""
        return self.room(self.learners_of(group, only or ()), at)

    def known_learners(self) -> list[str]:
        """Return every learner whom the caller reaches and of whom there is a fact or a place in a class, sorted."""
        if self.reach is not EVERYBODY:
            return sorted(self.reach)
        on = self.now.date()
        enrolled = {one for group in self.roster.classes for one in self.roster.learners_of(group, on)}
        return sorted({*self._tenant.engine.learners(), *enrolled})

    def everybody(self) -> list[str]:
        """Return every learner of whom there is a fact, for who reaches all of them."""
        if self.reach is not EVERYBODY:
            raise Problem("not-permitted", "This is for who reaches every learner.")
        return self._tenant.engine.learners()

    def record(self, facts: Sequence[Evidence | Decision]) -> Receipt:
        """Record facts of learners whom the caller reaches; no refusal tells of a fact of anybody else."""
        self.refuse_unreached(fact.learner for fact in facts)
        self._refuse_strange_targets(facts)
        self.note(fact.learner for fact in facts)  # the receipt says what it changed for them
        with self._discreet():
            return self._tenant.written(lambda: self._tenant.engine.record_all(facts))

    def conflict(self, fact: Evidence, given: dict[str, Fact]) -> str:
        """Return what is wrong with the key of a piece, as recording it after those `given` would say, or nothing.

        Where nothing is wrong the piece is then among those given.
        """
        new = stamped(fact, self.framework, self.now)
        kept = self._tenant.engine.find(fact.key) or given.setdefault(fact.key, new)
        if kept == new:
            return ""
        try:
            with self._discreet():
                raise KeyConflict(fact.key, differences(kept, new))
        except (KeyConflict, Problem) as fault:
            return str(fault)

    @contextmanager
    def _discreet(self) -> Iterator[None]:
        """Say of a key that is in use no more than that, where it is that of somebody who is not reached."""
        try:
            yield
        except KeyConflict as fault:
            kept = self._tenant.engine.find(fault.key)
            if kept is None or self._reached(kept):
                self.note([] if kept is None else [kept.learner])
                raise
            said = f"The key {fault.key!r} is in use for another fact: give the new one its own."
            raise Problem("key-conflict", said, about=fault.key) from None

    def _refuse_strange_targets(self, facts: Iterable[Evidence | Decision]) -> None:
        for fact in facts:
            target = self._tenant.engine.find(fact.of) if isinstance(fact, Decision) and fact.of else None
            if target is not None and target.learner != fact.learner and not self._reached(target):
                raise Problem("unusable", f"of: a fact of {fact.learner!r} was wanted, and {target.key!r} is none.")

    def reaches(self, learner: str) -> bool:
        """Return whether the caller reaches a learner."""
        return self.reach is EVERYBODY or learner in self.reach

    def _reached(self, fact: Fact | None) -> bool:
        return fact is not None and self.reaches(fact.learner)

    def kept(self, key: str) -> Fact | None:
        """Return the fact of a key, if it is of somebody who is reached."""
        found = self._tenant.engine.find(key)
        return found if self._reached(found) else None

    def fact(self, key: str) -> Fact:
        """Return a fact by its key; of who is not reached there is none."""
        found = self.kept(key)
        if found is None:
            raise Problem("not-found", f"There is no fact {key!r} among those of the learners whom you reach.")
        self.note([found.learner])
        return found

    def what_if(
        self, learner: str, facts: Sequence[Evidence | Decision], at: datetime | None = None
    ) -> tuple[Change, ...]:
        """Return what facts of a learner would change; nothing is written."""
        self.refuse_unreached([learner, *(fact.learner for fact in facts)])
        self._refuse_strange_targets(facts)
        self.note([learner])
        with self._discreet():
            return self._tenant.engine.what_if(learner, *facts, at=at)

    def changes(self, learners: Iterable[str], since: datetime, until: datetime) -> tuple[Change, ...]:
        """Return what changed for learners, one after the other."""
        named = list(learners)
        self.refuse_unreached(named)
        self.note(named)
        study = self._tenant.study
        return tuple(change for one in named for change in study.changes(one, since=since, until=until))

    def changes_after(self, position: int, most: int) -> tuple[list[Change], int]:
        """Return what recording the next facts changed for learners whom the caller reaches, and how far that goes."""
        found, reached = self._tenant.study.changes_after(position, most=most)
        mine = [one for one in found if self.reaches(one.learner)]
        self.note({one.learner for one in mine})
        return mine, reached

    @cached_property
    def _rules(self) -> Classroom:
        """A class of nobody: it has the rules in force, also those that another process has just published."""
        return self._tenant.engine.classroom(())

    def rules(self, at: datetime | None = None) -> tuple[Framework, Policy]:
        """Return the framework and policy in force, or those that were at a time."""
        found = self._rules if at is None else self._tenant.study.classroom((), known=at)
        return found.framework, found.policy

    def adoptions(self) -> list[Adoption]:
        """Return every framework and policy that was ever put in force, the first one first."""
        return self._tenant.engine.adoptions

    @property
    def framework(self) -> Framework:
        """The framework in force."""
        return self._rules.framework

    @contextmanager
    def publishing(self) -> Iterator[Engine]:
        """Give the engine to who may publish rules, one at a time: what that does to each learner is theirs to see."""
        if self.permission is not Permission.PUBLISH_RULES or self.reach is not EVERYBODY:
            raise Problem("not-permitted", "Rules are published by who reaches every learner.")
        with self._tenant.publishing:
            self._tenant.study.classroom(())  # it lives by what another process may have published just now
            yield self._tenant.study

    def adopt(self, **rules: Any) -> None:
        """Let the tenant live by other rules, within `publishing`."""
        self._tenant.written(lambda: self._tenant.study.adopt(**rules))

    @property
    def position(self) -> int:
        """How many facts there are."""
        return self._tenant.engine.position[0]

    def trouble(self) -> str:
        """Return what keeps the records from being read and written this moment, without where they lie; or nothing."""
        fault = self._tenant.trouble()
        return "" if fault is None else problem_of(fault).detail

    @property
    def requests(self) -> Requests:
        """The requests that are remembered by their keys."""
        return self._tenant.access.requests

    def session(self, secret: str) -> Session | None:
        """Return the session of this secret."""
        return self._tenant.access.sessions.find(digest(secret), self.now)

    def issue(self, name: str, **limits: Any) -> tuple[Token, str]:
        """Make a token and return it with its text; it may do no more than the one that makes it."""
        if self.permission is not Permission.MANAGE_TOKENS or self.reach is not EVERYBODY:
            raise Problem("not-permitted", "Tokens are made by who manages them.")
        mine, scopes = self.caller.scopes, limits.get("scopes")
        if mine is not None and (scopes is None or not scopes <= mine):
            raise Problem("not-permitted", f"scopes: some of your own were wanted: {', '.join(sorted(mine))}.")
        return issue_token(self._tenant, name, **limits)

    @property
    def office(self) -> AccessStore:
        """Roster and tokens, for who manages those of everybody; disclosures, for who may read some."""
        if self.permission not in (Permission.WRITE_ROSTER, Permission.MANAGE_TOKENS, Permission.READ_DISCLOSURES):
            raise Problem("not-permitted", f"{self.permission} gives nothing of the office.")
        if self.permission is not Permission.READ_DISCLOSURES and self.reach is not EVERYBODY:
            raise Problem("not-permitted", f"{self.permission} wants a token that is not limited to classes.")
        return self._tenant.access
