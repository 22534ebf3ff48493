"""`mastery require`: what a course, a credential or graduation asks for, what is met, and what remains."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mastery import PlanError
from mastery.adapters.cli.classroom import AsCsv, Roster, as_data, print_end, room_at
from mastery.adapters.cli.joined import joined_rows, note_strangers
from mastery.adapters.cli.options import AsJson, AsOf, Db
from mastery.adapters.cli.render import say
from mastery.classroom import Classroom
from mastery.planning.requirements import (
    ClauseState,
    LearnerRequirements,
    RequirementBook,
    RequirementReport,
    assigned,
    requirements_from_toml,
    requirements_of,
)
from mastery.planning_answers.requirements import requirements_json
from mastery.standing import WaitKind
from mastery.wording import day, listed, many, wait_in_words

__all__ = ["require"]


def require(
    learners: Annotated[
        list[str] | None, typer.Argument(metavar="[LEARNER]...", help="Whom to look at. Default: everybody.")
    ] = None,
    requirements: Annotated[
        Path | None, typer.Option("--requirements", metavar="FILE", help="What is asked, in TOML.", show_default=False)
    ] = None,
    version: Annotated[str | None, typer.Option(help="Look at this version.", show_default=False)] = None,
    cohort: Annotated[str | None, typer.Option(help="All of them are of this cohort.", show_default=False)] = None,
    cohorts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A table (CSV) with the columns learner and cohort.", show_default=False),
    ] = None,
    roster: Roster = None,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say which requirements are met, which are open, and the fewest competencies that remain."""
    book = _book(requirements)
    if sum(given is not None for given in (version, cohort, cohorts)) > 1:
        raise typer.BadParameter("one of --version, --cohort and --cohorts was wanted, got more than one")
    by_learner = None if cohorts is None else _cohorts(cohorts)
    with room_at(db, learners, roster, as_of) as room:
        if not learners and not roster:
            note_strangers(room.learners, by_learner or (), cohorts)
        known = None if by_learner is None else {one: by_learner[one] for one in room.learners if one in by_learner}
        versions = assigned(book, room.learners, version=version, cohort=cohort, cohorts=known)
        answer = requirements_of(room, book, versions)
        if as_data(answer, as_json, as_csv, lambda: requirements_json(room, answer)):
            return
        if len(answer.learners) == 1:
            _print_learner(room, answer, answer.learners[0])
        else:
            _print_class(room, answer)
        print_end(answer.because, answer.caveats)


def _book(path: Path | None) -> RequirementBook:
    if path is None:
        raise typer.BadParameter("a file of requirements (TOML) was wanted", param_hint="--requirements")
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise PlanError(f"The requirements {path} cannot be read", [str(fault)]) from None
    return requirements_from_toml(text, where=f"The requirements {path}")


def _cohorts(path: Path) -> dict[str, str]:
    """Return the cohort of each learner in a file; an empty cell is none."""
    found: dict[str, str] = {}
    for row in joined_rows(path, "--cohorts", ("learner", "cohort")):
        learner, cohort = row["learner"], row["cohort"]
        if cohort and found.setdefault(learner, cohort) != cohort:
            said = f"{path}: one cohort for each learner was wanted, got {found[learner]} and {cohort} for {learner}"
            raise typer.BadParameter(said, param_hint="--cohorts")
    return found


def _print_learner(room: Classroom, answer: RequirementReport, one: LearnerRequirements) -> None:
    if one.version is None:
        say(f"{one.learner}: no version of {answer.title} is known to apply, as of {day(room.at)}", bold=True)
        return
    met = sum(clause.met for clause in one.clauses)
    said = f"{met} of {many(len(one.clauses), 'clause')} met"
    say(f"{one.learner}, {answer.title}, version {one.version}: {said}, as of {day(room.at)}", bold=True)
    for clause in one.clauses:
        say()
        _print_clause(clause)
    if one.met:
        return
    say()
    fewest = "no fewer would do" if one.smallest else "perhaps fewer would do"
    say(f"{many(one.left, 'competency', 'competencies')} to go; {fewest}", bold=True)
    for leg in one.remaining:
        name = leg.code or leg.competency
        what = f"{name}: {leg.action.value} now" if leg.action else f"{name}: waits"
        if leg.wait is not None and leg.wait.kind is not WaitKind.REQUIREMENT:
            what = f"{name}: {wait_in_words(leg.wait)}"
        say(f"   - {f'{name}: after {listed(leg.after)}' if leg.after else what}")
    for again in one.to_show:
        say(f"   - {again.name}: {again.because}")


def _print_clause(clause: ClauseState) -> None:
    say(f"{'met ' if clause.met else 'open'}  {clause.name}: {clause.asks}", bold=not clause.met)
    for one in clause.categories:
        enough = "enough" if one.met else f"{one.wanted - one.counted} more"
        say(f"      {one.name}: {one.counted} of {one.of} ({one.percent}%), {one.wanted} wanted: {enough}")
    if clause.categories and not clause.met:
        say(f"      The mean is {clause.mean_percent}%: it is not what is asked.")
    if clause.ways:
        ways = [listed(way, most=len(way)) for way in clause.ways]
        single = all(len(way) == 1 for way in clause.ways)
        told = (" or " if single else "; or ").join(ways)
        say(f"      Would do: {told}{'; and there are more ways' if clause.more else ''}.")
    if clause.not_counted:
        say(f"      Met, but not on a basis that counts here: {listed(clause.not_counted)}.")


def _print_class(room: Classroom, answer: RequirementReport) -> None:
    done = sum(one.met for one in answer.learners)
    of = many(len(answer.learners), "learner")
    say(f"{answer.title}: met by {done} of {of}, as of {day(room.at)}", bold=True)
    by_version = dict.fromkeys(count.version for count in answer.counts)
    for version in by_version:
        say()
        say(f"Version {version}", bold=True)
        for count in answer.counts:
            if count.version == version:
                say(f"   {count.clause}: {count.met} of {count.of}")
        for one in answer.learners:
            if one.version == version:
                say(f"   - {one.learner}: {_in_brief(one)}")


def _in_brief(one: LearnerRequirements) -> str:
    if one.met:
        return "all met"
    left = [clause.name for clause in one.clauses if not clause.met]
    return f"{many(one.left, 'competency', 'competencies')} to go; open: {listed(left, most=len(left))}"
