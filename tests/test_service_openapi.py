"""The OpenAPI description: nothing in it leads nowhere, and every operation says all that a program has to know."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from mastery.access import Permission
from mastery.adapters.http import Tenants, service
from mastery.adapters.http.asking import needed
from mastery.adapters.http.problems import PROBLEMS
from mastery.adapters.http.shipped import schemas

APP = service(Tenants([]))
WHOLE: dict[str, Any] = APP.openapi()
OPERATIONS = {one["operationId"]: one for path in WHOLE["paths"].values() for one in path.values()}
ELSEWHERE = {"go_to_provider", "back_from_provider"}
"""What a browser is sent on from, and so has no answer of its own."""
EMPTY = {"204", "302", "303", "304"}


def within(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a value."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from within(one)


def test_every_reference_leads_to_something() -> None:
    """Each $ref and each link names what is there, and there is no component that nothing leads to."""
    components = WHOLE["components"]["schemas"]
    leads = {one["$ref"] for one in within(WHOLE) if isinstance(one.get("$ref"), str)}

    assert leads == {f"#/components/schemas/{name}" for name in components}
    for operation in OPERATIONS.values():
        for response in operation["responses"].values():
            for link in response.get("links", {}).values():
                given = {one["name"] for one in OPERATIONS[link["operationId"]]["parameters"]}
                assert link["parameters"].keys() <= given


def test_components_are_schemas_and_say_what_they_are() -> None:
    """Each component is a JSON Schema; what has properties is closed, and has a description but for a body's parts."""
    for name, schema in WHOLE["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        if "properties" in schema and name != "Problem":  # a problem may come to say more
            assert schema["additionalProperties"] is False, name
        assert schema.get("description"), name


def test_what_answers_share_is_one_component() -> None:
    """A status, an instant or a wait is the same component wherever it stands; no name is a property of its own."""
    components = WHOLE["components"]["schemas"]
    said = Counter(json.dumps(schema, sort_keys=True) for schema in components.values())

    assert [text for text, many in said.items() if many > 1] == []
    assert {"Instant", "Standing", "Status", "Version", "Wait"} <= components.keys()
    assert [name for name, schema in components.items() if name.lower() in schema.get("properties", ())] == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_all_that_there_is_to_know(name: str) -> None:
    """It has a summary of one sentence, one tag, what it needs, and for each status what comes with it."""
    operation = OPERATIONS[name]
    permission = operation["x-permission"]

    assert operation["summary"].endswith((".", ")"))
    assert "\n" not in operation["summary"]
    assert len(operation["tags"]) == 1
    assert permission in {"public", *Permission}
    assert operation["security"] == ([] if permission == "public" else [{"token": []}, {"session": []}])
    assert all(one["schema"] and "anyOf" not in one["schema"] for one in operation["parameters"])

    statuses = {int(status) for status in operation["responses"]}
    assert any(200 <= status < 300 for status in statuses) or name in ELSEWHERE
    for status, response in operation["responses"].items():
        assert response["description"]
        content = response.get("content", {})
        if int(status) >= 400 and (name, status) != ("ready", "503"):  # it says which tenant is not
            assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        else:
            assert bool(content) == (status not in EMPTY), (name, status)
            assert all(one["schema"] for one in content.values())


def test_every_route_is_described() -> None:
    """Each route of the app is in it once, with the permission that is asked for; no page is, and nothing else."""
    found = {}
    for route in APP.routes:
        needs = needed(route)
        if needs is not None and route.include_in_schema:  # type: ignore[attr-defined]
            found[route.name] = str(needs) if isinstance(needs, Permission) else "public"  # type: ignore[attr-defined]

    assert found == {name: operation["x-permission"] for name, operation in OPERATIONS.items()}
    assert len(OPERATIONS) == sum(len(path) for path in WHOLE["paths"].values())


def test_problems_and_answers_are_those_that_there_are() -> None:
    """A problem names every kind that there is, and a route that answers JSON answers a schema of docs/schemas."""
    components = WHOLE["components"]["schemas"]
    kinds = [f"urn:mastery:problem:{name}" for name in PROBLEMS]

    assert components["Problem"]["properties"]["type"]["enum"] == kinds
    titles = {schema["description"] for schema in schemas().values()}
    for operation in OPERATIONS.values():
        for status, response in operation["responses"].items():
            found = response.get("content", {}).get("application/json", {}).get("schema", {})
            if int(status) < 400 and found:
                assert components[found["$ref"].rpartition("/")[2]]["description"] in titles
