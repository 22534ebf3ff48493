"""The sentences. Plain words for a teacher; every figure in them comes from the evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from competencies.gate import bits
from mastery.facts import Basis, DecisionKind
from mastery.fold import Credit, Track
from mastery.progress import Progress
from mastery.retention import Currency
from mastery.standing import Action, Overlay, Standing, Status, Wait, WaitKind

__all__ = [
    "because",
    "day",
    "evidence_so_far",
    "instant",
    "listed",
    "many",
    "name",
    "opened_by",
    "reason",
    "score",
    "wait_in_words",
    "waiting",
]

_MOST_NAMED = 5


def instant(when: datetime) -> str:
    """Return an instant as 2026-03-16T08:00:00Z, with microseconds only where there are some."""
    return when.isoformat().replace("+00:00", "Z")


def day(when: datetime) -> str:
    """Return the UTC date and, unless it is midnight, the time: 2026-03-02 14:00 UTC."""
    text = when.isoformat(" ", "minutes")
    return text[:10] if text[10:16] == " 00:00" else f"{text[:16]} UTC"


def score(value: float) -> str:
    """Return a score with two digits, never rounded up over a bar: .7999 is 0.79."""
    return f"{int(value * 100 + 1e-9) / 100:.2f}"


def listed(words: Sequence[str], joiner: str = "and", most: int = _MOST_NAMED) -> str:
    """Return 'a', 'a and b', 'a, b and c', or the first few and how many more (never just one more)."""
    if len(words) > most + 1:
        return f"{', '.join(words[:most])} {joiner} {len(words) - most} more"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joiner} {words[-1]}"


def many(n: int, thing: str, things: str = "") -> str:
    """Return '1 group', '3 groups'."""
    return f"{n} {thing if n == 1 else things or thing + 's'}"


def name(progress: Progress, i: int) -> str:
    """Return the name under which leaf `i` is printed."""
    return progress.rules.printed[i]


def names(progress: Progress, positions: Iterable[int]) -> list[str]:
    """Return the printed names of leaves."""
    return [progress.rules.printed[i] for i in positions]


def because(progress: Progress, i: int, standing: Standing, opened: list[int]) -> tuple[str, ...]:
    """Return why this is a step, and why it stands where it stands; `opened` is what `opened_by` gives for it."""
    rules = progress.rules
    track = progress.track_at(i)
    said = [_why_now(progress, i, standing, track)]
    if standing.overlays and Overlay.PINNED in standing.overlays and track is not None:
        pin = track.ruling[DecisionKind.PIN]
        until = "" if pin.until is None else f" until {day(pin.until)}"
        said.append(f"Pinned by {pin.by}{until}: {pin.why}.")
    if standing.credit is None and rules.floors >> i & 1:
        said.append("The policy keeps it among the first steps until it is met.")
    if opened:
        said.append(f"Credit for it would open {listed(names(progress, opened))}.")
    soft = rules.soft.gates[i].mask & ~progress.credited
    if soft and standing.credit is None:
        said.append(f"Recommended before it, not required: {listed(names(progress, bits(soft)))}.")
    warned = rules.warns & rules.expansion.gates[i].mask
    lapsed = [j for j in bits(warned) if progress.standing_at(j).currency is Currency.LAPSED] if warned else None
    if lapsed:
        said.append(f"What it builds on has lapsed: {listed(names(progress, lapsed))}.")
    return tuple(said)


def opened_by(progress: Progress, i: int) -> list[int]:
    """Return the locked leaves that credit for leaf `i` would open at once."""
    expansion, met = progress.rules.expansion, progress.met
    gates, closed, then = expansion.gates, ~progress.credited, met | 1 << i
    return [j for j in expansion.needed_by[i] if closed >> j & 1 and gates[j].met(then) and not gates[j].met(met)]


def _why_now(progress: Progress, i: int, standing: Standing, track: Track | None) -> str:
    if standing.action is Action.START:
        return _open_because(progress, i)
    assert track is not None
    if standing.action is Action.CHECK:
        enough = f"The evidence is enough: {evidence_so_far(track, standing)}."
        return f"{enough} A knowledge check, passed at {_mark(track)}, confirms it."
    if standing.action is Action.RECHECK:
        since = "" if standing.due_at is None else f" A recheck is due since {day(standing.due_at)}."
        return f"Credit is kept.{since}"
    if standing.action is Action.REPAIR:
        return f"Credit is kept, but the check of {_failed(track)} was not passed. The next try is open."
    if standing.action is Action.RETAKE:
        return f"The check of {_failed(track)} was not passed. The retake is open, passed at {_mark(track)}."
    return _continue_because(track, standing)


def _open_because(progress: Progress, i: int) -> str:
    expansion = progress.rules.expansion
    if not expansion.needs[i]:
        return "It needs nothing first."
    met = [j for j in expansion.needs[i] if progress.credited >> j & 1]
    if expansion.gates[i].met(progress.met):
        return f"What it needs is met: {listed(names(progress, met))}." if met else "It needs nothing first."
    return "A person unlocked it."


def _continue_because(track: Track, standing: Standing) -> str:
    so_far = f"Evidence so far: {evidence_so_far(track, standing)}"
    if standing.status is not Status.NOT_YET:
        return f"{so_far}."
    opens = f" The retake opens {day(standing.opens)}." if standing.opens is not None else ""
    if standing.wants_relearning:
        mark = (track.checks.relearning or 0) / 1e6
        first = f"Practice at {score(mark)} or better comes first."
        return f"Not yet: the check of {_failed(track)} was not passed. {first}{opens}"
    return f"Not yet: the check of {_failed(track)} was not passed. {so_far}.{opens}"


def evidence_so_far(track: Track, standing: Standing) -> str:
    """Return how far the evidence goes, each figure with what is wanted."""
    wanted = track.rule.criteria
    if not standing.pieces:
        return "no evidence that counts yet" if any(track.shown()) else "nothing recorded yet"
    novel = f", {standing.novel} in novel contexts ({wanted.novel} wanted)" if wanted.novel else ""
    passed = "; the check is passed" if track.has_passed else ""
    return (
        f"estimate {'none yet' if standing.estimate is None else score(standing.estimate.value)} "
        f"({score(wanted.mastered_at)} wanted), "
        f"pieces {standing.pieces} ({wanted.pieces} wanted), "
        f"occasions {standing.occasions} ({wanted.occasions} wanted){novel}{passed}"
    )


def _mark(track: Track) -> str:
    return score(track.checks.pass_mark / 1e6)


def _failed(track: Track) -> str:
    return day(track.checks.failed_at) if track.checks.failed_at is not None else "an earlier day"


def reason(progress: Progress, i: int, standing: Standing) -> str:
    """Return one sentence on where the learner stands, for a leaf that is not LOCKED."""
    track = progress.track_at(i)
    if standing.status is Status.MET and standing.credit is not None:
        return _met(standing, standing.credit) + _refreshed(progress, i)
    if standing.wait is not None and standing.wait.kind is not WaitKind.REQUIREMENT:
        return f"{_NOT_NOW[standing.status]}: {waiting(standing)}."
    said = _why_now(progress, i, standing, track)
    return f"{_NOW[standing.action]} {said}" if standing.action is not None else said


_NOT_NOW = {
    Status.AWAITING: "It waits for a person",
    Status.NOT_YET: "Not yet",
    Status.READY: "It is ready, but not now",
    Status.IN_PROGRESS: "It is in progress, but not now",
    Status.CHECK_DUE: "The check is due, but not now",
}
_NOW = {
    Action.START: "It can be started.",
    Action.CONTINUE: "It is under way.",
    Action.CHECK: "The knowledge check is due.",
    Action.RETAKE: "The check can be retaken.",
    Action.RECHECK: "A recheck is due.",
    Action.REPAIR: "It wants repair.",
}


def waiting(standing: Standing) -> str:
    """Return what the learner waits for: 'held: ..., by whom, until when'."""
    return "nothing" if standing.wait is None else wait_in_words(standing.wait)


def wait_in_words(wait: Wait) -> str:
    """Return a wait as 'held: ..., by whom, until when'."""
    who = f", by {wait.by}" if wait.by else ""
    if wait.until is None:
        return f"{wait.what}{who}"
    return f"{wait.what} {'' if wait.kind is WaitKind.DATE else 'until '}{day(wait.until)}{who}"


def _met(standing: Standing, credit: Credit) -> str:
    said = f"It is met: {_BASIS[credit.basis]} on {day(credit.since)}."
    if standing.under_question:
        said += " It is under question: today's facts and rules would not earn it; a person grants or revokes it."
    if standing.currency is Currency.LAPSED:
        said += " It has lapsed: a later check was not passed."
    elif standing.currency is Currency.DUE and standing.due_at is not None:
        said += f" A recheck is due since {day(standing.due_at)}."
    if standing.wait is not None and not standing.under_question:
        said += f" No step now: {waiting(standing)}."
    return said


def _refreshed(progress: Progress, i: int) -> str:
    """Return a sentence where work on what builds on a competency is the last that confirmed it, else nothing."""
    track, refreshed = progress.track_at(i), progress.refreshed(i)
    if track is None or refreshed is None:
        return ""
    when, by = refreshed
    if track.confirmed_at is not None and when <= track.confirmed_at:
        return ""
    return f" Work on {progress.rules.printed[by]} on {day(when)} confirmed it too."


_BASIS = {
    Basis.DEMONSTRATED: "shown by evidence",
    Basis.GRANTED: "granted by a person",
    Basis.WAIVED: "waived by a person",
    Basis.INFERRED: "inferred by a placement",
    Basis.KEPT: "kept from when it was earned",
}
