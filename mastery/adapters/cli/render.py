"""Answers as text for a terminal. Words carry the meaning; bold and colour only help the eye."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from html import unescape

from rich.console import Console
from rich.text import Text

from mastery import Change, ChangeKind, Decision, Progress, Receipt, Status, Step, Why, next_steps, path, withheld
from mastery.adapters.cli.bar import take_away
from mastery.explain import PieceUse, ProofNode
from mastery.pathway import left_out
from mastery.wording import day, evidence_so_far, many, score, wait_in_words, waiting

__all__ = ["marked", "plain", "print_changes", "print_next", "print_show", "print_why", "say", "width"]

_NARROWEST, _WIDEST = 60, 110


def width() -> int:
    """Return how many characters a line may have."""
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((100, 24)).columns))


def _console(to_error: bool = False) -> Console:
    return Console(
        stderr=to_error, width=width(), soft_wrap=True, highlight=False, file=sys.stderr if to_error else sys.stdout
    )


def say(text: str = "", *, bold: bool = False, to_error: bool = False) -> None:
    """Print a line, wrapped to the terminal, its own line breaks kept."""
    take_away()
    lines = [piece for line in text.splitlines() or [""] for piece in _wrapped(line) or [""]]
    _console(to_error).print(Text("\n".join(lines), style="bold" if bold else ""))


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(
        line, width(), subsequent_indent=_hanging(line), break_long_words=False, break_on_hyphens=False
    )


def _hanging(line: str) -> str:
    indent = len(line) - len(line.lstrip())
    marker = 2 if line.lstrip()[:2] in ("- ", "* ") else 0
    return " " * (indent + marker)


def print_next(learner: str, progress: Progress, steps: tuple[Step, ...], of: int, goals: Sequence[str] = ()) -> None:
    """Print the next steps: what to do, on what, and why; below them what the policy or a person holds back."""
    shown = f"{len(steps)} of {of}" if len(steps) < of else str(of)
    say(f"Next steps for {learner}, {shown}, as of {day(progress.at)}", bold=True)
    if not steps:
        say("There is no step now. `mastery show` says what each competency waits for.")
    for n, step in enumerate(steps, start=1):
        say()
        _print_step(n, step)
    cut = left_out(progress)
    if cut:
        say()
        say(f"The policy offers {progress.policy.choice} new ones at a time: {cut} more could be started.")
    _print_withheld(progress, goals)


def _print_step(n: int, step: Step) -> None:
    say(f"{n}. {step.action.value} {step.code or step.competency}", bold=True)
    say(f"   {plain(step.statement)}")
    for sentence in step.because:
        say(f"   - {sentence}")
    if step.check is not None:
        questions = f"{step.check.questions} questions, " if step.check.questions else ""
        forms = f"; forms not used yet: {', '.join(step.check.unused_forms)}" if step.check.unused_forms else ""
        say(f"   - The check: {questions}passed at {score(step.check.pass_score)}{forms}.")


def _print_withheld(progress: Progress, goals: Sequence[str], most: int = 5) -> None:
    found = withheld(progress, goals=goals)
    if not found:
        return
    say()
    say("Not now", bold=True)
    for one in found[:most]:
        say(f"   - {progress.framework.printed_name(one.competency)}: {wait_in_words(one.wait)}")
    if len(found) > most:
        say(f"   - and {len(found) - most} more: `mastery show` lists them")


def plain(statement: str) -> str:
    """Return a statement for the terminal: published frameworks carry entities (&ne;) and tags in their words."""
    return re.sub(r"</?[a-zA-Z][^<>]*>", "", unescape(statement))


_ORDER = (
    Status.CHECK_DUE,
    Status.NOT_YET,
    Status.IN_PROGRESS,
    Status.AWAITING,
    Status.READY,
    Status.MET,
    Status.LOCKED,
)
_MARKS = {
    Status.LOCKED: "[locked]",
    Status.READY: "[ready]",
    Status.IN_PROGRESS: "[in progress]",
    Status.CHECK_DUE: "[check due]",
    Status.NOT_YET: "[not yet]",
    Status.AWAITING: "[awaiting]",
    Status.MET: "[met]",
}


def print_show(learner: str, progress: Progress, every: bool) -> None:
    """Print where a learner stands on each competency; what is locked only on demand."""
    by_status: dict[Status, list[str]] = {status: [] for status in _ORDER}
    for competency, standing in progress.standings():
        track = progress.track(competency.identifier)
        notes = [standing.currency.value] if standing.currency is not None else []
        notes += [overlay.value.replace("_", " ") for overlay in sorted(standing.overlays)]
        if standing.credit is not None:
            notes.append(f"{standing.credit.basis.value} {standing.credit.since:%Y-%m-%d}")
        elif track is not None and standing.status is not Status.LOCKED:
            notes.append(evidence_so_far(track, standing))
        if standing.wait is not None and standing.status is not Status.LOCKED:
            notes.append(waiting(standing))
        name = progress.framework.printed_name(competency.identifier)
        by_status[standing.status].append(f"{name:<12} {'; '.join(notes)}".rstrip())
    total = sum(len(rows) for rows in by_status.values())
    met = len(by_status[Status.MET])
    say(f"{learner}: {met} of {total} competencies met, as of {day(progress.at)}", bold=True)
    for status, rows in by_status.items():
        if rows:
            say()
            say(f"{_MARKS[status]} {len(rows)}", bold=True)
            if status is Status.LOCKED and not every:
                say("   `--all` lists them; `mastery why` says what opens one.")
            else:
                for row in rows:
                    say(f"   {row}")
    if progress.unplaced:
        say()
        unplaced = many(len(progress.unplaced), "fact")
        say(f"Without a place in this framework: {unplaced}: {_some(f.key for f in progress.unplaced)}")


def _some(words: Iterable[str], most: int = 5) -> str:
    found = list(words)
    return ", ".join(found[:most]) + (", ..." if len(found) > most else "")


def print_why(learner: str, progress: Progress, why: Why) -> None:
    """Print the sentence, the ways out, the proof and the evidence."""
    say(f"{learner}, as of {day(progress.at)} {_MARKS[why.status]}", bold=True)
    say(why.text)
    statement = progress.framework.competency(why.competency).statement
    if statement:
        say()
        say(f"What it is: {plain(statement)}")
    if why.ways:
        say()
        say("What opens it" if len(why.ways) == 1 else "What opens it, any one of these", bold=True)
        for way in why.ways:
            say(f"   - {', '.join(way)}")
        if why.more:
            say("   - and there are more ways")
    if why.status is Status.LOCKED:
        begin = _beginnings(progress, why.competency)
        if begin:
            say()
            say(f"Where to begin: {', '.join(begin)}")
    say()
    say("What it needs", bold=True)
    for line in _proof(why.tree, 1):
        say(line)
    _print_facts(why)


def _print_facts(why: Why) -> None:
    if why.evidence:
        say()
        say("Evidence, oldest first", bold=True)
        for piece in why.evidence:
            say(f"   {_piece(piece)}")
    if why.sensitivity is not None:
        say()
        say(f"What it hangs on: {why.sensitivity.text}")
    if why.decisions:
        say()
        say("Decisions, oldest first", bold=True)
        for decision in why.decisions:
            say(f"   {_decision(decision)}")


def _beginnings(progress: Progress, competency: str, most: int = 4) -> list[str]:
    """Return the steps that can be taken now on the way to a locked competency."""
    on_the_way = set(path(progress, competency))
    printed = progress.framework.printed_name
    steps = [s for s in next_steps(progress, goals=[competency]) if printed(s.competency) in on_the_way]
    return [f"{step.action.value} {printed(step.competency)}" for step in steps[:most]]


def _proof(node: ProofNode, depth: int) -> Iterable[str]:
    shown = node.status is not None and not (node.met and node.status is Status.MET)
    status = f" ({node.status.value.replace('_', ' ')})" if node.status is not None and shown else ""
    if node.status is Status.MET and not node.met:
        status = " (met, but lapsed)"
    yield f"{'   ' * depth}{'[met]' if node.met else '[not met]'} {node.asks}{status}"
    for part in node.parts:
        yield from _proof(part, depth + 1)


def _piece(piece: PieceUse) -> str:
    shown = "no score" if piece.score is None else score(piece.score)
    counts = "counts" if piece.counts else "does not count"
    note = f": {piece.note}" if piece.note else ""
    return f"{piece.observed_at:%Y-%m-%d}  {shown}  {piece.purpose}, {counts}{note}  [{piece.key}]"


def _decision(decision: Decision) -> str:
    until = "" if decision.until is None else f" until {day(decision.until)}"
    return f"{decision.observed_at:%Y-%m-%d}  {decision.kind}{until} by {decision.by}: {decision.why}  [{decision.key}]"


def print_changes(receipt: Receipt, most: int = 20) -> None:
    """Print what a call recorded and what it changed."""
    new = len(receipt.recorded)
    known = f", {receipt.repeated} known already" if receipt.repeated else ""
    say(f"Recorded {many(new, 'fact')}{known}.")
    changes = receipt.changes
    if not changes:
        say("Nothing changed in status." if new else "Nothing was new.")
    for change in changes[:most]:
        say(f"   {marked(change, change.learner)}")
    if len(changes) > most:
        say(f"   and {len(changes) - most} more changes")


_GAINED = {
    **dict.fromkeys((ChangeKind.MET, ChangeKind.UNLOCKED, ChangeKind.CONFIRMED), "+"),
    **dict.fromkeys((ChangeKind.LOST, ChangeKind.LOCKED, ChangeKind.QUESTIONED), "-"),
}


def marked(change: Change, learner: str = "") -> str:
    """Return a change in words behind a mark: + for what was gained, - for what was lost, * for the rest."""
    mark = _GAINED.get(change.kind, "*")
    return f"{mark} {learner}: {change.text}" if learner else f"{mark} {change.text}"
