"""What the official schema of CASE 1.1 packages allows, object by object, and how to make what is there fit it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

__all__ = ["fitted", "is_date_time", "is_target", "is_uuid", "made_identifier"]

Json = Mapping[str, Any]

_SPACE = UUID("5c7d7b1e-2f0b-5d1c-9a55-3d1b8a3f6e70")
_UUID = re.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})")
_TARGET = re.compile("CASE|ext:[A-Za-z0-9._][A-Za-z0-9._-]*")

# Fields in the order in which they are written; those with an exclamation mark are demanded.
_SHAPES = {
    "CFDocument": "identifier! uri! frameworkType caseVersion! creator! title! lastChangeDateTime! officialSourceURL "
    "publisher description subject subjectURI language version adoptionStatus statusStartDate statusEndDate licenseURI "
    "notes",
    "CFItem": "identifier! fullStatement! alternativeLabel CFItemType uri! humanCodingScheme listEnumeration "
    "abbreviatedStatement conceptKeywords conceptKeywordsURI notes subject subjectURI language educationLevel "
    "CFItemTypeURI licenseURI statusStartDate statusEndDate lastChangeDateTime!",
    "CFAssociation": "identifier! associationType! sequenceNumber uri! originNodeURI! destinationNodeURI! "
    "CFAssociationGroupingURI lastChangeDateTime! notes",
    "CFDefinitions": "CFConcepts CFSubjects CFLicenses CFItemTypes CFAssociationGroupings extensions",
    "CFConcepts": "identifier! uri! title! keywords hierarchyCode! description lastChangeDateTime! extensions",
    "CFSubjects": "identifier! uri! title! hierarchyCode! description lastChangeDateTime! extensions",
    "CFLicenses": "identifier! uri! title! description licenseText! lastChangeDateTime! extensions",
    "CFItemTypes": "identifier! uri! title! description! hierarchyCode! typeCode lastChangeDateTime! extensions",
    "CFAssociationGroupings": "identifier! uri! title! description lastChangeDateTime! extensions",
    "rubrics": "CFRubrics",
    "CFRubrics": "identifier! uri! title description lastChangeDateTime! CFRubricCriteria extensions",
    "CFRubricCriteria": "identifier! uri! category description CFItemURI weight position rubricId lastChangeDateTime! "
    "CFRubricCriterionLevels extensions",
    "CFRubricCriterionLevels": "identifier! uri! description quality score feedback position rubricCriterionId "
    "lastChangeDateTime!",
}


def is_uuid(value: Any) -> bool:
    """Return whether a value is a UUID, written as CASE writes it."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def is_target(value: Any) -> bool:
    """Return whether a value says what sort of thing an association points at, in the words of 1.1."""
    return isinstance(value, str) and _TARGET.fullmatch(value) is not None


def is_date_time(value: Any) -> bool:
    """Return whether a value is an instant with its offset, as JSON Schema wants it."""
    return isinstance(value, str) and _DATE_TIME.fullmatch(value) is not None and _reads(datetime.fromisoformat, value)


def made_identifier(content: Any) -> str:
    """Return the identifier of what has none: the same for the same content."""
    return str(uuid5(_SPACE, json.dumps(content, sort_keys=True)))


def _reads(convert: Callable[[str], object], value: str) -> bool:
    try:
        convert(value)
    except ValueError:
        return False
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and len(value) == len("2026-01-01") and _reads(date.fromisoformat, value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_link(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"title", "identifier", "uri"}:
        return False
    return all(isinstance(text, str) for text in value.values()) and is_uuid(value["identifier"])


def _all(is_one: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(is_one(one) for one in value)


_TEXTS = ("subject", "educationLevel", "conceptKeywords")
_CHECKS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("identifier", "rubricId", "rubricCriterionId"), is_uuid),
    **dict.fromkeys(("statusStartDate", "statusEndDate"), _is_date),
    **dict.fromkeys(_TEXTS, _all(_is_text)),
    **dict.fromkeys(("weight", "score"), _is_number),
    **dict.fromkeys(("position", "sequenceNumber"), _is_whole),
    **dict.fromkeys(
        ("CFItemTypeURI", "conceptKeywordsURI", "licenseURI", "CFAssociationGroupingURI", "CFItemURI"), _is_link
    ),
    "subjectURI": _all(_is_link),
    "lastChangeDateTime": is_date_time,
    "extensions": _is_object,
}


def fitted(before: Json, shape: str, stamp: str, forced: Json | None = None) -> dict[str, Any]:
    """Return an object of this shape: the fields of `before` that fit it, and what is demanded besides.

    `forced` fields have the values given, or are absent where that is nothing; `stamp` is when something was last
    changed that does not say so.
    """
    out: dict[str, Any] = {}
    forced = {} if forced is None else forced
    for word in _SHAPES[shape].split():
        name = word.rstrip("!")
        value = before.get(name)
        if name in forced:
            if forced[name] or word.endswith("!"):
                out[name] = forced[name]
        elif name in _SHAPES:
            if isinstance(value, list):
                out[name] = [fitted(part, name, stamp) for part in value if isinstance(part, dict)]
        elif name in before and _CHECKS.get(name, _is_text)(value):
            out[name] = value
        elif name in _TEXTS and isinstance(value, str):
            out[name] = [value]
        elif word.endswith("!"):
            out[name] = _made(name, before, out, stamp)
    return out


def _made(name: str, before: Json, out: Json, stamp: str) -> str:
    if name == "identifier":
        return made_identifier(before)
    if name == "uri":
        return f"urn:uuid:{out['identifier']}"
    if name == "lastChangeDateTime":
        return stamp
    return str(out.get("title", "")) if name == "description" else ""
