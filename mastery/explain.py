"""Why: one plain sentence, then a proof tree and the ways out, from the same evaluation that enforces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from attrs import frozen

from competencies import All, AtLeast, Needs, Requirement, Share
from competencies.gate import bits
from mastery.facts import Decision, Evidence, Outcome
from mastery.fold import Track
from mastery.progress import Progress
from mastery.sensitivity import Sensitivity, sensitivity
from mastery.standing import Standing, Status
from mastery.wording import instant, listed, name, reason

__all__ = ["PieceUse", "ProofNode", "Why", "why"]


@frozen
class ProofNode:
    """One node of the proof: a requirement or a competency, whether it is met, and what it rests on."""

    asks: str
    met: bool
    competency: str = ""
    status: Status | None = None
    parts: tuple[ProofNode, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the node as JSON values."""
        found: dict[str, Any] = {"asks": self.asks, "met": self.met}
        if self.competency:
            found["competency"] = self.competency
        if self.status is not None:
            found["status"] = self.status.value
        if self.parts:
            found["parts"] = [part.to_json() for part in self.parts]
        return found


@frozen
class PieceUse:
    """One piece of evidence and whether it counts; `note` says why not, or what is special about it."""

    key: str
    observed_at: datetime
    purpose: str
    score: float | None
    counts: bool
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the piece as JSON values."""
        return {
            "key": self.key,
            "observed_at": instant(self.observed_at),
            "purpose": self.purpose,
            "score": self.score,
            "counts": self.counts,
            "note": self.note,
        }


@frozen
class Why:
    """Why a learner stands where they stand on a competency.

    `ways`: minimal sets of codes, each of which, credited, opens a locked competency; fewest first; `more` says that
    there are more. For any other status there are none. `tree` proves the requirement, `evidence` lists every piece,
    `decisions` every decision, and `sensitivity` says which single score the answer hangs on, where it does; none of
    the three for a group.
    """

    competency: str
    code: str
    status: Status
    text: str
    ways: tuple[tuple[str, ...], ...]
    more: bool
    tree: ProofNode
    evidence: tuple[PieceUse, ...]
    decisions: tuple[Decision, ...] = ()
    sensitivity: Sensitivity | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON values (docs/schemas/why.json)."""
        return {
            "competency": self.competency,
            "code": self.code,
            "status": self.status.value,
            "text": self.text,
            "ways": [list(way) for way in self.ways],
            "more_ways": self.more,
            "tree": self.tree.to_json(),
            "evidence": [piece.to_json() for piece in self.evidence],
            "decisions": [_decision(decision) for decision in self.decisions],
            "sensitivity": None if self.sensitivity is None else self.sensitivity.to_json(),
        }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "key": decision.key,
        "observed_at": instant(decision.observed_at),
        "kind": decision.kind.value,
        "by": decision.by,
        "why": decision.why,
        "until": None if decision.until is None else instant(decision.until),
    }


def why(progress: Progress, competency: str, *, limit: int | None = 5) -> Why:
    """Return why `competency` (identifier or code; a group too) stands where it stands, with up to `limit` ways.

    Raises UnknownCompetency with the near miss.
    """
    found = progress.framework.competency(competency)
    i = progress.rules.leaf(competency)
    if i is None:
        return _why_group(progress, found.identifier, limit)
    standing = progress.standing_at(i)
    ways, more = _ways(progress, i, standing, limit)
    track = progress.track_at(i)
    said = _locked(progress, i, ways, more) if standing.status is Status.LOCKED else reason(progress, i, standing)
    return Why(
        found.identifier,
        found.code,
        standing.status,
        f"{name(progress, i)}: {said}",
        ways,
        more,
        _proof(progress, progress.rules.requirements[i]),
        tuple(_pieces(track)) if track is not None else (),
        tuple(track.decisions) if track is not None else (),
        sensitivity(progress, i),
    )


def _ways(
    progress: Progress, i: int, standing: Standing, limit: int | None
) -> tuple[tuple[tuple[str, ...], ...], bool]:
    if standing.status is not Status.LOCKED:
        return (), False
    printed = progress.rules.printed
    ways, more = progress.rules.expansion.gates[i].ways(progress.met, limit)
    return tuple(tuple(printed[j] for j in bits(way)) for way in ways), more


def _locked(progress: Progress, i: int, ways: tuple[tuple[str, ...], ...], more: bool) -> str:
    gate = progress.rules.expansion.gates[i]
    lapsed = gate.mask & progress.credited & ~progress.met
    note = f" Met, but lapsed: {listed([name(progress, j) for j in bits(lapsed)])}." if lapsed else ""
    if len(ways) == 1:
        return f"It is locked until {listed(ways[0])} {'is' if len(ways[0]) == 1 else 'are'} met.{note}"
    singly = all(len(way) == 1 for way in ways)
    options = (" or " if singly else "; or ").join(listed(way) for way in ways)
    return f"It is locked. Any one of these opens it: {options}{'; and there are more ways' if more else ''}.{note}"


def _why_group(progress: Progress, identifier: str, limit: int | None) -> Why:
    rules = progress.rules
    leaves = list(bits(rules.expansion.masks[identifier]))
    standing = progress.standing(identifier)
    open_parts = [i for i in leaves if progress.standing_at(i).credit is None]
    label = progress.framework.printed_name(identifier)
    met = len(leaves) - len(open_parts)
    said = f"{met} of its {len(leaves)} parts {'is' if met == 1 else 'are'} met"
    if open_parts:
        said += f"; still to meet: {listed([name(progress, i) for i in open_parts])}"
    ways: tuple[tuple[str, ...], ...] = ()
    more = False
    if standing.status is Status.LOCKED:
        opened = [(i, *rules.expansion.gates[i].ways(progress.met, limit)) for i in leaves]
        first = min(opened, key=lambda found: (found[1][0].bit_count(), found[0]))
        ways, more = tuple(tuple(name(progress, j) for j in bits(way)) for way in first[1]), first[2]
        said += f"; its first part opens with {listed(ways[0])}"
    group = progress.framework.competency(identifier)
    tree = _proof(progress, Needs(identifier))
    return Why(identifier, group.code, standing.status, f"{label}: {said}.", ways, more, tree, ())


def _proof(progress: Progress, requirement: Requirement) -> ProofNode:
    if isinstance(requirement, Needs):
        return _proof_of(progress, requirement.name)
    if isinstance(requirement, Share):
        group = progress.framework.parts(requirement.group)
        parts = tuple(_proof_of(progress, part.identifier) for part in group)
        least = requirement.least(len(group))
        asks = f"at least {least} of the {len(group)} parts of {progress.framework.printed_name(requirement.group)}"
    else:
        parts = tuple(_proof(progress, part) for part in requirement.parts)
        least, asks = _asks(requirement, len(parts))
    return ProofNode(asks, sum(part.met for part in parts) >= least, parts=parts)


def _asks(requirement: Requirement, n: int) -> tuple[int, str]:
    if isinstance(requirement, All):
        return n, "all of these" if n else "nothing"
    if isinstance(requirement, AtLeast):
        return requirement.k, f"at least {requirement.k} of these"
    return 1, "any one of these"


def _proof_of(progress: Progress, identifier: str) -> ProofNode:
    rules = progress.rules
    i = rules.expansion.position.get(identifier)
    if i is not None:
        met = bool(progress.met >> i & 1)
        return ProofNode(rules.printed[i], met, identifier, progress.standing_at(i).status)
    parts = tuple(_proof_of(progress, part.identifier) for part in progress.framework.parts(identifier))
    label = progress.framework.printed_name(identifier)
    return ProofNode(f"all parts of {label}", all(part.met for part in parts), identifier, None, parts)


def _pieces(track: Track) -> Iterator[PieceUse]:
    counted = {piece.key: n for n, piece in enumerate(reversed(track.counted.pieces))}
    window = track.rule.model.window
    invalid = {piece.key: fault for piece, fault in track.checks.invalid}
    for piece in track.evidence:
        counts = piece.key in counted
        note = _not_counted(track, piece) if not counts else ""
        if counts and window is not None and counted[piece.key] >= window:
            note = f"older than the latest {window}: it counts as a piece, not in the estimate"
        if piece.key in invalid:
            note = f"no valid attempt at the check: {invalid[piece.key]}"
        yield PieceUse(piece.key, piece.observed_at, piece.purpose.value, piece.score, counts, note)


def _not_counted(track: Track, piece: Evidence) -> str:
    if piece.outcome is not Outcome.SCORED:
        return f"it was {piece.outcome.value}"
    if track.barrier is not None and piece.observed_at <= track.barrier:
        return "it was shown before credit was revoked"
    if piece.purpose not in track.rule.criteria.counts:
        return f"the policy does not count {piece.purpose.value} evidence"
    return f"the item {piece.item} was counted before"
