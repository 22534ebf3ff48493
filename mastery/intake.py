"""Taking facts in: in one transaction with the awards that they earn, and with what that moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import define, field

from mastery.admission import refuse_misnamed
from mastery.awards import awards_due
from mastery.errors import AdoptionConflict
from mastery.facts import Award, Fact
from mastery.progress import Progress
from mastery.recall import FEW, Held, Recall
from mastery.receipt import Move, Receipt
from mastery.watch import Watch

if TYPE_CHECKING:
    from mastery.store.protocol import Store

__all__ = ["award", "take_in"]


def award(store: Store, progress: Progress, now: datetime) -> list[Award]:
    """Keep the awards that a progress calls for, and return them. Within `writing`."""
    due = awards_due(progress, now)
    if due:
        store.append(due)
    return due


def take_in(recall: Recall, facts: Sequence[Fact], now: datetime, watch: Watch, *, admitted: bool = False) -> Receipt:
    """Keep facts and the awards that they earn, in one transaction, and let `recall` know.

    What time alone has earned gets its award first, so that no fact takes it silently. `admitted` facts were let in
    by an engine before. Raises AdoptionConflict where the store no longer lives by the rules of `recall`.
    """
    store, taken = recall.store, _Taken()
    with store.writing():
        if store.editions() != recall.editions:
            raise AdoptionConflict(
                "Another framework or policy was adopted this moment: nothing was recorded, call again."
            )
        given = _by_learner(facts)
        before = {learner: recall.current(learner, now) for learner in given}
        if not admitted:
            refuse_misnamed(facts, store)
        for learner, kept in before.items():
            if kept.progress.unawarded:  # earned by the passing of time alone, as when a hold ended
                earned = award(store, kept.progress, now)
                taken.awards += earned
                before[learner] = Held(kept.position, kept.progress.with_facts(earned))
        watch("recording facts", 0, len(facts))
        new = store.append(facts)
        _work_out(taken, before, given if new is facts else _by_learner(new), now, watch)
        if taken.earned:
            store.append(taken.earned)
        position = store.position()
        watch("recording facts", len(facts), len(facts))
    for learner in before:
        recall.let_go(learner)
    recall.keep({learner: Held(position, progress) for learner, progress in taken.after.items()})
    return Receipt(tuple(new), len(facts) - len(new), (*taken.awards, *taken.earned), taken.moves)


@define
class _Taken:
    """What a call has come to so far: awards for what stood before, what moved, and the awards that this earned."""

    awards: list[Award] = field(factory=list)
    moves: list[Move] = field(factory=list)
    earned: list[Award] = field(factory=list)
    after: dict[str, Progress] = field(factory=dict)


def _work_out(taken: _Taken, before: dict[str, Held], new: dict[str, list[Fact]], now: datetime, watch: Watch) -> None:
    for n, (learner, theirs) in enumerate(new.items()):
        watch("working out credit", n, len(new))
        move = _moved(before[learner].progress, theirs)
        due = awards_due(move[1], now)
        taken.moves.append(move)
        taken.earned += due
        if len(theirs) <= FEW:
            taken.after[learner] = move[1].with_facts(due)


def _moved(before: Progress, facts: list[Fact]) -> Move:
    """Return the progress before and after these facts, and the leaves that may have moved (None: any)."""
    if len(facts) > FEW:
        return before, before.with_many(facts), None
    after, touched = before, set[int]()
    everywhere = False
    for fact in facts:
        after, moved = after.with_fact(fact)
        everywhere = everywhere or moved is None
        touched |= moved or set()
    return before, after, None if everywhere else touched


def _by_learner(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.learner, []).append(fact)
    return found
