"""Reads back what `Framework.to_json` says."""

from collections.abc import Mapping
from typing import Any

from competencies.competency import CheckBlueprint, Competency, Kind, Level
from competencies.content import FORMAT
from competencies.draft import Draft
from competencies.errors import FormatError
from competencies.framework import Framework

__all__ = ["from_json", "read"]


def read(data: Any) -> Draft:
    """Return the draft of what `Framework.to_json` described; raises FormatError when it is something else."""
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        got = data.get("format") if isinstance(data, Mapping) else type(data).__name__
        raise FormatError(f"A framework in the format {FORMAT!r} was wanted, got {got!r}.")
    try:
        return Draft(
            data["title"],
            [_competency(row) for row in data["competencies"]],
            requires=data["requires"],
            recommends=data["recommends"],
            part_of=data["part_of"],
            identifier=data["identifier"],
            extras=data["extras"],
            formerly={former: tuple(names) for former, names in data.get("formerly", {}).items()},
        )
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        what = f"{fault.args[0]!r} is missing" if isinstance(fault, KeyError) else str(fault)
        raise FormatError(
            f"A framework in the format {FORMAT!r} was wanted, and this one is damaged: {what}."
        ) from None


def from_json(data: Mapping[str, Any]) -> Framework:
    """Return the framework that `Framework.to_json` described; raises FormatError or FrameworkError."""
    return read(data).framework()


def _competency(row: Mapping[str, Any]) -> Competency:
    check = row.get("check")
    return Competency(
        row["identifier"],
        code=row.get("code", ""),
        statement=row.get("statement", ""),
        kind=Kind(row["kind"]) if "kind" in row else None,
        item_type=row.get("item_type", ""),
        levels=[Level(*level) for level in row.get("levels", ())],
        tags=row.get("tags", ()),
        alignments=row.get("alignments", ()),
        check=CheckBlueprint(*check) if check else None,
        extras=row.get("extras", {}),
    )
