"""`mastery figures`: learners, groups, classes and the school in figures that add up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mastery.adapters.cli.classroom import AsCsv, Learners, Roster, as_data, print_end, room_at
from mastery.adapters.cli.columns import print_columns
from mastery.adapters.cli.joined import joined_rows, note_strangers
from mastery.adapters.cli.options import AsJson, AsOf, Db, moment
from mastery.adapters.cli.render import say
from mastery.adapters.sheets.text import cropped, readable
from mastery.planning.figures import FigureLevel, FigureRow, Membership, SchoolFigures, school_figures
from mastery.planning_answers.figures import figures_json
from mastery.wording import day, many

__all__ = ["figures"]

_COLUMNS = {
    "learners": "learners",
    "met": "met",
    "check_due": "check due",
    "not_yet": "not yet",
    "awaiting": "awaiting",
    "in_progress": "in progress",
    "ready": "ready",
    "locked": "locked",
    "by_hand": "by hand",
    "due": "due",
    "lapsed": "lapsed",
    "new": "new",
    "pieces": "pieces",
    "checks": "checks",
}
_LONGEST_NAME = 28
_REST = {
    (FigureLevel.CLASS, "no"): "in no class",
    (FigureLevel.CLASS, "several"): "in several classes",
    (FigureLevel.GROUP, "no"): "  in no group",
    (FigureLevel.GROUP, "several"): "  in several groups",
}


def figures(
    learners: Learners = None,
    roster: Roster = None,
    by: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Who is where: a table (CSV) with learner, class and, if wanted, group."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="COMPETENCY", help="Only these: a code, a group or a pattern (FR*); may be given again."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Count the credit that is new since then (ISO 8601).", show_default=False),
    ] = None,
    with_learners: Annotated[bool, typer.Option("--with-learners", help="A row for each learner too.")] = False,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Count where everybody is: by group, class and school, so that the sums agree."""
    membership = [] if by is None else _membership(by)
    start = moment(since, "--since", first=True)
    with room_at(db, learners, roster, as_of) as room:
        if not learners and not roster:
            note_strangers(room.learners, (one.learner for one in membership), by)
        answer = school_figures(room, membership, only=only or (), since=start, with_learners=with_learners)
        if as_data(answer, as_json, as_csv, lambda: figures_json(room, answer)):
            return
        of = many(answer.competencies, "competency", "competencies")
        say(f"{many(len(room), 'learner')} on {of}, as of {day(room.at)}", bold=True)
        _print_table(answer)
        print_end(answer.because, answer.caveats)


def _membership(path: Path) -> list[Membership]:
    found = []
    for row in joined_rows(path, "--by", ("learner", "class"), ("group",)):
        try:
            found.append(Membership(row["learner"], row["class"], row.get("group", "")))
        except ValueError as fault:
            raise typer.BadParameter(f"{path}, {row['learner']}: {fault}", param_hint="--by") from None
    return found


def _print_table(answer: SchoolFigures) -> None:
    shown = [
        name
        for name in _COLUMNS
        if name in ("learners", "met", "locked") or any(getattr(row.figures, name) for row in answer.rows)
    ]
    rows = [(_label(row), *(str(getattr(row.figures, name)) for name in shown)) for row in answer.rows]
    sums = [n for n, row in enumerate(answer.rows, start=1) if _is_whole(row)]
    say()
    print_columns([("", *(_COLUMNS[name] for name in shown)), *rows], numbers=True, bold=[0, *sums])


def _is_whole(row: FigureRow) -> bool:
    return row.level is FigureLevel.SCHOOL or (row.level is FigureLevel.CLASS and not row.rest)


def _label(row: FigureRow) -> str:
    if row.rest:
        return _REST[row.level, row.rest]
    if row.level is FigureLevel.SCHOOL:
        return "all"
    name = row.learner or row.group or row.class_name
    indent = {FigureLevel.LEARNER: "  - ", FigureLevel.GROUP: "  "}.get(row.level, "")
    return indent + cropped(readable(name), _LONGEST_NAME)
