"""Which competencies hold the class up: for each, whom it would free if it were met, by the requirements themselves."""

from __future__ import annotations

from statistics import median

from attrs import define, field, frozen

from competencies.expansion import Expansion
from competencies.gate import bits
from mastery.classroom.answer import Table
from mastery.classroom.room import Classroom
from mastery.progress import Progress
from mastery.standing import Status
from mastery.wording import many, opened_by

__all__ = ["Blocker", "Blockers", "blockers", "held_back"]


@frozen
class Blocker:
    """One competency that some learners can work on and have not met, and what that holds up for them.

    `frees`: the learners for whom something locked would open at once if it alone were met; `opens` counts those
    learner-competency pairs. `behind` counts the pairs that can never open without it, whatever else is met. `begun`
    learners have shown something on it; `days` since they began and `attempts` are medians over them, None without any.
    """

    competency: str
    code: str
    frees: tuple[str, ...]
    opens: int
    behind: int
    begun: int
    days: float | None
    attempts: float | None
    because: str


@frozen
class Blockers:
    """The competencies that hold somebody up, the one that would free most learners first."""

    blockers: tuple[Blocker, ...]
    because: tuple[str, ...]
    caveats: tuple[str, ...]

    def table(self) -> Table:
        """Return what is shown, a competency a row."""
        header = ("competency", "frees", "opens", "behind", "begun", "days", "attempts", "learners")
        rows = (
            (
                one.code or one.competency,
                *map(str, (len(one.frees), one.opens, one.behind, one.begun)),
                *("" if value is None else f"{value:g}" for value in (one.days, one.attempts)),
                " ".join(one.frees),
            )
            for one in self.blockers
        )
        return Table(header, tuple(rows))


_RULE = (
    "Frees: the learners who can work on it, and for whom something locked would open at once if it alone were met.",
    "Behind it: what can never open for such a learner without it, whatever else they meet.",
)


@define
class _Sums:
    frees: list[str] = field(factory=list)
    opens: int = 0
    behind: int = 0
    days: list[float] = field(factory=list)
    attempts: list[int] = field(factory=list)


def blockers(room: Classroom, *, limit: int | None = None) -> Blockers:
    """Return what holds the class up: first what would free most learners, then what opens and has most behind it.

    A true counterfactual: each learner's requirements are asked again with the competency met; where there is another
    way to what is locked, nobody is held up. At most `limit` of them; ties in framework order.
    """
    rules = room.rules
    sums: dict[int, _Sums] = {}
    behind_by_credit: dict[tuple[int, int], dict[int, int]] = {}
    for learner, progress in room:
        state = (progress.met, _open_now(progress))  # learners who stand alike share the answer
        _add_freed(sums, learner, progress, state[1])
        _add_begun(sums, progress)
        if state not in behind_by_credit:
            behind_by_credit[state] = held_back(rules.expansion, *state)
        for i, count in behind_by_credit[state].items():
            sums.setdefault(i, _Sums()).behind += count
    ranked = sorted(
        ((-len(one.frees), -one.opens, -one.behind, i) for i, one in sums.items() if one.frees or one.behind)
    )[:limit]
    found = tuple(_blocker(room, i, sums[i]) for *_, i in ranked)
    return Blockers(found, _RULE, room.caveats())


def _add_freed(sums: dict[int, _Sums], learner: str, progress: Progress, is_open: int) -> None:
    for i in bits(is_open):
        opened = [j for j in opened_by(progress, i) if progress.standing_at(j).status is Status.LOCKED]
        if opened:
            one = sums.setdefault(i, _Sums())
            one.frees.append(learner)
            one.opens += len(opened)


def _add_begun(sums: dict[int, _Sums], progress: Progress) -> None:
    for i in range(len(progress.rules.leaves)):
        track = progress.track_at(i)
        pieces = [] if track is None or track.credit is not None else list(track.shown())
        if pieces:
            one = sums.setdefault(i, _Sums())
            one.days.append((progress.at - pieces[0].observed_at).total_seconds() / 86_400)
            one.attempts.append(len(pieces))


def _open_now(progress: Progress) -> int:
    """Return the leaves that do not count as met and that the learner can work on: credit that has lapsed too."""
    mask = 0
    for i in range(len(progress.rules.leaves)):
        if not progress.met >> i & 1 and progress.standing_at(i).status is not Status.LOCKED:
            mask |= 1 << i
    return mask


def held_back(expansion: Expansion, met: int, is_open: int) -> dict[int, int]:
    """Return, for each leaf that is open, how many can never open without it, where `met` are met and `is_open` open.

    For each leaf in turn, prerequisites first: the set of leaves without any one of which it can still be reached, as
    a mask; a requirement is asked of these masks instead of truth values. Leaves that hold nothing back are left out.
    """
    every = (1 << len(expansion.leaves)) - 1
    spared = [0] * len(expansion.leaves)
    counts: dict[int, int] = {}
    for i in expansion.order:
        if met >> i & 1:
            spared[i] = every
            continue
        opens = every if is_open >> i & 1 else expansion.gates[i].open_without(spared, every)
        for j in bits(is_open & ~opens):
            counts[j] = counts.get(j, 0) + 1
        spared[i] = opens & ~(1 << i)
    return counts


def _blocker(room: Classroom, i: int, one: _Sums) -> Blocker:
    competency = room.rules.leaves[i]
    said = "It opens nothing at once"
    if one.frees:
        said = f"If it were met, {many(one.opens, 'lock')} would open for {many(len(one.frees), 'learner')}"
    if one.behind:
        said += f"; {one.behind} can never open without it"
    return Blocker(
        competency.identifier,
        competency.code,
        tuple(one.frees),
        one.opens,
        one.behind,
        len(one.attempts),
        float(median(one.days)) if one.days else None,
        float(median(one.attempts)) if one.attempts else None,
        f"{said}.",
    )
