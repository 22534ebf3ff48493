"""`Engine`: a framework, a policy and a store, for people who embed us. It stamps times, enforces, and answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING

from attrs import frozen

from competencies import Framework, UnknownCompetency
from mastery.admission import refuse_foreign, stamped
from mastery.adoption import adopt, lived_by, settle
from mastery.awards import awards_due
from mastery.errors import AdoptionConflict
from mastery.evidence_table import read_evidence
from mastery.explain import Why, why
from mastery.facts import Award, Decision, Evidence, Fact
from mastery.pathway import Step, next_steps
from mastery.policy import Policy
from mastery.progress import Progress, evaluate
from mastery.publishing import Impact, impact
from mastery.receipt import Move, Receipt
from mastery.rulebook import rulebook
from mastery.store.memory import MemoryStore

if TYPE_CHECKING:
    from mastery.store.protocol import Store

__all__ = ["Engine", "open_engine"]

_KEPT_FACTS = 200_000
_FEW = 8


def _now() -> datetime:
    return datetime.now(UTC)


@frozen
class _Held:
    """A learner's progress as of a position in the store."""

    position: int
    progress: Progress


class Engine:
    """Records facts and answers what learners can do next, and why.

    Without a framework the store must have adopted one; a framework or policy that differs from the adopted one is
    refused with AdoptionConflict: `adopt` changes it. `clock` gives the time, with its offset from UTC, that stamps
    `recorded_at` and is the default `at`. An engine may be used from several threads, and several engines at one file.
    """

    def __init__(
        self,
        framework: Framework | None = None,
        policy: Policy | None = None,
        store: Store | None = None,
        *,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._store: Store = MemoryStore() if store is None else store
        self._clock = clock
        self._lock = RLock()
        self._live_by(*settle(self._store, framework, policy, clock()))

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def preview(self, framework: Framework | None = None, policy: Policy | None = None) -> tuple[Impact, ...]:
        """Return what adopting these would do to each learner whom it would touch; nothing is written.

        `competencies.succeeding(new, old, crosswalk)` makes a framework the edition after today's.
        """
        with self._lock:
            self._refresh()
            new, now = (framework or self.framework, policy or self.policy), self._clock()
            found = []
            for learner in self._store.learners():
                before = self._current(learner, now).progress
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
            now, awards = self._clock(), list[Award]()
            with self._store.writing():
                for learner in self._store.learners():
                    facts, _ = self._store.facts(learner)
                    # First what time alone earned under the old rules, then what the new ones earn.
                    for rules in ((self.framework, self.policy), new):
                        earned = self._award(evaluate(*rules, facts, now), now)
                        facts += earned
                        awards += earned
                adopt(self._store, *new, now)
            self._live_by(*new)
            return tuple(awards)

    def _live_by(self, framework: Framework, policy: Policy) -> None:
        self.framework, self.policy = framework, policy
        self._editions = self._store.editions()
        self._held, self._size = dict[str, _Held](), 0
        rulebook(framework, policy)  # compiled now, not at the first question

    def _refresh(self) -> None:
        """Live by what another handle on the same store has adopted meanwhile."""
        if self._store.editions() != self._editions:
            self._live_by(*lived_by(self._store.adoptions()))

    def _award(self, progress: Progress, now: datetime) -> list[Award]:
        due = awards_due(progress, now)
        if due:
            self._store.append(due)
        return due

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
                if self._store.editions() == self._editions:
                    raise
            self._refresh()
            return self._take_in([stamped(fact, self.framework, now) for fact in given], now)

    def import_table(self, lines: Iterable[str], *, json_lines: bool = False) -> Receipt:
        """Record a table of evidence (see `mastery.read_evidence`) in one transaction: all or, at any fault, none.

        Raises ImportFault with every fault, or KeyConflict.
        """
        with self._lock:
            self._refresh()
            now = self._clock()
            return self._take_in(read_evidence(lines, self.framework, json_lines=json_lines, recorded_at=now), now)

    def _take_in(self, facts: Sequence[Evidence | Decision], now: datetime) -> Receipt:
        held: dict[str, Progress] = {}
        moves: list[Move] = []
        awards: list[Award] = []
        with self._store.writing():
            if self._store.editions() != self._editions:
                raise AdoptionConflict(
                    "Another framework or policy was adopted this moment: nothing was recorded, call again."
                )
            given = _by_learner(facts)
            before = {learner: self._current(learner, now) for learner in given}
            refuse_foreign(facts, self._store)
            for learner, kept in before.items():
                if kept.progress.unawarded:  # earned by the passing of time alone, as when a hold ended
                    earned = self._award(kept.progress, now)
                    awards += earned
                    before[learner] = _Held(kept.position, kept.progress.with_facts(earned))
            new, new_awards = self._store.append(facts), list[Award]()
            for learner, theirs in (given if new is facts else _by_learner(new)).items():
                move = self._moved(before[learner].progress, theirs)
                earned = awards_due(move[1], now)
                moves.append(move)
                new_awards += earned
                if len(theirs) <= _FEW:
                    held[learner] = move[1].with_facts(earned)
            if new_awards:
                self._store.append(new_awards)
            position = self._store.position()
        for learner in before:
            self._let_go(learner)
        self._keep({learner: _Held(position, progress) for learner, progress in held.items()})
        return Receipt(tuple(new), len(facts) - len(new), (*awards, *new_awards), moves)

    def _moved(self, before: Progress, facts: list[Fact]) -> Move:
        """Return the progress before and after these facts, and the leaves that may have moved (None: any)."""
        if len(facts) > _FEW:
            return before, before.with_many(facts), None
        after, touched = before, set[int]()
        everywhere = False
        for fact in facts:
            after, moved = after.with_fact(fact)
            everywhere = everywhere or moved is None
            touched |= moved or set()
        return before, after, None if everywhere else touched

    def _current(self, learner: str, at: datetime) -> _Held:
        held = self._held.get(learner)
        facts, position = self._store.facts(learner, held.position if held is not None else 0)
        if held is None or len(facts) > _FEW:
            before = () if held is None else held.progress.facts
            return _Held(position, evaluate(self.framework, self.policy, [*before, *facts], at))
        return _Held(position, held.progress.moved(at).with_facts(facts))

    def _keep(self, held: Mapping[str, _Held]) -> None:
        for learner, kept in held.items():
            self._let_go(learner)
            self._held[learner] = kept  # last in line to be let go
            self._size += len(kept.progress.facts)
        while self._size > _KEPT_FACTS and len(self._held) > 1:
            self._let_go(next(iter(self._held)))

    def _let_go(self, learner: str) -> None:
        held = self._held.pop(learner, None)
        if held is not None:
            self._size -= len(held.progress.facts)

    def progress(self, learner: str, *, at: datetime | None = None, known: datetime | None = None) -> Progress:
        """Return a learner's progress now, or at `at` under today's rules.

        `known` takes only the facts recorded by then, and the framework and policy that the store had adopted by then.
        """
        with self._lock:
            self._refresh()
            if known is not None:
                return self._as_known(learner, self._clock() if at is None else at, known)
            now = self._clock() if at is None else at
            held = self._current(learner, now)
            if at is None:
                self._keep({learner: held})
            return held.progress

    def _as_known(self, learner: str, at: datetime, known: datetime) -> Progress:
        framework, policy = lived_by([a for a in self._store.adoptions() if a.adopted_at <= known])
        facts, _ = self._store.facts(learner)
        return evaluate(framework, policy, facts, at, known=known)

    def next_steps(
        self, learner: str, *, limit: int | None = None, goals: Sequence[str] = (), at: datetime | None = None
    ) -> tuple[Step, ...]:
        """Return what a learner can do next, best advice first. See `mastery.pathway.next_steps`."""
        return next_steps(self.progress(learner, at=at), goals=goals, limit=limit)

    def why(self, learner: str, competency: str, *, limit: int | None = 5, at: datetime | None = None) -> Why:
        """Return why a learner stands where they stand on a competency. See `mastery.explain.why`."""
        return why(self.progress(learner, at=at), competency, limit=limit)

    def learners(self) -> list[str]:
        """Return every learner with a fact, sorted."""
        with self._lock:
            return self._store.learners()


def _by_learner(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.learner, []).append(fact)
    return found


def open_engine(
    path: str | Path,
    framework: Framework | None = None,
    policy: Policy | None = None,
    *,
    create: bool = True,
    clock: Callable[[], datetime] = _now,
) -> Engine:
    """Return the engine of an SQLite file, which keeps its framework and policy; `create` False wants it there.

    Raises StoreError for a file that cannot be used, AdoptionConflict when it lives by another framework or policy.
    """
    from mastery.store.sqlite import SQLiteStore

    store = SQLiteStore(path, create=create)
    try:
        return Engine(framework, policy, store, clock=clock)
    except BaseException:
        store.close()
        raise
