"""Reads back what `Framework.to_json` says."""

from collections.abc import Mapping
from typing import Any

from competencies.competency import CheckBlueprint, Competency, Kind, Level
from competencies.content import FORMAT
from competencies.errors import FormatError
from competencies.framework import Framework

__all__ = ["from_json"]


def from_json(data: Mapping[str, Any]) -> Framework:
    """Return the framework that `Framework.to_json` described; raises FormatError or FrameworkError."""
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        got = data.get("format") if isinstance(data, Mapping) else type(data).__name__
        raise FormatError(f"A framework in the format {FORMAT!r} was wanted, got {got!r}.")
    return Framework(
        data["title"],
        [_competency(row) for row in data["competencies"]],
        requires=data["requires"],
        recommends=data["recommends"],
        part_of=data["part_of"],
        identifier=data["identifier"],
        extras=data["extras"],
    )


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
