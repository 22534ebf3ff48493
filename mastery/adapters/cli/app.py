"""The commands. Each reads its arguments, calls the engine once, and prints the answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

import mastery
from competencies import CompetenciesError
from mastery.adapters.cli import demo as demonstration
from mastery.adapters.cli.asking import next_, path, show, why
from mastery.adapters.cli.authoring import review
from mastery.adapters.cli.changes import changes
from mastery.adapters.cli.class_map import map_
from mastery.adapters.cli.diagram import diagram
from mastery.adapters.cli.fair import fair
from mastery.adapters.cli.figures import figures
from mastery.adapters.cli.groups import groups
from mastery.adapters.cli.imagining import what_if_class
from mastery.adapters.cli.interruption import INTERRUPTED, being_made, forget, told
from mastery.adapters.cli.laws import laws
from mastery.adapters.cli.options import AsJson, AsOf, Db, database, fail, framework_named, moment, print_json
from mastery.adapters.cli.pace import pace
from mastery.adapters.cli.publishing import publish
from mastery.adapters.cli.questions import blockers_, ready, stuck
from mastery.adapters.cli.rechecks import rechecks
from mastery.adapters.cli.recording import decide, excuse, record, void
from mastery.adapters.cli.render import say
from mastery.adapters.cli.report import report
from mastery.adapters.cli.requirements import require
from mastery.adapters.cli.rosters import roster
from mastery.adapters.cli.rules import policy, policy_named
from mastery.adapters.cli.serving import account, serve, token
from mastery.adapters.cli.transfer import export, import_
from mastery.adapters.cli.what_if import what_if
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


@app.command()
def demo(
    db: Annotated[Path, typer.Option("--db", help="Where to make the class.")] = Path("mastery-demo.db"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Make it anew if it is there.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Another class for each whole number.")] = 7,
    as_of: AsOf = None,
) -> None:
    """Make a class of 28 with six weeks of simulated work, and show what to try."""
    with being_made(db, anew=fresh):
        demonstration.run(db, fresh=fresh, seed=seed, at=moment(as_of))


@app.command()
def init(
    framework: Annotated[str, typer.Option("--framework", help="A file (CASE JSON, CSV table) or the name of a pack.")],
    policy: Annotated[
        str, typer.Option("--policy", help="A policy: a file or a name (`mastery policy --list`).")
    ] = "default",
    precedes: Annotated[str, typer.Option(help="Read CASE `precedes` as hard or soft prerequisites.")] = "hard",
    assess: Annotated[list[str] | None, typer.Option(help="CASE item types at which the outline ends.")] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Make a database that lives by a framework and a policy."""
    found = framework_named(framework, precedes, assess)
    rules = policy_named(policy)
    with being_made(database(db)), mastery.open(database(db), found, rules):
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


app.command("import")(import_)
app.command()(export)
app.command()(record)
app.command()(decide)
app.command()(void)
app.command()(excuse)
app.command("next")(next_)
app.command()(path)
app.command()(show)
app.command()(why)
app.command()(ready)
app.command()(stuck)
app.command("blockers")(blockers_)
app.command("map")(map_)
app.command()(report)
app.command()(rechecks)
app.command()(require)
app.command()(fair)
app.command()(figures)
app.command()(groups)
app.command()(pace)
app.command()(what_if)
app.command("what-if-class")(what_if_class)
app.command()(changes)
app.add_typer(publish, name="publish")
app.command()(policy)
app.command()(review)
app.command()(laws)
app.command()(roster)
app.command()(serve)
app.command()(token)
app.command()(account)
app.command()(diagram)


def main() -> None:
    """Run the command line: exit 0 fine, 1 a finding or refusal, 2 usage, 3 conflict, 130 interrupted."""
    forget()
    try:
        app()
    except (CompetenciesError, mastery.MasteryError) as fault:
        fail(fault)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            say(told(), to_error=True)
        raise
