"""The OpenAPI description: from the code of the routes, with the schemas of answers that every face shares."""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

import mastery
from mastery.access import Permission
from mastery.adapters.http.asking import needed
from mastery.adapters.http.problems import MEDIA_TYPE, PROBLEMS
from mastery.adapters.http.shipped import schemas

__all__ = ["describe", "gives", "refusals"]

_PROBLEM = {
    "title": "Problem",
    "description": "A refusal (RFC 9457): what was wanted, what came, what to do.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "enum": [f"urn:mastery:problem:{name}" for name in PROBLEMS]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do, in words."},
        "errors": {
            "type": "array",
            "description": "Every fault, each with where it is.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["detail"],
                "properties": {
                    "in": {"type": "string", "description": "The body, the query, the path or the headers."},
                    "at": {"type": "string", "description": "Where in it, as a JSON pointer or a name."},
                    "detail": {"type": "string", "description": "What was wanted there."},
                },
            },
        },
    },
}
_ALWAYS = (400, 401, 403, 404, 409, 413, 422, 429, 503)


_OF_LEARNER = ("next_steps", "state", "timeline", "report", "learner_changes")
_OF_CLASS = ("class_learners", "class_map", "class_stuck", "class_blockers", "class_changes", "class_rechecks")
_LINKS: tuple[tuple[str, str, tuple[str, ...], str, str], ...] = (
    ("record_evidence", "200", ("read_fact", "void_fact", "excuse_fact"), "fact", "$response.body#/recorded/0"),
    ("record_evidence", "200", _OF_LEARNER, "learner", "$request.body#/learner"),
    ("decide", "200", ("read_fact", "void_fact"), "fact", "$response.body#/recorded/0"),
    ("list_learners", "200", (*_OF_LEARNER, "why", "path", "pace"), "learner", "$response.body#/learners/0"),
    ("list_learners", "200", ("list_learners",), "cursor", "$response.body#/next"),
    ("list_classes", "200", _OF_CLASS, "group", "$response.body#/classes/0/class"),
    ("read_framework", "200", ("class_ready", "why"), "competency", "$response.body#/competencies/0/competency"),
    ("read_framework", "200", ("read_framework",), "cursor", "$response.body#/next"),
    ("changes", "200", ("changes", "stream"), "cursor", "$response.body#/next"),
    ("make_token", "201", ("revoke_token",), "token", "$response.body#/id"),
    ("list_tokens", "200", ("list_tokens",), "cursor", "$response.body#/next"),
)
"""What an answer gives to the next question: of a route and status, to which routes, as which parameter."""


def component(name: str) -> str:
    """Return the name of a schema's component: what-if-class becomes WhatIfClass.

    One with a property of its own name, such as the fact of a fact, becomes FactAnswer: in code the two would be one.
    """
    return _camel(name) + ("Answer" if name in schemas()[name].get("properties", ()) else "")


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in re.split("[-_]", name))


def refusals(*more: int) -> dict[int | str, dict[str, Any]]:
    """Return the refusals that any route may give, and `more` of its own."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    titles: dict[int, str] = {}
    for kind in PROBLEMS.values():
        titles[kind.status] = f"{titles[kind.status]}; {kind.title}" if kind.status in titles else kind.title
    return {status: {"description": titles[status], "content": content} for status in sorted({*_ALWAYS, *more})}


def gives(name: str, *, csv: bool = False, read: bool = True, status: int = 200, more: tuple[int, ...] = ()) -> Any:
    """Return what a route answers with: the schema of docs/schemas of this name, as CSV too where it is a table."""
    content: dict[str, Any] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{component(name)}"}}}
    if csv:
        content["text/csv"] = {"schema": {"type": "string"}}
    found: dict[int | str, dict[str, Any]] = {status: {"description": schemas()[name]["title"], "content": content}}
    if read:
        found[304] = {"description": "It is what you have (If-None-Match)."}
    return {**found, **refusals(*((406, *more) if read else more))}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description of an app."""
    if app.openapi_schema is None:
        found = get_openapi(
            title="mastery",
            version=mastery_version(),
            summary="What each learner has shown, what they can do next, and why.",
            routes=app.routes,
        )
        components = found.setdefault("components", {})
        bodies, answers = components.setdefault("schemas", {}), {**_shared(), "Problem": _PROBLEM}
        taken = sorted(bodies.keys() & answers)
        if taken:
            raise RuntimeError(f"A body and an answer have one name in the description: {', '.join(taken)}.")
        bodies.update(answers)
        components["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "mastery_session"},
        }
        _secure(app, found)
        _link(found)
        _leave_out_the_rest(found)
        app.openapi_schema = found
    return app.openapi_schema


def mastery_version() -> str:
    """Return the version of the package that is installed."""
    from importlib.metadata import version

    return version(mastery.__name__)


def _secure(app: FastAPI, found: dict[str, Any]) -> None:
    """Say of each route what it needs; FastAPI's own description of a fault in the body is not ours."""
    for route in app.routes:
        for method in getattr(route, "methods", None) or ():
            operation = found["paths"].get(getattr(route, "path_format", ""), {}).get(method.lower())
            permission = needed(route)
            if operation is not None:
                is_open = not isinstance(permission, Permission)
                operation["security"] = [] if is_open else [{"token": []}, {"session": []}]
                operation["x-permission"] = "public" if is_open else str(permission)
                operation["summary"], _, more = operation.pop("description").partition("\n")
                operation |= {"description": more.strip()} if more.strip() else {}
                operation["parameters"] = [_given(one) for one in operation.get("parameters", ())]
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)


def _given(parameter: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter without null: one that is not given is left out."""
    schema = dict(parameter["schema"])
    kinds = [one for one in schema.pop("anyOf", ()) if one != {"type": "null"}]
    return {**parameter, "schema": {**schema, **kinds[0]} if len(kinds) == 1 else parameter["schema"]}


def _link(found: dict[str, Any]) -> None:
    """Say of each answer which questions it has a parameter for."""
    operations = {one["operationId"]: one for path in found["paths"].values() for one in path.values()}
    for name, status, others, parameter, place in _LINKS:
        links = operations[name]["responses"][status].setdefault("links", {})
        for other in others:
            links[f"{other}-{parameter}"] = {"operationId": other, "parameters": {parameter: place}}


def _leave_out_the_rest(found: dict[str, Any]) -> None:
    """Take away the schemas that no route leads to: answers of commands alone."""
    schemas_, waiting, used = found["components"]["schemas"], [found["paths"]], set[str]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            name = str(value.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in schemas_ and name not in used:
                used.add(name)
                waiting.append(schemas_[name])
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    found["components"]["schemas"] = {name: schema for name, schema in schemas_.items() if name in used}


def _shared() -> dict[str, Any]:
    """Return the schemas of answers as components, with their definitions as components too."""
    found: dict[str, Any] = {}
    names = _names()
    for name, schema in schemas().items():
        definitions = schema.get("$defs", {})
        named = {f"#/$defs/{one}": f"#/components/schemas/{names[name, one]}" for one in definitions}
        found.update((names[name, one], _renamed(definition, named)) for one, definition in definitions.items())
        top = {key: value for key, value in schema.items() if key not in ("$defs", "$schema")}
        found[component(name)] = {**_renamed(top, named), "title": component(name)}
    return found


def _names() -> dict[tuple[str, str], str]:
    """Return the component of each definition of each schema: those that say the same are one, as in Status."""
    alike: dict[str, dict[str, list[str]]] = {}
    for name, schema in schemas().items():
        definitions = schema.get("$defs", {})
        for one in definitions:
            said = json.dumps(_expanded({"$ref": f"#/$defs/{one}"}, definitions), sort_keys=True)
            alike.setdefault(one, {}).setdefault(said, []).append(name)
    found: dict[tuple[str, str], str] = {}
    for one, groups in alike.items():
        part = _camel(one)
        shared = [users for users in groups.values() if len(users) > 1]
        for users in groups.values():
            is_common = shared == [users] and part not in {component(name) for name in schemas()}
            found.update({(name, one): part if is_common else _camel(users[0]) + part for name in users})
    return found


def _expanded(value: Any, definitions: dict[str, Any], within: tuple[str, ...] = ()) -> Any:
    """Return what a schema says with its definitions put in, one that is within itself by its name."""
    if isinstance(value, list):
        return [_expanded(one, definitions, within) for one in value]
    if not isinstance(value, dict):
        return value
    name = str(value.get("$ref", "")).removeprefix("#/$defs/")
    if name in definitions and name not in within:
        return {**value, "$ref": _expanded(definitions[name], definitions, (*within, name))}
    return {key: _expanded(one, definitions, within) for key, one in value.items()}


def _renamed(value: Any, named: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: named.get(one, one) if key == "$ref" and isinstance(one, str) else _renamed(one, named)
            for key, one in value.items()
        }
    return [_renamed(one, named) for one in value] if isinstance(value, list) else value
