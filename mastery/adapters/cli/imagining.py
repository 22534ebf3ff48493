"""`mastery what-if-class`: what pieces, a decision or other rules would do to a class. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

import mastery
from competencies import succeeding
from mastery import Decision, DecisionKind, Evidence
from mastery.adapters.cli.classroom import AsCsv, Learners, Roster, as_data, named_learners, print_end
from mastery.adapters.cli.options import AsJson, AsOf, Db, engine_at, framework_named, moment, now
from mastery.adapters.cli.render import say
from mastery.adapters.cli.rules import policy_named
from mastery.adapters.cli.transfer import is_json_lines, opened
from mastery.class_answers import effects_json
from mastery.classroom import ClassEffects, Classroom, Effect, effects_of_changes, effects_of_impacts
from mastery.wording import listed, many

__all__ = ["what_if_class"]

_Code = Annotated[list[str] | None, typer.Option(metavar="COMPETENCY", help="For each of them; may be given again.")]
_RULES = "Other rules, a file or a name."


def what_if_class(
    accept: Annotated[
        Path | None, typer.Option("--accept", metavar="FILE", help="Evidence (CSV or JSON lines) as for `import`.")
    ] = None,
    grant: _Code = None,
    waive: _Code = None,
    unlock: _Code = None,
    hold: _Code = None,
    revoke: _Code = None,
    policy: Annotated[str | None, typer.Option(metavar="FILE|NAME", help=_RULES, show_default=False)] = None,
    framework: Annotated[str | None, typer.Option(metavar="FILE|PACK", help=_RULES, show_default=False)] = None,
    learners: Learners = None,
    roster: Roster = None,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say what these would do to a class: who gains, who would be locked, what comes under question."""
    decisions = {"grant": grant, "waive": waive, "unlock": unlock, "hold": hold, "revoke": revoke}
    imagined = accept is not None or any(decisions.values())
    if imagined == (policy is not None or framework is not None):
        raise typer.BadParameter("pieces or decisions were wanted, or other rules: one of the two")
    with engine_at(db) as engine:
        named = named_learners(engine, learners, roster)
        room = engine.classroom(named, at=moment(as_of))
        if imagined:
            facts = _facts(engine, room, accept, decisions)
            changes = (engine.what_if(learner, *facts[learner], at=room.at) for learner in room.learners)
            answer = effects_of_changes(room, chain.from_iterable(changes))
        else:
            new = None if framework is None else succeeding(framework_named(framework), engine.framework)
            rules = None if policy is None else policy_named(policy)
            answer = effects_of_impacts(room, engine.preview(new, rules, at=room.at))
        if not as_data(answer, as_json, as_csv, lambda: effects_json(room, answer)):
            _print(answer)


def _facts(
    engine: mastery.Engine, room: Classroom, accept: Path | None, decisions: dict[str, list[str] | None]
) -> dict[str, list[Evidence | Decision]]:
    """Return what is imagined of each learner of the class; pieces of others in the file are left out."""
    found: dict[str, list[Evidence | Decision]] = {
        learner: list(_decided(learner, decisions, room)) for learner in room.learners
    }
    if accept is not None:
        with opened(accept) as lines:
            has_json = is_json_lines(accept)
            for piece in mastery.read_evidence(lines, engine.framework, json_lines=has_json, recorded_at=now()):
                found.setdefault(piece.learner, []).append(piece)
    return found


def _decided(learner: str, decisions: dict[str, list[str] | None], room: Classroom) -> Iterator[Decision]:
    for kind, codes in decisions.items():
        for code in codes or ():
            identifier = room.framework.competency(code).identifier
            yield Decision(
                learner=learner,
                competency=identifier,
                kind=DecisionKind(kind),
                by="you",
                why="what if",
                observed_at=room.at,
                key=f"what-if:{learner}:{kind}:{identifier}",
            )


_SAID = {
    "gained": "credit for",
    "opened": "can begin",
    "locked": "locked out of",
    "lost": "no more credit for",
    "questioned": "kept under question:",
}


def _print(answer: ClassEffects) -> None:
    say(f"It would touch {len(answer.effects)} of {many(answer.of, 'learner')}", bold=True)
    alike: dict[str, list[str]] = {}
    for one in answer.effects:
        alike.setdefault("; ".join(_parts(one)), []).append(one.learner)
    for said, who in alike.items():
        say(f"   - {listed(who, most=len(who))}: {said}")
    print_end((*answer.because, "Nothing was recorded."), answer.caveats)


def _parts(one: Effect) -> Iterator[str]:
    for name, said in _SAID.items():
        codes = getattr(one, name)
        if codes:
            yield f"{said} {listed(codes)}"
