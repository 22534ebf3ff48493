"""`mastery what-if`: what work or a decision would change. Nothing is recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

import mastery
from competencies.errors import near_miss
from mastery import Decision, DecisionKind, Evidence, Purpose
from mastery.adapters.cli.options import AsJson, Db, Learner, engine_at, moment, note_stranger, now, print_json
from mastery.adapters.cli.render import marked, say
from mastery.answers import what_if_json
from mastery.wording import day, listed, score

__all__ = ["what_if"]

_DECISIONS = {
    "grant": "grants",
    "waive": "waives",
    "revoke": "revokes credit for",
    "unlock": "unlocks",
    "hold": "puts on hold",
}
_IN = {Purpose.FORMATIVE: "", Purpose.CHECK: " in a check", Purpose.SELF: " by their own judgement"}


def what_if(
    learner: Learner,
    pairs: Annotated[
        list[str],
        typer.Argument(
            metavar="COMPETENCY SCORE",
            help=f"A score from 0 to 1 or a decision ({', '.join(_DECISIONS)}) on each; more pairs may follow.",
        ),
    ],
    purpose: Annotated[Purpose, typer.Option(help="Why it would be assessed.")] = Purpose.FORMATIVE,
    occasion: Annotated[str, typer.Option(help="Joins pieces of one sitting.")] = "",
    at: Annotated[
        str | None,
        typer.Option(
            "--at", help="When it would be done (ISO 8601, UTC unless it says). Default: now.", show_default=False
        ),
    ] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say what work or a decision would change: what it would earn and unlock. Nothing is recorded."""
    if len(pairs) % 2:
        fault = f"each competency wants a score or a decision behind it: {pairs[-1]!r} has none"
        raise typer.BadParameter(fault, param_hint="COMPETENCY SCORE")
    when = moment(at, "--at")
    with engine_at(db) as engine:
        present = now()
        facts = [
            _imagined(learner, pairs[n], pairs[n + 1], when or present, purpose, occasion, n // 2)
            for n in range(0, len(pairs), 2)
        ]
        found = engine.what_if(learner, *facts, at=present)
        progress = engine.progress(learner, at=max(present, when or present))
        if as_json:
            print_json(what_if_json(learner, progress, facts, found))
            return
        note_stranger(engine, learner)
        printed = {name: progress.framework.printed_name(progress.framework.competency(name).identifier)
                   for name in pairs[::2]}  # fmt: skip
        _print(learner, facts, printed, found, when)


def _imagined(
    learner: str, competency: str, text: str, when: datetime, purpose: Purpose, occasion: str, n: int
) -> Evidence | Decision:
    """Return what a pair of words means: each its own fact, though two may say the same."""
    key = f"what-if-{n + 1}"
    if text in _DECISIONS:
        kind = DecisionKind(text)
        return Decision(
            learner=learner, competency=competency, kind=kind, by="you", why="what if", observed_at=when, key=key
        )
    try:
        value = float(text)
    except ValueError:
        wanted = f"a score from 0 to 1 or one of {', '.join(_DECISIONS)} was wanted"
        fault = f"{wanted}, got {text!r}{near_miss(text, _DECISIONS)}"
        raise typer.BadParameter(fault, param_hint="SCORE") from None
    return Evidence(learner, competency, value, when, purpose=purpose, occasion=occasion, key=key)


def _print(
    learner: str,
    facts: list[Evidence | Decision],
    printed: dict[str, str],
    found: tuple[mastery.Change, ...],
    when: datetime | None,
) -> None:
    scores = [f"{score(f.score or 0)} on {printed[f.competency]}" for f in facts if isinstance(f, Evidence)]
    decisions = [f"{_DECISIONS[f.kind]} {printed[f.competency]}" for f in facts if isinstance(f, Decision)]
    purposes = {f.purpose for f in facts if isinstance(f, Evidence)}
    said = []
    if scores:
        work = "".join(_IN.get(one, f" in {one.value} work") for one in purposes)
        said.append(f"{learner} scores {listed(scores, most=len(scores))}{work}")
    if decisions:
        said.append(f"a person {listed(decisions, most=len(decisions))}")
    on = "" if when is None else f" ({day(when)})"
    say(f"If {' and '.join(said)}{on}, then", bold=True)
    for change in found:
        say(f"   {marked(change)}")
    if not found:
        name = listed(list(dict.fromkeys(printed.values())), "or")
        say(f"   nothing changes in status; `mastery why {learner} COMPETENCY` says what is wanted for {name}.")
    say("Nothing was recorded.")
