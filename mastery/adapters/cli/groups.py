"""`mastery groups`: groups for tomorrow, by what each learner can work on next."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mastery import Engine
from mastery.adapters.cli.classroom import AsCsv, Learners, Roster, as_data, named_learners, print_end
from mastery.adapters.cli.options import AsJson, AsOf, Db, close_to, engine_at, moment
from mastery.adapters.cli.render import say
from mastery.classroom import Classroom
from mastery.planning.groups import (
    Alone,
    EarlierGroup,
    Group,
    Grouping,
    GroupPlan,
    GroupRules,
    plan_groups,
    read_earlier,
    search,
    solve_exactly,
)
from mastery.planning_answers.groups import groups_json
from mastery.wording import day, listed, many

__all__ = ["groups"]


class How(StrEnum):
    """How groups are found: by a search that is quick, or by a solver that proves what it finds."""

    HEURISTIC = "heuristic"
    EXACT = "exact"


def groups(
    learners: Learners = None,
    roster: Roster = None,
    size: Annotated[str, typer.Option(metavar="FROM-TO", help="How many learners a group has.")] = "3-6",
    adults: Annotated[int, typer.Option(min=1, max=100, help="So many groups at most.")] = 3,
    apart: Annotated[
        list[str] | None,
        typer.Option(metavar="LEARNER,LEARNER", help="Two who are not put together; may be given again."),
    ] = None,
    before: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Earlier groups, as --csv prints them; may be given again, oldest first."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=1_000_000, help="Another way through ties for each number.")] = 7,
    solver: Annotated[How, typer.Option(help="A quick search, or a solver that proves it (extra: groups).")] = (
        How.HEURISTIC
    ),
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Propose groups for tomorrow: who could work together on what, and who works alone."""
    smallest, largest = _sizes(size)
    pairs = [_pair(text) for text in apart or ()]
    earlier = [_earlier(file) for file in before or ()]
    with engine_at(db) as engine:
        room = engine.classroom(named_learners(engine, learners, roster), at=moment(as_of))
        _refuse_strangers(engine, room, pairs)
        rules = GroupRules(smallest=smallest, largest=largest, adults=adults, apart=pairs, before=earlier, seed=seed)
        answer = _planned(room, rules, solver)
        if as_data(answer, as_json, as_csv, lambda: groups_json(room, answer)):
            return
        _print(room, answer)


def _sizes(text: str) -> tuple[int, int]:
    """Return the sizes that a person typed: 3-6, or 4 for just that."""
    low, dash, high = text.partition("-")
    try:
        smallest = int(low)
        largest = int(high) if dash else smallest
    except ValueError:
        smallest = largest = 0
    if not 2 <= smallest <= largest <= 100:
        wanted = f"sizes from 2 to 100, such as 3-6 or 4, were wanted, got {text!r}"
        raise typer.BadParameter(wanted, param_hint="--size")
    return smallest, largest


def _pair(text: str) -> tuple[str, str]:
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or not all(names) or names[0] == names[1]:
        wanted = f"two learners with a comma between, such as ash,oak, were wanted, got {text!r}"
        raise typer.BadParameter(wanted, param_hint="--apart")
    return names[0], names[1]


def _refuse_strangers(engine: Engine, room: Classroom, pairs: Sequence[tuple[str, str]]) -> None:
    """Refuse a name that nobody has: with a slip of the pen two would be put together who are not to be."""
    known = {*engine.learners(), *room.learners}
    for name in (name for pair in pairs for name in pair if name not in known):
        said = f"nothing is recorded of {name}.{close_to(name, sorted(known))}"
        raise typer.BadParameter(said, param_hint="--apart")


def _earlier(file: Path) -> tuple[EarlierGroup, ...]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return read_earlier(lines)
    except OSError as fault:
        said = f"{file}: a file that `mastery groups --csv` printed was wanted: {fault.strerror}"
    except UnicodeDecodeError as fault:
        said = f"{file} is not UTF-8 text (byte {fault.start}); save it as UTF-8"
    except ValueError as fault:
        said = f"{file}, {fault}"
    raise typer.BadParameter(said, param_hint="--before")


def _planned(room: Classroom, rules: GroupRules, how: How) -> GroupPlan:
    try:
        return plan_groups(room, rules, solve_exactly if how is How.EXACT else search)
    except ModuleNotFoundError as fault:
        if (fault.name or "").partition(".")[0] != "ortools":
            raise
        wanted = "the extra `groups` is wanted: pip install 'mastery[groups]'"
        raise typer.BadParameter(wanted, param_hint="--solver") from None


def _print(room: Classroom, answer: GroupPlan) -> None:
    first = answer.first
    grouped = sum(len(group.members) for group in first.groups)
    everybody = many(len(room), "learner")
    said = (
        f"{many(len(first.groups), 'group')} for {grouped} of {everybody}" if grouped else f"No groups for {everybody}"
    )
    say(f"{said}, as of {day(room.at)}", bold=True)
    for n, group in enumerate(first.groups, start=1):
        _print_group(n, group)
    _print_alone(first.alone)
    if first.groups:
        say()
        say(f"Score: {_score(first)}")
    for n, other in enumerate(answer.alternatives, start=1):
        _print_alternative(n, other)
    print_end(answer.because, (*answer.warnings, *answer.caveats))


def _print_group(n: int, group: Group) -> None:
    say()
    say(f"Group {n}: {group.name}. {group.statement}".rstrip(), bold=True)
    alike: dict[str, list[str]] = {}
    for one in group.members:
        alike.setdefault(f"{one.action.value}. {one.because}", []).append(one.learner)
    for said, who in alike.items():
        say(f"   - {listed(who, most=len(who))}: {said}")


def _print_alone(alone: Sequence[Alone]) -> None:
    if not alone:
        return
    say()
    say(f"Alone: {len(alone)}", bold=True)
    for one in alone:
        say(f"   - {one.learner}: {one.because if one.action is None else f'{one.action.value} {one.name}'}")


def _score(grouping: Grouping) -> str:
    parts = grouping.score
    less = f" - {parts.repeats} for repeats" if parts.repeats else ""
    return f"{parts.total} = {parts.need} for need + {parts.unlocks} for what it unlocks{less}"


def _print_alternative(n: int, other: Grouping) -> None:
    say()
    say(f"Alternative {n}: {_score(other)}; {many(other.changes, 'learner')} would change", bold=True)
    for group in other.groups:
        names = [one.learner for one in group.members]
        say(f"   - {group.name}: {listed(names, most=len(names))}")
    for line in other.warnings:
        say(f"   ! {line}")
