"""What changed for a learner between two instants, and what made it change: the log walked once, fact by fact.

It starts from what the store knew at the first instant. From there everything counts in the order in which it was
recorded and adopted: first time moves on to that instant, then each fact of it is taken, then the rules adopted then.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from attrs import define, evolve, field, frozen

from competencies import Framework
from competencies.gate import bits
from mastery.adoption import lived_by
from mastery.causes import adoption_cause, due_cause, fact_cause, time_cause
from mastery.changes import Cause, Change, ChangeKind, change_at, changes
from mastery.errors import FactError
from mastery.facts import Award, Decision, Fact, utc
from mastery.policy import Policy
from mastery.progress import Progress, evaluate
from mastery.retention import Currency
from mastery.standing import Standing, Status
from mastery.store.protocol import Adoption, Store
from mastery.wording import listed

__all__ = ["Edition", "changes_beyond", "editions_of", "history", "recorded_changes"]


@frozen
class Edition:
    """The framework and the policy that a store lives by from an instant on, and what to call their adoption."""

    since: datetime
    framework: Framework
    policy: Policy
    cause: Cause


def editions_of(adoptions: Iterable[Adoption], held: tuple[Framework, Policy]) -> list[Edition]:
    """Return the pairs of framework and policy that a store has lived by, in order of time.

    The pair that is `held` already need not be read again.
    """
    adoptions, found = list(adoptions), list[Edition]()
    before: dict[str, str] = {}
    for when in sorted({adopted.adopted_at for adopted in adoptions}):
        rules = {a.kind: a for a in adoptions if a.adopted_at <= when}
        now = {str(kind): adopted.version for kind, adopted in rules.items()}
        if len(rules) == 2 and now != before:
            new = {kind: version for kind, version in now.items() if before.get(kind) != version}
            cause = adoption_cause(when, new.get("framework"), new.get("policy"))
            is_held = now == {"framework": held[0].version, "policy": held[1].version}
            found.append(Edition(when, *(held if is_held else lived_by(rules.values())), cause))
            before = now
    return found


def history(
    learner: str, editions: Sequence[Edition], facts: Iterable[Fact], since: datetime, until: datetime
) -> list[Change]:
    """Return what changed for a learner, whose facts these are in the order of their store, each with its cause.

    What several facts of one instant did to one competency is one change, and its cause the last of them. Of a
    learner of whom nothing was known at `since` it tells from their first fact on. Raises FactError for times that
    run backwards.
    """
    since, until = utc(since, "since"), utc(until, "until")
    if until < since:
        fault = f"until: a time not before {since.isoformat()} was wanted, got {until.isoformat()}: begin earlier"
        raise FactError("These times cannot be used", [fault])
    known, batches = _batches(facts, since, until)
    if not known and not batches:
        return []
    begun = since if known else min(batches)
    first = next((edition for edition in reversed(editions) if edition.since <= begun), editions[0])
    later = {edition.since: edition for edition in editions if first.since < edition.since <= until}
    walk = _Walk(evaluate(first.framework, first.policy, known, since), learner)
    walk.look_ahead(known)
    for when in sorted({*batches, *later}):
        walk.move(when)
        walk.take(batches.get(when, ()), later.get(when))
    walk.move(until)
    return walk.told


def recorded_changes(
    learner: str, rules: tuple[Framework, Policy], before: Sequence[Fact], new: Iterable[Fact]
) -> list[Change]:
    """Return what recording the `new` facts changed for a learner who had those `before`, each with its cause.

    All stand in the order of their store. It is looked at under one pair of rules; what time alone changed between
    two recordings is not told.
    """
    found = list[Change]()
    walk: _Walk | None = None
    for when, batch in groupby(new, key=_recorded):
        facts = list(batch)
        if walk is None:
            walk = _Walk(evaluate(*rules, before, when), learner, found)
            walk.look_ahead(before)
        walk.progress = walk.progress.moved(when)
        walk.take(facts, None)
    return found


def changes_beyond(
    store: Store, rules: tuple[Framework, Policy], position: int, most: int
) -> tuple[tuple[Change, ...], int]:
    """Return what recording the next facts of a store, up to `most`, changed, and the position that they reach."""
    page, reached = store.log(position, most)
    found = list[Change]()
    for learner in dict.fromkeys(fact.learner for fact in page):
        known, later = (store.facts(learner, after)[0] for after in (0, position))
        beyond = {fact.key for fact in later}  # another process may have written between the two looks
        before, new = [fact for fact in known if fact.key not in beyond], [f for f in page if f.learner == learner]
        found += recorded_changes(learner, rules, before, new)
    return tuple(found), reached


def _recorded(fact: Fact) -> datetime:
    return fact.observed_at if fact.recorded_at is None else fact.recorded_at


def _batches(facts: Iterable[Fact], since: datetime, until: datetime) -> tuple[list[Fact], dict[datetime, list[Fact]]]:
    """Return the facts recorded by `since`, and those recorded later by instant."""
    known, batches = list[Fact](), dict[datetime, list[Fact]]()
    for fact in facts:
        recorded = _recorded(fact)
        if recorded <= since:
            known.append(fact)
        elif recorded <= until:
            batches.setdefault(recorded, []).append(fact)
    return known, batches


@define
class _Walk:
    """One learner on the way from instant to instant; `ahead` are those at which known facts begin or end."""

    progress: Progress
    learner: str
    told: list[Change] = field(factory=list)
    ahead: list[datetime] = field(factory=list)
    known: dict[str, Fact] = field(factory=dict)

    def look_ahead(self, facts: Iterable[Fact]) -> None:
        """Note what facts will do by the passing of time alone."""
        for fact in facts:
            self.known[fact.key] = fact
            for when in (fact.observed_at, fact.until if isinstance(fact, Decision) else None):
                if when is not None and when > self.progress.at:
                    heapq.heappush(self.ahead, when)

    def move(self, to: datetime) -> None:
        """Let time go by, stopping wherever it may change something."""
        while (event := self._next_event()) is not None and event <= to:
            before, self.progress = self.progress, self.progress.moved(event)
            found = changes(before, self.progress)
            cause = self._of_time(event) if found else None
            for change in found:
                self._tell(change, due_cause(event) if self._fell_due(change) else cause)
        self.progress = self.progress.moved(to)

    def _next_event(self) -> datetime | None:
        at = self.progress.at
        while self.ahead and self.ahead[0] <= at:
            heapq.heappop(self.ahead)
        falls_due = (self.progress.standing_at(i).due_at for i in bits(self.progress.credited))
        return min((*self.ahead[:1], *(when for when in falls_due if when is not None and when > at)), default=None)

    def _of_time(self, when: datetime) -> Cause:
        begun = [fact for fact in self.known.values() if fact.observed_at == when]
        ended = [fact for fact in self.known.values() if isinstance(fact, Decision) and fact.until == when]
        return time_cause(when, begun, ended, self.progress.framework)

    def _fell_due(self, change: Change) -> bool:
        standing = self.progress.standing(change.competency)
        is_due = standing.currency is Currency.DUE and standing.due_at == self.progress.at
        return change.kind is ChangeKind.CURRENCY and is_due

    def take(self, facts: Sequence[Fact], edition: Edition | None) -> None:
        """Take what was recorded and adopted at one instant, and tell what it came to, competency by competency."""
        moved = _Moved(self.progress)
        self.look_ahead(facts)
        # Adopting rules writes the awards that they give: those come after the rules, which are their cause.
        written = [fact for fact in facts if edition is not None and isinstance(fact, Award)]
        self._take_each(moved, [fact for fact in facts if edition is None or not isinstance(fact, Award)])
        if edition is not None:
            before, at = self.progress, self.progress.at
            self.progress = evaluate(edition.framework, edition.policy, before.facts, at)
            moved.note_edition(before, self.progress, edition.cause)
        self._take_each(moved, written)
        for change in moved.changes(self.progress):
            self._tell(change, change.cause)

    def _take_each(self, moved: _Moved, facts: Iterable[Fact]) -> None:
        for fact in facts:
            before, (self.progress, touched) = self.progress, self.progress.with_fact(fact)
            found = changes(before, self.progress, touched)
            if found:
                moved.note(found, before, fact_cause(fact, self.progress.framework, self.known), fact)

    def _tell(self, change: Change, cause: Cause | None) -> None:
        self.told.append(evolve(change, learner=self.learner, cause=cause))


@define
class _Moved:
    """What one instant moved, by identifier: the standing before it, and the last cause of what came after.

    A cause stands with its number, in the order in which they came.
    """

    start: Progress
    before: dict[str, Standing] = field(factory=dict)
    causes: dict[str, tuple[int, Cause]] = field(factory=dict)
    gone: list[tuple[int, Cause]] = field(factory=list)
    count: int = 0

    def note(self, found: Iterable[Change], before: Progress, cause: Cause, fact: Fact | None = None) -> None:
        """Note what a fact or an edition changed. An award only writes down what something else has earned."""
        self.count += 1
        known = self.start.rules.expansion.position
        for change in found:
            if change.competency in known:  # one that this instant's rules brought had no standing before it
                self.before.setdefault(change.competency, before.standing(change.competency))
            if change.competency not in self.causes or not isinstance(fact, Award):
                self.causes[change.competency] = self.count, cause

    def note_edition(self, before: Progress, after: Progress, cause: Cause) -> None:
        """Note what other rules changed, competency by competency, by identifier."""
        positions = after.rules.expansion.position
        found = []
        for i, competency in enumerate(before.rules.leaves):
            j = positions.get(competency.identifier)
            if j is not None:
                found.append(change_at(after, j, before.standing_at(i), after.standing_at(j)))
            elif self.start.standing_at(i).credit is not None:
                self.gone.append((i, cause))
        self.note((change for change in found if change is not None), before, cause)
        for competency in after.rules.leaves:
            if competency.identifier not in before.rules.expansion.position:
                self.causes[competency.identifier] = self.count, cause

    def changes(self, after: Progress) -> Iterator[Change]:
        """Return the changes that the instant came to, each with its cause, in the order in which the causes came."""
        found: list[tuple[int, int, Change]] = []
        for i, competency in enumerate(after.rules.leaves):
            name = competency.identifier
            if name in self.causes:
                n, cause = self.causes[name]
                old, new = self.before.get(name), after.standing_at(i)
                change = _new(after, i, new) if old is None else change_at(after, i, old, new)
                if change is not None:
                    found.append((n, i, evolve(change, cause=cause)))
        gone = [(self.count, -1, _gone(self.start, after, i, cause)) for i, cause in self.gone]
        return (change for _, _, change in sorted([*gone, *found], key=lambda one: one[:2]))


def _gone(before: Progress, after: Progress, i: int, cause: Cause) -> Change:
    """Return that a credited competency is no longer in the framework."""
    competency, label = before.rules.leaves[i], before.rules.printed[i]
    heirs = [after.rules.printed[j] for j in after.rules.placement(competency.identifier)]
    if heirs:
        stand = "stand" if len(heirs) > 1 else "stands"
        text = f"{label} is no longer a competency of its own: {listed(heirs)} {stand} for it"
    else:
        text = f"{label} is no longer in the framework: credit for it has no place"
    return Change(
        before.learner, competency.identifier, competency.code, ChangeKind.LOST, Status.MET, None, text, cause
    )


def _new(after: Progress, i: int, standing: Standing) -> Change | None:
    """Return that a competency which is new in the framework is credited; None where it is not."""
    if standing.credit is None:
        return None
    competency = after.rules.leaves[i]
    text = f"{after.rules.printed[i]} is met, and new in the framework"
    return Change(after.learner, competency.identifier, competency.code, ChangeKind.MET, None, Status.MET, text)
