"""`mastery fair`: whether the gates treat subgroups alike. It alone reads a file of subgroups, for its report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mastery import PlanError
from mastery.adapters.cli.classroom import AsCsv, Learners, Roster, as_data, print_end, room_at
from mastery.adapters.cli.joined import columns_of, joined_rows, note_strangers
from mastery.adapters.cli.options import AsJson, AsOf, Db
from mastery.adapters.cli.render import say
from mastery.goals import leaves_named
from mastery.planning.fairness import FairnessReport, FairnessRules, GateAudit, SubgroupCell, Subgroups, audit_gates
from mastery.planning_answers.fairness import fairness_json
from mastery.wording import day, listed, many

__all__ = ["fair"]

_SHOWN = 8


def fair(
    by: Annotated[Path, typer.Option(metavar="FILE", help="A table (CSV): learner, and a column of subgroups.")],
    column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which column, where there are several.", show_default=False)
    ] = None,
    gate: Annotated[
        list[str] | None,
        typer.Option(metavar="COMPETENCY", help="Only these: a code, a group or a pattern; may be given again."),
    ] = None,
    least: Annotated[int, typer.Option(min=5, max=1000, help="Hide what fewer learners than this have tried.")] = 10,
    everything: Annotated[bool, typer.Option("--all", help="List every gate, not the first few.")] = False,
    learners: Learners = None,
    roster: Roster = None,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Compare pass rates, attempts, days and overrides at each gate by subgroup."""
    subgroups = _subgroups(by, column)
    with room_at(db, learners, roster, as_of) as room:
        if not learners and not roster:
            note_strangers(room.learners, subgroups.of, by)
        only, faults = leaves_named(room.framework, gate) if gate else (None, [])
        if faults:
            raise PlanError("These gates cannot be looked at", faults)
        answer = audit_gates(room, subgroups, FairnessRules(least=least), only=only)
        if as_data(answer, as_json, as_csv, lambda: fairness_json(room, answer)):
            return
        say(f"{_found(answer)}, by {answer.column}, as of {day(room.at)}", bold=True)
        _print_gates(answer, _SHOWN if not gate and not everything else len(answer.gates))
        print_end(answer.because, answer.caveats)


def _subgroups(path: Path, column: str | None) -> Subgroups:
    """Return the subgroup of each learner in a file; an empty cell is none."""
    header = columns_of(path, "--by")
    there = list(dict.fromkeys(name for name in header if name not in ("", "learner")))
    if column == "learner":
        said = "a column of subgroups was wanted, got that of the learners"
        raise typer.BadParameter(said, param_hint="--column")
    if column is None and len(there) > 1 and "learner" in header:
        said = f"{path} has the columns {listed(there, 'and', len(there))}: one of them was wanted"
        raise typer.BadParameter(said, param_hint="--column")
    name = column or (there[0] if there else "subgroup")
    found: dict[str, str] = {}
    for row in joined_rows(path, "--by", ("learner", name)):
        learner, subgroup = row["learner"], row[name]
        if subgroup and found.setdefault(learner, subgroup) != subgroup:
            said = (
                f"{path}: one subgroup for each learner was wanted, got {found[learner]} and {subgroup} for {learner}"
            )
            raise typer.BadParameter(said, param_hint="--by")
    return Subgroups(name, found)


def _found(answer: FairnessReport) -> str:
    """Return how many gates have a flag, of those that could be compared: of the others no flag says nothing."""
    tried = f"{len(answer.gates)} tried"
    if not answer.compared:
        return f"No gate could be compared ({tried})"
    flagged = f"{many(len(answer.flagged), 'gate')} flagged" if answer.flagged else "No gate flagged"
    return f"{flagged} of {len(answer.compared)} compared ({tried})"


def _print_gates(answer: FairnessReport, most: int) -> None:
    told = [gate for gate in answer.gates if gate.shown]
    for gate in [*answer.flagged, *(gate for gate in told if not gate.flagged)][: max(most, len(answer.flagged))]:
        say()
        say(_head(gate), bold=gate.flagged)
        for cell in gate.cells:
            say(f"   - {cell.subgroup}: {_cell(cell)}")
    if not told:
        say()
        say("At every gate there are too few learners to show anything.")
    left = len(told) - max(most, len(answer.flagged))
    if left > 0:
        say()
        say(f"And {many(left, 'gate')} more (`--all`).")


def _head(gate: GateAudit) -> str:
    if gate.flagged:
        return f"{gate.name}: the rates differ"
    if not gate.compared:
        return f"{gate.name}: too few to compare"
    under = gate.under_four_fifths
    note = f"; under four fifths of the best, and may be chance: {listed(under)}" if under else ""
    return f"{gate.name}: no difference found{note}"


def _cell(cell: SubgroupCell) -> str:
    if cell.n is None or cell.rate is None or cell.low is None or cell.high is None:
        return "hidden"
    said = f"{cell.passed} of {cell.n} passed, {_percent(cell.rate)} ({_percent(cell.low)} to {_percent(cell.high)})"
    if cell.first_time is not None:
        said += f", {_percent(cell.first_time)} the first time"
    if cell.ratio is not None and cell.ratio < 1 and cell.ratio_low is not None and cell.ratio_high is not None:
        said += f"; {cell.ratio:.2f} of the best ({cell.ratio_low:.2f} to {cell.ratio_high:.2f})"
    if cell.attempts is not None and cell.days is not None:
        attempts = "1 attempt" if cell.attempts == 1 else f"{cell.attempts:g} attempts"
        said += f"; median {attempts}, {cell.days:g} {'day' if cell.days == 1 else 'days'}"
    if cell.overrides:
        said += f"; {_percent(cell.overrides)} let past by a person"
    return said


def _percent(rate: float) -> str:
    return f"{100 * rate:.0f}%"
