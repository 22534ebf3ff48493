"""`Engine`: a framework, a policy and a store, for people who embed us. It stamps times, enforces, and answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from threading import RLock
from typing import TYPE_CHECKING

from competencies import Framework, UnknownCompetency
from mastery.admission import fact_named, stamped
from mastery.adoption import lived_by, settle
from mastery.awards import awards_due
from mastery.changes import Change
from mastery.classroom.room import Classroom
from mastery.clock import present
from mastery.errors import AdoptionConflict
from mastery.evidence_table import read_evidence
from mastery.explain import Why, why
from mastery.exporting import exported
from mastery.facts import Award, Decision, Evidence, Fact, utc
from mastery.history import changes_beyond, editions_of, history
from mastery.intake import adopt_rules, take_in
from mastery.pathway import Step, next_steps
from mastery.policy import Policy
from mastery.progress import Progress, evaluate
from mastery.publishing import Impact, impact
from mastery.recall import MOST_FACTS, Recall
from mastery.receipt import Receipt
from mastery.restoring import read_export
from mastery.rulebook import Rulebook, rulebook
from mastery.store.memory import MemoryStore
from mastery.watch import Watch, each_watched, unwatched, watched
from mastery.what_if import imagined, what_if

if TYPE_CHECKING:
    from mastery.store.protocol import Adoption, Store

__all__ = ["Engine"]


class Engine:
    """Records facts and answers what learners can do next, and why.

    Without a framework the store must have adopted one; a framework or policy that differs from the adopted one is
    refused with AdoptionConflict: `adopt` changes it. `clock` gives the time, with its offset from UTC, that stamps
    `recorded_at` and is the default `at`. What takes long calls `watch` with what is being done, how much of it is
    done and how much there is (0: nobody knows). It remembers the progress of the learners asked about last, of at most
    `remember` facts. An engine may be used from several threads, and several engines at one file.
    """

    def __init__(
        self,
        framework: Framework | None = None,
        policy: Policy | None = None,
        store: Store | None = None,
        *,
        clock: Callable[[], datetime] = present,
        watch: Watch = unwatched,
        remember: int = MOST_FACTS,
    ) -> None:
        self._store: Store = MemoryStore() if store is None else store
        self._clock, self._watch, self._remember = clock, watch, remember
        self._lock = RLock()
        if framework is not None:
            rulebook(framework, policy or Policy())  # what does not go together is refused before it is adopted
        editions, now = -1, clock()
        while editions != self._store.editions():  # what another handle adopts meanwhile is seen too
            editions = self._store.editions()
            rules = settle(self._store, framework, policy, now)
        self._live_by(*rules, editions)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def _live_by(self, framework: Framework, policy: Policy, editions: int) -> None:
        self.framework, self.policy = framework, policy
        self._recall = Recall(self._store, framework, policy, editions, self._remember)
        rulebook(framework, policy)  # compiled now, not at the first question

    def _refresh(self) -> None:
        """Live by what another handle on the same store has adopted meanwhile."""
        if self._store.editions() != self._recall.editions:
            adoptions = self._store.adoptions()
            self._live_by(*lived_by(adoptions), len(adoptions))

    def record(self, *facts: Evidence | Decision) -> Receipt:
        """Record facts of any learners in one transaction, with the awards that they earn; return what changed.

        Recording the same fact again does nothing. Raises FactError (a group, an unknown competency or a fact of
        another learner is named), UnknownCompetency with the near miss, or KeyConflict; nothing is recorded then.
        """
        return self.record_all(facts)

    def record_all(self, facts: Iterable[Evidence | Decision]) -> Receipt:
        """The same, for any number of facts."""
        with self._lock:
            given = facts if isinstance(facts, tuple | list) else list(facts)
            now = self._clock()
            try:
                return self._take_in([stamped(fact, self.framework, now) for fact in given], now)
            except (AdoptionConflict, UnknownCompetency):
                if self._store.editions() == self._recall.editions:
                    raise
            self._refresh()
            return self._take_in([stamped(fact, self.framework, now) for fact in given], now)

    def _take_in(self, facts: Sequence[Fact], now: datetime) -> Receipt:
        return take_in(self._recall, facts, now, self._watch)

    def import_table(self, lines: Iterable[str], *, json_lines: bool = False) -> Receipt:
        """Record a table of evidence (see `mastery.read_evidence`) in one transaction: all or, at any fault, none.

        Raises ImportFault with every fault, or KeyConflict.
        """
        with self._lock:
            self._refresh()
            now, lines = self._clock(), watched(lines, self._watch, "reading lines")
            return self._take_in(read_evidence(lines, self.framework, json_lines=json_lines, recorded_at=now), now)

    def merge(self, lines: Iterable[str]) -> Receipt:
        """Take in the facts of an export, each with the time at which it was first recorded: all or, at a fault, none.

        The export comes from a store that lives by the same framework and policy. What is known is passed over, and
        what the facts of both come to gets its awards. Raises ImportFault for a file that is damaged or was edited,
        AdoptionConflict, KeyConflict. `mastery.restore` fills an empty store.
        """
        export = read_export(watched(lines, self._watch, "reading lines"))
        with self._lock:
            self._refresh()
            export.refuse_other_rules(self.framework, self.policy)
            return take_in(self._recall, export.facts, self._clock(), self._watch, admitted=True)

    def preview(
        self, framework: Framework | None = None, policy: Policy | None = None, *, at: datetime | None = None
    ) -> tuple[Impact, ...]:
        """Return what adopting these would do to each learner whom it would touch, now or at `at`; nothing is written.

        `competencies.succeeding(new, old, crosswalk)` makes a framework the edition after today's.
        """
        with self._lock:
            self._refresh()
            new, now = (framework or self.framework, policy or self.policy), self._clock() if at is None else at
            found = []
            for learner in each_watched(self._store.learners(), self._watch, "looking at every learner"):
                before = self._recall.current(learner, now).progress
                facts = [*before.facts, *awards_due(before, now)]
                found.append(impact(learner, before, evaluate(*new, facts, now)))
            return tuple(one for one in found if not one.is_empty)

    def adopt(self, framework: Framework | None = None, policy: Policy | None = None) -> tuple[Award, ...]:
        """Live by another framework or policy from now on, and return the awards that this earns, in one transaction.

        Credit that the new rules would not earn is kept, under question.
        """
        with self._lock:
            self._refresh()
            new = framework or self.framework, policy or self.policy
            rulebook(*new)  # what does not go together is refused before anything is written
            awards, editions = adopt_rules(self._recall, *new, self._clock(), self._watch)
            self._live_by(*new, editions)
            return tuple(awards)

    def progress(self, learner: str, *, at: datetime | None = None, known: datetime | None = None) -> Progress:
        """Return a learner's progress now, or at `at` under today's rules.

        `known` takes only the facts recorded by then, and the framework and policy that the store had adopted by then.
        """
        with self._lock:
            self._refresh()
            if known is not None:
                return self._as_known(learner, self._clock() if at is None else at, known)
            now = self._clock() if at is None else at
            held = self._recall.current(learner, now)
            if at is None:
                self._recall.keep({learner: held})
            return held.progress

    def at_hand(self, learner: str) -> Progress | None:
        """Return a learner's progress now, where that needs no waiting and nothing to be evaluated; else None."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            return self._recall.at_hand(learner, self._clock())
        finally:
            self._lock.release()

    def _as_known(self, learner: str, at: datetime, known: datetime) -> Progress:
        rules = self._rules_known(known)
        facts, _ = self._store.facts(learner)
        return evaluate(rules.framework, rules.policy, facts, at, known=known)

    def _rules_known(self, known: datetime) -> Rulebook:
        return rulebook(*lived_by([a for a in self._store.adoptions() if a.adopted_at <= known]))

    def classroom(
        self, learners: Iterable[str] | None = None, *, at: datetime | None = None, known: datetime | None = None
    ) -> Classroom:
        """Return these learners, or everybody of whom there is a fact, as a class to ask questions of.

        `at` and `known` as in `progress`, and the same for all of them.
        """
        with self._lock:
            self._refresh()
            now = utc(self._clock() if at is None else at, "at")
            named = self._store.learners() if learners is None else list(dict.fromkeys(learners))
            if known is not None:
                return Classroom(self._rules_known(known), now, {one: self._as_known(one, now, known) for one in named})
            held = {one: self._recall.current(one, now) for one in named}
            if at is None:
                self._recall.keep(held)
            rules = rulebook(self.framework, self.policy)
            return Classroom(rules, now, {one: kept.progress for one, kept in held.items()})

    def next_steps(
        self, learner: str, *, limit: int | None = None, goals: Sequence[str] = (), at: datetime | None = None
    ) -> tuple[Step, ...]:
        """Return what a learner can do next, best advice first. See `mastery.pathway.next_steps`."""
        return next_steps(self.progress(learner, at=at), goals=goals, limit=limit)

    def why(self, learner: str, competency: str, *, limit: int | None = 5, at: datetime | None = None) -> Why:
        """Return why a learner stands where they stand on a competency. See `mastery.explain.why`."""
        return why(self.progress(learner, at=at), competency, limit=limit)

    def what_if(self, learner: str, *facts: Evidence | Decision, at: datetime | None = None) -> tuple[Change, ...]:
        """Return what these facts of a learner would change, now or at `at`; nothing is written.

        They are refused where `record` would refuse them. Facts of a later time are looked at from the latest of
        them, and what that time alone changes is no part of the answer.
        """
        with self._lock:
            progress = self.progress(learner, at=at)
            return what_if(progress, imagined(learner, facts, progress, self._store, self._clock()))

    def changes(
        self, learner: str | None = None, *, since: datetime, until: datetime | None = None
    ) -> tuple[Change, ...]:
        """Return what changed for a learner, or for each in turn, from `since` to `until` (now), each with its cause.

        It starts from what the store knew at `since`, and follows what was recorded and adopted, in that order.
        """
        with self._lock:
            self._refresh()
            end = utc(self._clock() if until is None else until, "until")
            editions = editions_of(self._store.adoptions(), (self.framework, self.policy))
            everybody = each_watched(self._store.learners(), self._watch, "going through every learner")
            asked = everybody if learner is None else (learner,)
            found = (history(one, editions, self._store.facts(one)[0], since, end) for one in asked)
            return tuple(chain.from_iterable(found))

    def changes_after(self, position: int, *, most: int = 500) -> tuple[tuple[Change, ...], int]:
        """Return what recording the next facts, up to `most`, changed, by today's rules, and the position they reach.

        Positions are the first of `position`: whoever keeps the one that they have seen misses nothing.
        """
        with self._lock:
            self._refresh()
            return changes_beyond(self._store, (self.framework, self.policy), position, most)

    def export(self, learner: str | None = None) -> Iterator[str]:
        """Return all that the store has, or one learner's facts, as lines of JSON, for `mastery.restore` or `merge`."""
        with self._lock:
            return exported(self._store, learner, self._watch)

    def fact(self, key: str) -> Fact:
        """Return the fact of this key; raises FactError with the near miss."""
        with self._lock:
            return fact_named(key, self._store)

    def find(self, key: str) -> Fact | None:
        """Return the fact of this key, or None."""
        with self._lock:
            return self._store.find(key)

    def learners(self) -> list[str]:
        """Return every learner with a fact, sorted."""
        with self._lock:
            return self._store.learners()

    @property
    def position(self) -> tuple[int, int]:
        """How far the store has come, in facts and in adoptions: it differs whenever something was written."""
        with self._lock:
            return self._store.position(), self._store.editions()

    @property
    def adoptions(self) -> list[Adoption]:
        """Every framework and policy that was adopted, in the order in which they came."""
        with self._lock:
            return self._store.adoptions()
