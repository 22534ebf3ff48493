"""The commands. Each reads its arguments, calls the engine once, and prints the answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

import mastery
from competencies import CompetenciesError
from mastery.adapters.cli import demo as demonstration
from mastery.adapters.cli.authoring import review
from mastery.adapters.cli.diagram import diagram
from mastery.adapters.cli.options import (
    AsJson,
    AsOf,
    Db,
    database,
    engine_at,
    fail,
    framework_named,
    moment,
    note_stranger,
    now,
    print_json,
)
from mastery.adapters.cli.publishing import publish
from mastery.adapters.cli.render import print_changes, print_next, print_show, print_why, say
from mastery.answers import next_json, receipt_json, show_json, why_json
from mastery.evidence_table import read_evidence
from mastery.wording import many

__all__ = ["app", "main"]

app = typer.Typer(
    name="mastery",
    help="What each learner has shown, what they can do next, and why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Learner = Annotated[str, typer.Argument(metavar="LEARNER", help="The learner, as in the evidence.")]
Named = Annotated[str, typer.Argument(metavar="COMPETENCY", help="Its identifier or code.")]


@app.command()
def demo(
    db: Annotated[Path, typer.Option("--db", help="Where to make the class.")] = Path("mastery-demo.db"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Make it anew if it is there.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Another class for each whole number.")] = 7,
) -> None:
    """Make a class of 28 with six weeks of simulated work, and show what to try."""
    demonstration.run(db, fresh=fresh, seed=seed)


@app.command()
def init(
    framework: Annotated[str, typer.Option("--framework", help="A file (CASE JSON, CSV table) or the name of a pack.")],
    policy: Annotated[
        Path | None, typer.Option("--policy", help="A policy in TOML. Default: the built-in one.")
    ] = None,
    precedes: Annotated[str, typer.Option(help="Read CASE `precedes` as hard or soft prerequisites.")] = "hard",
    assess: Annotated[list[str] | None, typer.Option(help="CASE item types at which the outline ends.")] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Make a database that lives by a framework and a policy."""
    found = framework_named(framework, precedes, assess)
    rules = mastery.Policy() if policy is None else mastery.Policy.load(policy)
    with mastery.open(database(db), found, rules):
        pass
    groups = len(found.competencies) - len(found.leaves)
    answer: dict[str, Any] = {
        "db": str(database(db)),
        "framework": {
            "title": found.title,
            "version": found.version,
            "competencies": len(found.competencies),
            "leaves": len(found.leaves),
            "groups": groups,
            "requirements": len(found.requires),
        },
        "policy": rules.version,
    }
    if as_json:
        print_json(answer)
        return
    say(f"{database(db)} now lives by {found.title}:")
    own = f"{len(found.requires)} with a requirement of their own"
    leaves = many(len(found.leaves), "competency", "competencies")
    say(f"   {leaves} to show, {many(groups, 'group')}, {own}")
    say("Next: `mastery import FILE` for evidence, or `mastery next LEARNER`.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Evidence as CSV, or as JSON lines (.jsonl).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, record nothing.")] = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Record the evidence in a file: all of it or, at any fault, none."""
    json_lines = file.suffix in (".jsonl", ".ndjson")
    with engine_at(db) as engine:
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                if dry_run:
                    _tell_dry(file, read_evidence(lines, engine.framework, json_lines=json_lines), as_json)
                    return
                receipt = engine.import_table(lines, json_lines=json_lines)
        except OSError as fault:
            raise mastery.ImportFault("Nothing was imported", [f"{file}: {fault.strerror}"]) from None
        except UnicodeDecodeError as fault:
            message = f"{file} is not UTF-8 text (byte {fault.start}); save it as UTF-8"
            raise mastery.ImportFault("Nothing was imported", [message]) from None
    answer = {"recorded": len(receipt.recorded), "repeated": receipt.repeated, "awards": len(receipt.awards)}
    if as_json:
        print_json({**answer, "learners": len({fact.learner for fact in receipt.recorded})})
        return
    learners = len({fact.learner for fact in receipt.recorded})
    known = f", {receipt.repeated} known already" if receipt.repeated else ""
    say(f"Imported {many(answer['recorded'], 'piece')} of evidence of {many(learners, 'learner')}{known}.")
    say(f"Credit earned: {answer['awards']}.")


def _tell_dry(file: Path, evidence: list[mastery.Evidence], as_json: bool) -> None:
    learners = len({piece.learner for piece in evidence})
    if as_json:
        print_json({"recorded": 0, "repeated": 0, "awards": 0, "learners": 0, "readable": len(evidence)})
    else:
        what = f"{many(len(evidence), 'piece')} of evidence of {many(learners, 'learner')}"
        say(f"{file}: {what} can be imported. Nothing was recorded.")


@app.command()
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
        str | None, typer.Option("--at", help="When it was done (ISO 8601). Default: now.", show_default=False)
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


_DECIDED = ("grant", "revoke", "waive", "unlock", "hold", "pause", "pin")  # the kinds that concern a competency


@app.command()
def decide(
    learner: Learner,
    competency: Named,
    kind: Annotated[str, typer.Argument(metavar="|".join(_DECIDED), help="What is decided.")],
    by: Annotated[str, typer.Option("--by", help="Who decides.")],
    why: Annotated[str, typer.Option("--why", help="The reason, which is shown with the decision.")],
    until: Annotated[
        str | None, typer.Option(help="When an unlock, hold, pause or pin ends.", show_default=False)
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="When it was decided. Default: now.", show_default=False)
    ] = None,
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


def _tell(receipt: mastery.Receipt, as_json: bool) -> None:
    if as_json:
        print_json(receipt_json(receipt))
    else:
        print_changes(receipt)


@app.command("next")
def next_(
    learner: Learner,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many steps at most.")] = 5,
    goal: Annotated[list[str] | None, typer.Option("--goal", help="A competency or group to work towards.")] = None,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say what a learner can do next, best advice first, and why."""
    with engine_at(db) as engine:
        progress = engine.progress(learner, at=moment(as_of))
        steps = mastery.next_steps(progress, goals=goal or ())
        if as_json:
            print_json(next_json(learner, progress, steps[:limit]))
            return
        note_stranger(engine, learner)
        print_next(learner, progress, steps[:limit], len(steps))


@app.command()
def show(
    learner: Learner,
    every: Annotated[bool, typer.Option("--all", help="List what is locked too.")] = False,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Show where a learner stands on every competency."""
    with engine_at(db) as engine:
        progress = engine.progress(learner, at=moment(as_of))
        if as_json:
            print_json(show_json(learner, progress))
            return
        note_stranger(engine, learner)
        print_show(learner, progress, every)


@app.command()
def why(
    learner: Learner,
    competency: Named,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many ways out at most.")] = 5,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say why a learner stands where they stand on a competency, and what opens it."""
    with engine_at(db) as engine:
        progress = engine.progress(learner, at=moment(as_of))
        answer = mastery.why(progress, competency, limit=limit)
        if as_json:
            print_json(why_json(learner, progress, answer))
            return
        note_stranger(engine, learner)
        print_why(learner, progress, answer)


app.add_typer(publish, name="publish")
app.command()(review)
app.command()(diagram)


def main() -> None:
    """Run the command line: exit 0 fine, 1 a finding or refusal, 2 usage, 3 conflict."""
    try:
        app()
    except (CompetenciesError, mastery.MasteryError) as fault:
        fail(fault)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
