"""`mastery publish`: what another framework or policy changes, for whom; and its adoption."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import Annotated

import typer

import mastery
from competencies import EditionChanges, Framework, edition_changes, read_crosswalk, succeeding
from mastery.adapters.cli.options import FINDING, AsJson, Db, engine_at, framework_named, print_json
from mastery.adapters.cli.render import say
from mastery.adapters.cli.rules import policy_named
from mastery.answers import publish_json
from mastery.policy_words import GENERALLY, words
from mastery.publishing import Impact, idle_rules
from mastery.wording import listed, many

__all__ = ["publish"]

publish = typer.Typer(help="Change the framework or the policy, after a look at what that does.", no_args_is_help=True)

Check = Annotated[bool, typer.Option("--check", help="Only look: exit 1 if it would lock, question or lose anything.")]
_MOST_LEARNERS = 20


@publish.command("framework")
def publish_framework(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The next edition: CASE JSON, a CSV table, or a pack.")],
    crosswalk: Annotated[
        Path | None, typer.Option(help="A CSV of old and new: whom a former competency is succeeded by.")
    ] = None,
    check: Check = False,
    precedes: Annotated[str, typer.Option(help="Read CASE `precedes` as hard or soft prerequisites.")] = "hard",
    assess: Annotated[list[str] | None, typer.Option(help="CASE item types at which the outline ends.")] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Make another edition of the framework the one in force, and say what that does to each learner."""
    with engine_at(db) as engine:
        old = engine.framework
        new = framework_named(file, precedes, assess)
        edition = succeeding(new, old, _crosswalk(crosswalk, old, new))
        impacts = engine.preview(framework=edition)
        awards = () if check else engine.adopt(framework=edition)
        changes = edition_changes(old, edition)
        if as_json:
            print_json(publish_json(edition.version, None, changes, impacts, adopted=not check))
        else:
            say(f"{edition.title}: edition {edition.version[:8]} after {old.version[:8]}", bold=True)
            _tell_changes(old, edition, changes)
            _tell_impacts(impacts, len(engine.learners()))
            _tell_outcome(check, len(awards))
    _leave(check, impacts)


@publish.command("policy")
def publish_policy(
    file: Annotated[
        str, typer.Argument(metavar="FILE|NAME", help="The next policy: TOML, words, or a name (`mastery policy`).")
    ],
    check: Check = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Make another policy the one in force, and say what that does to each learner."""
    with engine_at(db) as engine:
        policy = policy_named(file)
        idle = idle_rules(policy, engine.framework)
        before, impacts = engine.policy, engine.preview(policy=policy)
        awards = () if check else engine.adopt(policy=policy)
        if as_json:
            print_json(publish_json(None, policy.version, None, impacts, adopted=not check, idle_rules=idle))
        else:
            say(f"Policy {policy.version[:8]}", bold=True)
            _tell_rules(before, policy, idle)
            _tell_impacts(impacts, len(engine.learners()))
            _tell_outcome(check, len(awards))
    _leave(check, impacts)


def _crosswalk(file: Path | None, old: Framework, new: Framework) -> dict[str, tuple[str, ...]]:
    if file is None:
        return {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return read_crosswalk(lines, old, new)
    except (OSError, UnicodeDecodeError) as fault:
        raise mastery.StoreError(f"The crosswalk {file} cannot be read: {fault}.") from None


def _tell_changes(old: Framework, new: Framework, changes: EditionChanges) -> None:
    if changes.is_empty:
        say("   No competency or requirement changes.")
    for what, names, framework in (
        ("added", changes.added, new),
        ("removed, with no successor", changes.removed, old),
        ("succeeded by others", changes.succeeded, old),
        ("reworded", changes.reworded, new),
        ("another requirement", changes.regated, new),
        ("another group", changes.moved, new),
    ):
        if names:
            say(f"   {len(names)} {what}: {listed([framework.printed_name(name) for name in names])}")


def _tell_rules(before: mastery.Policy, policy: mastery.Policy, idle: list[int]) -> None:
    """Say which sentences change, and which special rules are for nobody."""
    if policy == before:
        say("   It is the policy in force already.")
    for line in unified_diff(words(before).splitlines(), words(policy).splitlines(), lineterm="", n=0):
        rule = line[1:].removeprefix("- ")
        if line[:1] in ("+", "-") and not line.startswith(("+++", "---")) and rule and not rule.endswith(GENERALLY):
            say(f"   {'now' if line[0] == '+' else 'was'}: {rule}")
    for n in idle:
        say(f"   Special rule {n} is for no competency here: none fits it, or each that does fits one above it.")


def _tell_impacts(impacts: tuple[Impact, ...], learners: int) -> None:
    say(f"Touched: {len(impacts)} of {many(learners, 'learner')}.")
    for what, counts in (
        ("Credit gained", [len(one.gained) for one in impacts]),
        ("Credit kept under question, for a person to confirm or revoke", [len(one.questioned) for one in impacts]),
        *((f"Work: to {action}", [_asked(one, action) for one in impacts]) for action in mastery.Action),
    ):
        if any(counts):
            say(f"   {what}: {sum(counts)}, of {many(sum(1 for count in counts if count), 'learner')}.")
    for one in impacts[:_MOST_LEARNERS]:
        told = [
            f"{what} {listed(list(names))}"
            for what, names in (
                ("gains", one.gained),
                ("keeps under question", one.questioned),
                ("is locked out of", one.locked),
                ("has credit with no place for", one.lost),
            )
            if names
        ]
        told += [f"is asked to {work.action} {listed(list(work.competencies))}" for work in one.work]
        if one.unplaced:
            told.append(f"{many(one.unplaced, 'piece')} of evidence with no place")
        say(f"   - {one.learner}: {'; '.join(told)}")
    if len(impacts) > _MOST_LEARNERS:
        say(f"   and {len(impacts) - _MOST_LEARNERS} more")


def _asked(impact: Impact, action: mastery.Action) -> int:
    return sum(len(work.competencies) for work in impact.work if work.action is action)


def _tell_outcome(check: bool, awards: int) -> None:
    say("Nothing was written." if check else f"It is in force now. Credit newly recorded: {awards}.")


def _leave(check: bool, impacts: tuple[Impact, ...]) -> None:
    if check and any(one.questioned or one.locked or one.lost or one.unplaced for one in impacts):
        raise typer.Exit(FINDING)
