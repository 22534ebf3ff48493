"""What would take long is refused, or done in a moment: nobody keeps the service from the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from service_sending import PIECE, send
from service_world import Service, named, opened


@pytest.fixture(scope="module")
def served() -> Iterator[Service]:
    """Both tenants, for all of this module."""
    with opened() as found:
        yield found


def test_nobody_but_who_publishes_has_long_texts_looked_through(served: Service) -> None:
    """A pupil's token does not keep the service busy with a framework or a policy as long as a body may be."""
    outline = "identifier,part_of\nc0,\n" + "".join(f"c{n},c{n - 1}\n" for n in range(1, 2_000))
    for route, form in (("framework:check", "csv"), ("policy:check", "words")):
        assert (
            send(served, "POST", f"/v1/{route}", "oak", json_body={"form": form, "text": outline}).kind == "too-large"
        )
    assert (
        send(served, "POST", "/v1/framework:check", "oak", json_body={"form": "csv", "text": outline[:9_000]}).status
        == 200
    )
    dots = "[" + "a." * 100_000 + "a]"
    assert send(served, "POST", "/v1/policy:check", json_body={"form": "toml", "text": dots}).kind == "unusable"
    asks, group = "".join(f'[[version.clause]]\nname = "{n}"\nneeds = "a"\n' for n in range(1_001)), named("a")
    for book in (f'title = "x"\n[[version]]\nname = "1"\n{asks}', f"title = 1\n{dots}", "x = " + "[" * 100_000):
        told = send(served, "POST", f"/v1/classes/{group}/requirements", json_body={"requirements": book})
        assert told.status in (413, 422)


DEEP_RULES = (
    ("csv", 'identifier,requires\na,\nb,"' + "(" * 50_000 + '"\n'),
    ("json", "[" * 100_000),
    ("json", '{"a":' * 50_000),
    ("toml", "a = " + "[" * 3_000),
    ("toml", "a = " + "{a=" * 1_000),
    ("words", "(" * 100_000),
    ("words", "and " * 50_000),
)


@pytest.mark.parametrize(("form", "text"), DEEP_RULES, ids=[f"{form} {text[:12]!r}" for form, text in DEEP_RULES])
def test_rules_however_deep_are_refused(served: Service, form: str, text: str) -> None:
    """Frameworks and policies with more brackets than can be followed are refused in words."""
    kind = "policy" if form in ("toml", "words") else "framework"
    for what in ("check", "impact", "publish"):
        body, seen = {"form": form, "text": text}, [("if-match", "*")]
        told = send(served, "POST", f"/v1/{kind}:{what}", json_body=body, headers=seen)
        assert told.kind == "unusable" or not told.json["usable"]


def test_many_keys_in_use_are_told_as_one_is(served: Service) -> None:
    """Of five hundred pieces with keys in use each is refused as it would be by itself, the others are recorded."""
    first = [{**PIECE, "key": f"used-{n}"} for n in range(0, 500, 2)]
    assert send(served, "POST", "/v1/evidence", json_body={"evidence": first}).status == 200
    every = [{**PIECE, "score": 0.25, "key": f"used-{n}"} for n in range(499)] + [
        {**PIECE, "score": 1, "key": "used-1"}
    ]
    told = send(served, "POST", "/v1/evidence?partial=true", json_body={"evidence": every}).json
    assert told["recorded"] == [f"used-{n}" for n in range(1, 499, 2)]
    assert [one["at"] for one in told["refused"]] == [f"/evidence/{n}" for n in (*range(0, 499, 2), 499)]
    alone = send(served, "POST", "/v1/evidence", json_body=every[0])
    assert alone.json["detail"] == told["refused"][0]["detail"]
    assert send(served, "POST", "/v1/evidence", json_body=every[-1]).json["detail"] == told["refused"][-1]["detail"]
