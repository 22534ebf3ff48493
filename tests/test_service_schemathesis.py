"""What the OpenAPI description promises holds: no fault of ours, no status, type or shape of answer that it lacks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from threading import Event
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from service_samples import BOOK, SAMPLES
from service_world import LEARNERS, Service, named, opened, whose, world
from worlds import BRIEF, Pick, profile

schemathesis = pytest.importorskip("schemathesis")

T = TypeVar("T")
ROUTE_OF = {route.split()[1].replace(":path}", "}"): route.split()[1] for route in SAMPLES}
ROUTES = [route for route in SAMPLES if route != "GET /openapi.json"]


@frozen
class Api:
    """The service with its description as schemathesis reads it."""

    served: Service
    schema: Any
    checks: list[Any]

    def validate(self, case: Any, response: Any) -> None:
        """Fail where an answer is not as described."""
        case.validate_response(response, checks=self.checks)


pytestmark = pytest.mark.usefixtures("same_examples")


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """Both tenants behind one description; a stream is at its end when it begins."""
    from schemathesis import checks

    with opened(largest_body=100_000) as served:
        closing = Event()
        closing.set()
        served.ask.app.state.closing = closing
        schema = schemathesis.openapi.from_asgi("/openapi.json", served.ask.app)
        named_so = ("status_code_conformance", "content_type_conformance", "response_headers_conformance")
        more = [getattr(checks, name) for name in (*named_so, "response_schema_conformance", "ignored_auth")]
        yield Api(served, schema, [checks.not_a_server_error, *more])


def operation(api: Api, route: str) -> Any:
    method, _, path = route.partition(" ")
    return api.schema[path.replace(":path", "")][method]


KNOWN: dict[str, Sequence[Any]] = {
    "learner": [*(named(one) for one in LEARNERS), "nobody yet"],
    "group": [named("a"), named("b"), "everybody"],
    "competency": ["a", "b", "c.1", "c.2", "d", "c"],
    "goal": ["d", "b; c", "(a or b)"],
    "to": ["d", "b", "nowhere"],
    "only": ["c", "a"],
    "by": ["2026-06-01", "2030-01-01", "9999-12-31"],
    "as_of": ["2026-03-16", "2026-02-01T08:00:00Z", "2027-03-16T08:00:00+01:00", "0001-01-01", "9999-12-31T23:59:59Z"],
    "since": ["2026-03-01", "0001-01-01"],
    "observed_at": ["2026-03-01T08:00:00Z", "2026-03-16"],
    "cursor": ["0", "5", "now", named("elm")],
    "kind": ["grant", "waive", "revoke", "unlock", "hold", "pause", "pin", "quiz"],
    "requirements": [BOOK],
    "score": [0.0, 0.5, 1.0],
    "points": [None],
    "maximum": [None],
    "purpose": ["formative", "check", "summative"],
    "outcome": ["scored"],
    "context": ["familiar", "novel"],
    "text": ["competent", "mastered at .9", '{"CFDocument": {}}', "identifier,requires\na,\nb,a\n"],
    "earlier": [[]],
    "apart": [[], [[named("oak"), named("elm")]]],
}
KNOWN["learners"] = [[named("oak")], [named("oak"), named("elm")], []]


def enliven(value: Any, pick: Pick, tenant: str = "north") -> Any:
    """Return a drawn value with most of what names something naming what is there."""
    if isinstance(value, list):
        return [enliven(one, pick) for one in value]
    if not isinstance(value, dict):
        return value
    known = {**KNOWN, "fact": [*world(tenant).keys["oak"], "none"], "token": [world(tenant).ids["spare"], "none"]}
    return {
        name: pick(known[name]) if name in known and pick((True, True, True, False)) else enliven(one, pick)
        for name, one in value.items()
    }


def ask(api: Api, case: Any, who: str, data: st.DataObject | None = None) -> int:
    """Send a case as somebody, with live values where there is something to pick by; return its status."""

    def pick(options: Sequence[T], /) -> T:
        assert data is not None
        return data.draw(st.sampled_from(options))

    if data is not None:
        case.path_parameters = enliven(case.path_parameters, pick)
        case.query = enliven(case.query, pick)
        case.body = enliven(case.body, pick)
    headers = {"Authorization": f"Bearer {whose('north', who)}"} if who else {}
    response = case.call(headers=headers)
    api.validate(case, response)
    return int(response.status_code)


def sampled_case(api: Api, route: str) -> Any:
    """Return the sample of a route as a case of schemathesis."""
    asked = SAMPLES[route].asks("north", "a" if "group" in route else "oak")
    path, _, query = asked.target.partition("?")
    shape = re.sub(r"{(\w+)(:path)?}", r"(?P<\1>.+)", route.split()[1])
    found = re.fullmatch(shape, path.replace("{token}", world("north").ids["spare"]))
    assert found is not None
    body = {} if asked.body is None else {"body": asked.body, "media_type": "application/json"}
    if route == "POST /v1/decisions":
        body["body"] = {name: value for name, value in asked.body.items() if name != "by"}
    return operation(api, route).Case(
        path_parameters={name: unquote(value) for name, value in found.groupdict().items()},
        query=dict(parse_qsl(query)), headers=dict(asked.headers), **body,
    )  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_is_as_described(api: Api, route: str) -> None:
    """Requests that fit the description, most about what is there, are answered as it says, and not all refused."""
    usable = operation(api, route).as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)

    @profile(12)
    @given(usable, st.sampled_from(["office", "office", "teacher-a", "system"]), st.data())
    def tried(case: Any, who: str, data: st.DataObject) -> None:
        ask(api, case, who, data)

    assert ask(api, sampled_case(api, route), "office") == SAMPLES[route].status
    tried()


BARE = (  # nothing can be wrong with what has no field
    "GET /healthz",
    "GET /readyz",
    "DELETE /v1/session",
    "GET /v1/session/openid/back",
)


@pytest.mark.parametrize("route", [route for route in ROUTES if route not in BARE])
def test_every_refusal_is_as_described(api: Api, route: str) -> None:
    """Requests that do not fit the description are refused as it says, whoever sends them."""
    unusable = operation(api, route).as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @profile(8)
    @given(unusable, st.sampled_from(["office", "teacher-a", ""]))
    def tried(case: Any, who: str) -> None:
        ask(api, case, who)

    tried()


def links(api: Api) -> Iterator[tuple[str, str, str, str]]:
    """Yield each link: from which route to which, as which parameter, and where its value stands."""
    routes = {
        one["operationId"]: f"{method.upper()} {ROUTE_OF[path]}"
        for path, item in api.schema.raw_schema["paths"].items()
        for method, one in item.items()
    }
    for path, item in api.schema.raw_schema["paths"].items():
        for method, one in item.items():
            for answer in one["responses"].values():
                for link in answer.get("links", {}).values():
                    ((name, place),) = link["parameters"].items()
                    yield f"{method.upper()} {ROUTE_OF[path]}", routes[link["operationId"]], name, place


def test_every_link_leads_to_an_answer(api: Api) -> None:
    """What a link takes from an answer, or from what was asked, is answered where it leads."""
    seen = 0
    for source, target, name, place in links(api):
        asked, then = sampled_case(api, source), sampled_case(api, target)
        if "limit" in {one.name for one in asked.operation.query}:
            asked.query["limit"] = 1  # so that there is more
        if source == "POST /v1/decisions":
            asked.body["key"] = f"another-{seen}"
        told = asked.call(headers={"Authorization": f"Bearer {whose('north', 'office')}"})
        found = asked.body if place.startswith("$request") else told.json()
        for part in place.partition("#/")[2].split("/"):
            found = found[int(part)] if isinstance(found, list) else found[part]
        (then.path_parameters if name in then.path_parameters else then.query)[name] = found
        assert ask(api, then, "office") == SAMPLES[target].status, (source, target, name)
        seen += 1
    assert seen > 30


LINKED = [
    "record_evidence", "read_fact", "void_fact", "list_learners", "next_steps", "state", "why", "changes",
    "make_token", "revoke_token", "list_classes", "class_map", "read_framework", "class_ready",
]  # fmt: skip


def test_every_answer_leads_on_as_described(api: Api) -> None:
    """Stories along the links of the description: record, read, void; list and ask; page on; make a token, end it."""
    from schemathesis.generation.stateful import run_state_machine_as_test

    followed = Counter[str]()

    linked = api.schema.include(operation_id=LINKED)

    class Story(linked.as_state_machine()):  # type: ignore[misc]
        """Whoever runs the service asks one thing after another."""

        def setup(self) -> None:
            """Begin each story in the same school."""
            self.place = opened(largest_body=100_000)
            api.served.ask.app.state.tenants = self.place.__enter__().tenants

        def teardown(self) -> None:
            """Leave it."""
            self.place.__exit__(None, None, None)

        def step(self, input: Any) -> Any:  # noqa: A002 - so it is called there
            """Put usable bodies and times where chance would make hardly any, count what a link gave."""
            case = input.case
            sample = SAMPLES[f"{case.method} {ROUTE_OF[case.operation.path]}"].asks("north", "oak").body
            if isinstance(sample, dict):
                case.body = {**sample, "key": case.id} if case.operation.path == "/v1/evidence" else sample
            case.query = {name: value for name, value in case.query.items() if name not in ("as_of", "since", "goal")}
            found = super().step(input)
            if input.transition is not None:
                followed[f"{input.transition.id.split()[-1]}: {found.response.status_code}"] += 1
            return found

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            """Sign each request."""
            return {"headers": {"Authorization": f"Bearer {whose('north', 'office')}"}}

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            """Fail where an answer is not as described."""
            api.validate(case, response)

    run_state_machine_as_test(Story, settings=settings(profile(20), stateful_step_count=10))
    led = (
        "facts/{fact}",
        "facts/{fact}/void",
        "learners/{learner}/next",
        "tokens/{token}/revoke",
        "classes/{group}/map",
    )
    assert BRIEF or sum(followed[f"/v1/{path}: 200"] > 0 for path in led) >= 3, followed
