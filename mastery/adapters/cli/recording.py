"""`mastery record`, `decide`, `void`, `excuse`: one fact each, and what it changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import mastery
from mastery.adapters.cli.options import AsJson, Db, Learner, Named, engine_at, moment, now, print_json
from mastery.adapters.cli.render import print_changes, say
from mastery.answers import receipt_json
from mastery.causes import described

__all__ = ["decide", "excuse", "record", "void"]

_DECIDED = ("grant", "revoke", "waive", "unlock", "hold", "pause", "pin")  # the kinds that concern a competency

By = Annotated[str, typer.Option("--by", help="Who decides.")]
Reason = Annotated[str, typer.Option("--why", help="The reason, which is shown with the decision.")]
Decided = Annotated[
    str | None,
    typer.Option("--at", help="When it was decided (ISO 8601, UTC unless it says). Default: now.", show_default=False),
]
Key = Annotated[str, typer.Argument(metavar="FACT-KEY", help="The key of the fact, as `mastery why` shows it.")]


def record(
    learner: Learner,
    competency: Named,
    score: Annotated[float, typer.Argument(metavar="SCORE", help="From 0 to 1.")],
    purpose: Annotated[mastery.Purpose, typer.Option(help="Why it was assessed.")] = mastery.Purpose.FORMATIVE,
    occasion: Annotated[str, typer.Option(help="Joins pieces of one sitting.")] = "",
    item: Annotated[str, typer.Option(help="The item or form; the same one counts once.")] = "",
    context: Annotated[
        mastery.Context, typer.Option(help="A familiar or a novel sort of task.")
    ] = mastery.Context.FAMILIAR,
    assessor: Annotated[str, typer.Option(help="Who judged it.")] = "",
    at: Annotated[
        str | None,
        typer.Option("--at", help="When it was done (ISO 8601, UTC unless it says). Default: now.", show_default=False),
    ] = None,
    key: Annotated[str, typer.Option(help="Names this fact for ever; the same key again is no second fact.")] = "",
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Record one piece of evidence and say what it changed."""
    with engine_at(db) as engine:
        evidence = mastery.Evidence(
            learner,
            competency,
            score,
            moment(at, "--at") or now(),
            purpose=purpose,
            occasion=occasion,
            item=item,
            context=context,
            assessor=assessor,
            source="command line",
            key=key,
        )
        _tell(engine.record(evidence), as_json)


def decide(
    learner: Learner,
    competency: Named,
    kind: Annotated[str, typer.Argument(metavar="|".join(_DECIDED), help="What is decided.")],
    by: By,
    why: Reason,
    until: Annotated[
        str | None, typer.Option(help="When an unlock, hold, pause or pin ends.", show_default=False)
    ] = None,
    at: Decided = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Record a person's decision and say what it changed."""
    if kind not in _DECIDED:
        raise typer.BadParameter(f"one of {', '.join(_DECIDED)} was wanted, got {kind!r}", param_hint="KIND")
    with engine_at(db) as engine:
        decision = mastery.Decision(
            learner=learner,
            competency=competency,
            kind=mastery.DecisionKind(kind),
            by=by,
            why=why,
            observed_at=moment(at, "--at") or now(),
            until=moment(until, "--until"),
            source="command line",
        )
        _tell(engine.record(decision), as_json)


def void(key: Key, by: By, why: Reason, at: Decided = None, db: Db = None, as_json: AsJson = False) -> None:
    """Take a fact back, as if it had never been recorded, and say what that changed."""
    _correct(mastery.DecisionKind.VOID, key, by, why, at, db, as_json)


def excuse(key: Key, by: By, why: Reason, at: Decided = None, db: Db = None, as_json: AsJson = False) -> None:
    """Let a piece of evidence count for nothing, and say what that changed; it stays listed as excused."""
    _correct(mastery.DecisionKind.EXCUSE, key, by, why, at, db, as_json)


def _correct(
    kind: mastery.DecisionKind, key: str, by: str, why: str, at: str | None, db: Path | None, as_json: bool
) -> None:
    with engine_at(db) as engine:
        fact = engine.fact(key)
        decision = mastery.Decision(
            learner=fact.learner,
            kind=kind,
            of=key,
            by=by,
            why=why,
            observed_at=moment(at, "--at") or now(),
            source="command line",
        )
        receipt = engine.record(decision)
        if not as_json:
            done = "Voided" if kind is mastery.DecisionKind.VOID else "Excused"
            say(f"{done}, of {fact.learner}: {described(fact, engine.framework)}.")
        _tell(receipt, as_json)


def _tell(receipt: mastery.Receipt, as_json: bool) -> None:
    if as_json:
        print_json(receipt_json(receipt))
    else:
        print_changes(receipt)
