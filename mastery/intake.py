"""Taking facts in: in one transaction with the awards that they earn, and with what that moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import define, field

from competencies import Framework
from mastery.admission import refuse_misnamed
from mastery.adoption import adopt
from mastery.awards import awards_due
from mastery.errors import AdoptionConflict
from mastery.facts import Award, Fact
from mastery.policy import Policy
from mastery.progress import Progress, evaluate
from mastery.recall import FEW, Held, Recall
from mastery.receipt import Move, Receipt
from mastery.watch import Watch, each_watched

if TYPE_CHECKING:
    from mastery.store.protocol import Store

__all__ = ["adopt_rules", "award", "take_in"]


def award(store: Store, progress: Progress, now: datetime) -> list[Award]:
    """Keep the awards that a progress calls for, and return them. Within `writing`."""
    due = awards_due(progress, now)
    if due:
        store.append(due)
    return due


def adopt_rules(
    recall: Recall, framework: Framework, policy: Policy, now: datetime, watch: Watch
) -> tuple[list[Award], int]:
    """Let the store live by other rules than those of `recall`, in one transaction with the awards that this earns.

    Return those awards, and how many adoptions the store has then.
    """
    store, awards = recall.store, list[Award]()
    with store.writing():
        for learner in each_watched(store.learners(), watch, "recording credit"):
            facts = list(store.facts(learner)[0])
            # First what time alone earned under the old rules, then what the new ones earn.
            for rules in ((recall.framework, recall.policy), (framework, policy)):
                earned = award(store, evaluate(*rules, facts, now), now)
                facts += earned
                awards += earned
        adopt(store, framework, policy, now)
        return awards, store.editions()


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
