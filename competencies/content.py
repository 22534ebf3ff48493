"""What a framework says, as plain JSON values: the form that stores keep and that content hashes are taken of."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from competencies.competency import Competency
from competencies.requirement import Requirement
from competencies.requirement_text import text

__all__ = ["FORMAT", "content"]

FORMAT = "competencies.framework/1"


def content(
    title: str,
    identifier: str,
    competencies: Sequence[Competency],
    requires: Mapping[str, Requirement],
    recommends: Mapping[str, Requirement],
    part_of: Mapping[str, str],
    extras: Mapping[str, Any],
    formerly: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """Return the JSON values of a framework; requirements become text over identifiers."""
    order = [competency.identifier for competency in competencies]
    values: dict[str, Any] = {
        "format": FORMAT,
        "title": title,
        "identifier": identifier,
        "competencies": [_competency(competency) for competency in competencies],
        "requires": _texts(order, requires),
        "recommends": _texts(order, recommends),
        "part_of": {name: part_of[name] for name in order if name in part_of},
        "extras": dict(extras),
    }
    if formerly:
        values["formerly"] = {former: list(formerly[former]) for former in sorted(formerly)}
    return values


def _texts(order: Iterable[str], requirements: Mapping[str, Requirement]) -> dict[str, str]:
    return {name: text(requirements[name]) for name in order if name in requirements}


def _competency(competency: Competency) -> dict[str, Any]:
    check = competency.check
    row: dict[str, Any] = {
        "identifier": competency.identifier,
        "code": competency.code,
        "statement": competency.statement,
        "kind": competency.kind,
        "item_type": competency.item_type,
        "levels": [[level.name, level.descriptor] for level in competency.levels],
        "tags": list(competency.tags),
        "alignments": list(competency.alignments),
        "check": check and [check.pass_score, check.questions, list(check.items)],
        "extras": dict(competency.extras),
    }
    return {name: value for name, value in row.items() if value not in ("", None, [], {})}
