"""`evaluate`: one learner's facts to their `Progress`. Pure: no clock, disk, network or chance.

The definition runs in time over all competencies at once; this runs competency by competency, prerequisites first,
which comes to the same (tests hold the two against each other) and lets one more fact touch only what it moves.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime

from attrs import define, field

from competencies import Competency, Framework
from competencies.gate import bits
from mastery.facts import Award, Decision, Evidence, Fact, in_order, utc
from mastery.fold import ALWAYS_OPEN, Credit, Track, fold, gate_history
from mastery.log import LearnerLog, lay_out, one_per_key
from mastery.masks import Masks, masks_of
from mastery.policy import Policy
from mastery.refreshment import last_refreshed
from mastery.rulebook import Rulebook, rulebook
from mastery.standing import Standing, Status, blank, group_standing, standing

__all__ = ["Progress", "evaluate"]


def evaluate(
    framework: Framework, policy: Policy, facts: Iterable[Fact], at: datetime, *, known: datetime | None = None
) -> Progress:
    """Return one learner's progress at `at`, from facts observed by then, in any order.

    `known` leaves out what was recorded later than that instant. Times carry an offset from UTC. Evidence whose
    competency is gone or now has parts is kept in `unplaced`. Raises KeyConflict for one key with two contents, and
    FactError for facts of more than one learner.

    >>> from competencies import Competency
    >>> from datetime import UTC
    >>> two = Framework("two", [Competency("a"), Competency("b")], requires={"b": "a"})
    >>> progress = evaluate(two, Policy(), [], datetime(2026, 3, 2, tzinfo=UTC))
    >>> progress.status("a"), progress.status("b")
    (<Status.READY: 'ready'>, <Status.LOCKED: 'locked'>)
    """
    cut = None if known is None else utc(known, "known")
    return _evaluate(rulebook(framework, policy), one_per_key(facts, cut), utc(at, "at"))


def _evaluate(rules: Rulebook, facts: list[Fact], at: datetime) -> Progress:
    log = lay_out(rules, facts, at)
    tracks: dict[int, Track] = {}
    rank = rules.expansion.rank
    for i in sorted(log.shelves, key=rank.__getitem__):
        shelf = log.shelves[i]
        tracks[i] = _folded(rules, tracks, i, at, shelf.evidence, shelf.decisions, shelf.awards)
    return Progress(rules, at, tuple(facts), tracks, log, masks_of(tracks, log.next_fact, at))


def _folded(
    rules: Rulebook,
    tracks: dict[int, Track],
    i: int,
    at: datetime,
    evidence: Iterable[Evidence],
    decisions: Iterable[Decision],
    awards: Iterable[Award],
) -> Track:
    expansion = rules.expansion
    needs = expansion.needs[i]
    gate = gate_history(expansion.gates[i], needs, tracks) if needs else ALWAYS_OPEN
    return fold(rules.rules[i], list(evidence), list(decisions), list(awards), gate, at)


@define(eq=False, repr=False)
class Progress:
    """What one learner has shown by `at`, and where that leaves them. `with_facts` and `moved` give new ones."""

    rules: Rulebook
    at: datetime
    facts: tuple[Fact, ...]
    _tracks: dict[int, Track]
    _log: LearnerLog
    _masks: Masks
    _standings: dict[int, Standing] = field(factory=dict)
    _steppable: list[tuple[int, Standing]] | None = field(default=None, init=False)

    @property
    def met(self) -> int:
        """The leaves that count as met at gates: credited and, where a lapse locks, not lapsed."""
        return self._masks.met

    @property
    def credited(self) -> int:
        """The leaves that are credited."""
        return self._masks.credited

    @property
    def unawarded(self) -> int:
        """The leaves with demonstrated credit that no standing award records yet."""
        return self._masks.unawarded

    def __repr__(self) -> str:
        return (
            f"<Progress of {self.learner or 'nobody'} at {self.at.isoformat()}: {self.credited.bit_count()} credited>"
        )

    @property
    def learner(self) -> str:
        """The learner, or an empty text when there is no fact."""
        return self.facts[0].learner if self.facts else ""

    @property
    def framework(self) -> Framework:
        """The framework that this progress is in."""
        return self.rules.framework

    @property
    def policy(self) -> Policy:
        """The policy that this progress is under."""
        return self.rules.policy

    @property
    def unplaced(self) -> tuple[Fact, ...]:
        """Facts whose competency is gone or, for evidence, has parts: kept, and counting for nothing."""
        return tuple(self._log.unplaced)

    @property
    def credits(self) -> dict[str, Credit]:
        """Credit by identifier, in framework order."""
        leaves = self.rules.expansion.leaves
        return {leaves[i]: credit for i in sorted(self._tracks) if (credit := self._tracks[i].credit) is not None}

    def status(self, name: str) -> Status:
        """Return the status of a competency or group, by identifier or code; raises UnknownCompetency."""
        return self.standing(name).status

    def standing(self, name: str) -> Standing:
        """Return the standing on a competency or group, by identifier or code; raises UnknownCompetency."""
        i = self.rules.leaf(name)
        if i is not None:
            return self.standing_at(i)
        identifier = self.framework.competency(name).identifier
        return group_standing([self.standing_at(i) for i in bits(self.rules.expansion.masks[identifier])])

    def standings(self) -> Iterator[tuple[Competency, Standing]]:
        """Yield every competency without parts with its standing, in framework order."""
        for i, competency in enumerate(self.rules.leaves):
            yield competency, self.standing_at(i)

    @property
    def steppable(self) -> list[tuple[int, Standing]]:
        """The positions of the leaves that have a step, with their standing, in framework order."""
        if self._steppable is None:
            every = ((i, self.standing_at(i)) for i in range(len(self.rules.leaves)))
            self._steppable = [(i, standing) for i, standing in every if standing.action is not None]
        return self._steppable

    def standing_at(self, i: int) -> Standing:
        """Return the standing on the leaf at position `i`."""
        found = self._standings.get(i)
        if found is None:
            found = self._standings[i] = self._standing(i)
        return found

    def _standing(self, i: int) -> Standing:
        gate = self.rules.expansion.gates[i]
        gate_open = gate.met(self.met)
        track = self._tracks.get(i)
        if track is None:
            return blank(gate_open, self.rules.rules[i].check.challenge)
        refreshed = self.refreshed(i)
        return standing(track, gate_open, gate.met(self.credited), self.at, refreshed and refreshed[0])

    def refreshed(self, i: int) -> tuple[datetime, int] | None:
        """Return when work on what builds on leaf `i` last confirmed it, and on which leaf (`mastery.refreshment`)."""
        return last_refreshed(self._tracks, i, self.rules.refreshed_by[i])

    def track(self, name: str) -> Track | None:
        """Return the facts on a competency without parts and what they come to; None where there are none."""
        i = self.rules.leaf(name)
        return None if i is None else self._tracks.get(i)

    def track_at(self, i: int) -> Track | None:
        """Return the track of the leaf at position `i`."""
        return self._tracks.get(i)

    def moved(self, at: datetime) -> Progress:
        """Return the same facts at another instant."""
        at = utc(at, "at")
        if at == self.at:
            return self
        if at < self.at or (self._masks.horizon is not None and self._masks.horizon <= at):
            return _evaluate(self.rules, list(self.facts), at)
        kept = dict(self._standings)
        for i in self._tracks:
            if i in kept and (expires := kept[i].expires) is not None and expires <= at:
                del kept[i]
        return Progress(self.rules, at, self.facts, self._tracks, self._log, self._masks, kept)

    def with_many(self, facts: Iterable[Fact]) -> Progress:
        """Return the same as `with_facts`, by evaluating everything again: quicker for more than a few.

        The facts are ones that a store has kept: one per key, all of this learner.
        """
        return _evaluate(self.rules, [*self.facts, *facts], self.at)

    def with_facts(self, facts: Iterable[Fact]) -> Progress:
        """Return the progress of these facts too, late ones included: equal to evaluating all of them."""
        progress = self
        for fact in facts:
            progress, _ = progress.with_fact(fact)
        return progress

    def with_fact(self, fact: Fact) -> tuple[Progress, set[int] | None]:
        """Return the progress of one more fact, and the positions whose standing it may have moved (None: any)."""
        everything = (*self.facts, fact)
        # A void or an excuse acts on other facts; an award may rest on what is void.
        moves_all = (
            bool(fact.of) if isinstance(fact, Decision) else isinstance(fact, Award) and bool(self._log.corrected)
        )
        if (
            moves_all
            or fact.key in self._log.corrected
            or fact.observed_at > self.at
            or (self.facts and fact.learner != self.learner)
        ):
            return _evaluate(self.rules, one_per_key(everything), self.at), None
        positions = self._positions(fact)
        if not positions:
            return _evaluate(self.rules, one_per_key(everything), self.at), set()
        if any(self._holds(i, fact) for i in positions):
            return _evaluate(self.rules, one_per_key(everything), self.at), set()
        tracks = dict(self._tracks)
        touched = _refold(self.rules, tracks, positions, fact, self.at)
        touched.update(j for i in positions for j in self.rules.refreshes[i])
        kept = self._standings.copy()
        for i in touched:
            kept.pop(i, None)
        masks = self._masks.with_tracks(tracks, touched, self.at)
        return Progress(self.rules, self.at, everything, tracks, self._log, masks, kept), touched

    def _positions(self, fact: Fact) -> tuple[int, ...]:
        if isinstance(fact, Evidence):
            return self.rules.places(fact.competency)
        return self.rules.placement(fact.competency)

    def _holds(self, i: int, fact: Fact) -> bool:
        track = self._tracks.get(i)
        if track is None:
            return False
        same = (
            track.evidence
            if isinstance(fact, Evidence)
            else track.awards
            if isinstance(fact, Award)
            else track.decisions
        )
        return any(other.key == fact.key for other in same)


def _refold(rules: Rulebook, tracks: dict[int, Track], positions: Iterable[int], fact: Fact, at: datetime) -> set[int]:
    """Fold the fact's competencies again, then whatever their change of credit reaches, prerequisites first."""
    rank = rules.expansion.rank
    own = set(positions)
    queue = [(rank[i], i) for i in own]
    heapq.heapify(queue)
    touched: set[int] = set(own)
    while queue:
        _, i = heapq.heappop(queue)
        before = tracks.get(i)
        if before is None and i not in own:
            continue  # nothing to fold: only its gate moved
        after = _folded_again(rules, tracks, i, at, before, fact if i in own else None)
        tracks[i] = after
        old = [] if before is None else before.changes
        if after.changes != old or (before is not None and (before.credit is None) is not (after.credit is None)):
            for j in rules.expansion.needed_by[i]:
                if j not in touched:
                    heapq.heappush(queue, (rank[j], j))
                    touched.add(j)
    return touched


def _folded_again(
    rules: Rulebook, tracks: dict[int, Track], i: int, at: datetime, before: Track | None, fact: Fact | None
) -> Track:
    evidence = [] if before is None else list(before.evidence)
    decisions = [] if before is None else list(before.decisions)
    awards = [] if before is None else list(before.awards)
    if isinstance(fact, Evidence):
        evidence.append(fact)
        evidence.sort(key=in_order)
    elif isinstance(fact, Award):
        awards.append(fact)
    elif fact is not None:
        decisions.append(fact)
        decisions.sort(key=in_order)
    return _folded(rules, tracks, i, at, evidence, decisions, awards)
