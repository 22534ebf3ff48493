"""Whatever is sent: no fault of ours, a refusal in the documented form, nothing without bounds, nothing that runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from service_asking import Answer, escaped
from service_samples import BOOK, SAMPLES
from service_sending import OAK, PIECE, send
from service_world import Service, named, opened, whose
from worlds import profile

from competencies.cells import guard

POSTS = [route for route in SAMPLES if route.startswith("POST")]


@pytest.fixture(scope="module")
def served() -> Iterator[Service]:
    """Both tenants, for all of this module."""
    with opened() as found:
        yield found


def post(served: Service, route: str, who: str = "office", **more: object) -> Answer:
    """Send a body to a route that takes one."""
    asked = SAMPLES[route].asks("north", "a" if "group" in route else "oak")
    return send(served, "POST", asked.target.replace("{token}", "none"), who, headers=asked.headers, **more)


# Bodies.


@pytest.mark.parametrize("route", POSTS)
def test_a_body_is_read_to_its_bound_and_no_further(served: Service, route: str) -> None:
    """Ten megabytes are refused, whether their length is said or not, and what is beyond the bound is not asked for."""
    assert post(served, route, body=b"x" * 10_000_000).kind == "too-large"
    told = post(served, route, body=[b" " * 100_000] * 100)
    if "/revoke" not in route:
        assert (told.kind, told.header("connection")) == ("too-large", "close")
    assert served.ask.unread >= 89


@pytest.mark.parametrize("length", ["9" * 5_000, "1000001", "-5", "abc", "1e3", "0x10", "", "\xb2", " 7"])
def test_a_length_that_is_none_is_refused(served: Service, length: str) -> None:
    """A length beyond the bound, or that is no number at all, is refused before anything is read."""
    told = send(served, "POST", "/v1/evidence", body=[b"{}"], headers=[("content-length", length)])
    assert (told.kind, served.ask.unread) == ("too-large", 1)


ODD_BODIES = {
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "open": b"[" * 100_000,
    "no JSON": b"{",
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a number": b"1" * 5_000,
    "not Unicode": b"\xff\xfe\x00",
    "half a pair": b'{"learner": "\\ud800", "\\udfff": "\\ud800\\ud800"}',
    "twice": b'{"learner": "a", "learner": "b", "learner": 1}',
    "a mark": b'\xef\xbb\xbf{"x": 1}',
    "two bytes each": '{"x": 1}'.encode("utf-16"),
}


@pytest.mark.parametrize("what", ODD_BODIES)
def test_an_odd_body_is_refused(served: Service, what: str) -> None:
    """What is no body of the route, however deep or broken, is refused by every route that takes one."""
    for route in POSTS:
        if "/revoke" not in route:  # it takes none
            assert post(served, route, body=ODD_BODIES[what]).status in (400, 422), (route, what)


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "\xe9"])
def test_a_body_of_another_type_is_refused(served: Service, kind: str) -> None:
    """What does not say that it is JSON is not read as such: no form on another site can send it."""
    for route in POSTS:
        if "/revoke" not in route:
            assert post(served, route, body=json.dumps(PIECE).encode(), kind=kind).status in (400, 415, 422), route


NUMBERS = ("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" + "0" * 400, "1" + "0" * 5_000, "-1e-9", "1.0000001",
           "true", '"1"', "[]", "{}")  # fmt: skip
FIELDS = {
    "/v1/evidence": f'{{"learner": "{OAK}", "competency": "c.1", "score": N}}',
    "/v1/evidence?": f'{{"learner": "{OAK}", "competency": "c.1", "points": N, "maximum": 1}}',
    "/v1/evidence?x": f'{{"learner": "{OAK}", "competency": "c.1", "points": 1, "maximum": N}}',
    "/v1/what-if": f'{{"learner": "{OAK}", "evidence": [{{"learner": "{OAK}", "competency": "c.1", "score": N}}]}}',
    f"/v1/classes/{named('a')}/groups": '{"seed": N}',
    "/v1/tokens": '{"name": "n", "days": N}',
    "/v1/reports/fairness": '{"column": "c", "of": {}, "least": N}',
}


@pytest.mark.parametrize("target", FIELDS)
def test_a_number_that_is_none_is_refused(served: Service, target: str) -> None:
    """Not a number, endless, huge or out of range: each is refused wherever a number is wanted; minus nothing is 0."""
    for number in NUMBERS:
        if (number, "maximum" in FIELDS[target]) != ("1.0000001", True):
            told = send(served, "POST", target, body=FIELDS[target].replace("N", number).encode())
            assert told.status in (400, 422), number
    zero = send(
        served, "POST", "/v1/evidence", body=FIELDS["/v1/evidence"].replace("N", '-0.0, "key": "zero"').encode()
    )
    assert (zero.status, send(served, "GET", "/v1/facts/zero").json["score"]) == (200, 0.0)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=1001", "limit=9" + "9" * 5_000, "limit=1e3", "limit=NaN"]
)
def test_a_limit_out_of_bounds_is_refused(served: Service, query: str) -> None:
    """Lists are as long as their bound allows."""
    lists = ("/v1/learners", "/v1/tokens", "/v1/disclosures", "/v1/changes", f"/v1/learners/{OAK}/timeline")
    for target in (*lists, f"/v1/learners/{OAK}/next", f"/v1/classes/{named('a')}/blockers"):
        assert send(served, "GET", f"{target}?{query}").kind == "unusable"


# Names and texts.

TEXTS = ("\u202eevil", "\u2066x\u2069", "\u061c\u200f", "a\u2028b", "\x85", "\x9b31m", "=1+1", "@x", "\ufeff=1",
         "e\u0301", "\U0001f333", "<script>alert(1)</script>", "'; DROP TABLE facts; --", '"', "\\", "%00", "%2F", "..",
         "{x}", "${x}", "x" * 500)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_a_text_comes_back_as_data(served: Service, text: str) -> None:
    """Names and texts of any letters are kept as they are, answered as JSON, and in refusals shown harmlessly."""
    piece = {"learner": text, "competency": "c.1", "score": 0.5, "item": text, "source": text, "assessor": text}
    assert send(served, "POST", "/v1/evidence", json_body=piece).status == 200
    told = send(served, "GET", f"/v1/learners/{escaped(text)}/timeline").json
    assert (told["learner"], told["facts"][0]["item"], told["facts"][0]["assessor"]) == (text, text, text)
    for target in (f"/v1/learners/{OAK}/why/{escaped(text)}", f"/v1/facts/{escaped(text)}", f"/{escaped(text)}"):
        assert send(served, "GET", target).status == 404
    assert send(served, "GET", f"/v1/learners/{escaped(text)}/state", "teacher-a").status == 403
    assert send(served, "GET", f"/v1/learners/{OAK}/next?goal={escaped(text)}&as_of={escaped(text)}").status == 422
    assert send(served, "POST", "/v1/access:check", json_body={"learner": OAK, "competency": text}).status == 404
    assert send(served, "POST", "/v1/evidence", json_body={**PIECE, text: 1, f"{text}x": 1}).status == 422


@pytest.mark.parametrize("text", ["a\x00b", "\x00", "a\x1bb", "a\rb", "x" * 501])
def test_a_name_that_cannot_be_shown_is_refused(served: Service, text: str) -> None:
    """Control characters and endless names are refused in bodies; in a path they are of nobody whom anybody knows."""
    for field in ("learner", "competency", "purpose"):
        assert send(served, "POST", "/v1/evidence", json_body={**PIECE, field: text}).status in (404, 422)
    for field in ("item", "key", "source"):
        assert send(served, "POST", "/v1/evidence", json_body={**PIECE, field: text * 9}).status == 422
    told = send(served, "GET", f"/v1/learners/{escaped(text)}/state")
    assert told.status == (404 if len(text) > 500 else 200)


FORMULAS = ("=1+1", "@x", "+1", "-x", "\t=1", "\ufeff=1", " =1", "\uff1d1", "=HYPERLINK(1)", "'=1")


def test_no_cell_of_a_table_is_a_formula() -> None:
    """Learners and codes that a spreadsheet would run have an apostrophe before them in every table."""
    with opened() as served:
        rows = [
            ["identifier", "code", "requires"],
            *([f"c{n}", code, ""] for n, code in enumerate(FORMULAS) if "'" not in code),
        ]
        written = io.StringIO()
        csv.writer(written).writerows([[guard(cell) for cell in row] for row in rows])
        rules, seen = {"form": "csv", "text": written.getvalue()}, [("if-match", "*")]
        assert send(served, "POST", "/v1/framework:publish", json_body=rules, headers=seen).status == 200
        for learner in FORMULAS:
            piece = {"learner": learner, "competency": "c1", "score": 0.9}
            assert send(served, "POST", "/v1/evidence", json_body={**piece, "purpose": "check"}).status == 200
            assert send(served, "POST", "/v1/evidence", json_body={**piece, "competency": "c0"}).status == 200
        of_all = "/v1/classes/everybody"
        told = [
            send(served, method, target, json_body=body, headers=[("accept", "text/csv")])
            for method, target, body in (
                *(("GET", f"{of_all}/{tail}", None) for tail in ("map", "ready/c1", "stuck", "blockers", "changes")),
                *(("GET", f"{of_all}/{tail}", None) for tail in ("rechecks", "pace?goal=c1&by=2026-06-01")),
                ("GET", "/v1/figures?with_learners=true", None),
                ("POST", f"{of_all}/groups", {}),
                ("POST", f"{of_all}/requirements", {"requirements": BOOK.replace('"a"', '"c0"')}),
                ("POST", "/v1/reports/fairness", {"column": "=1", "of": dict.fromkeys(FORMULAS, "=2"), "least": 5}),
            )
        ]
        for answer in told:
            assert (answer.status, answer.header("content-type")) == (200, "text/csv; charset=utf-8")
            assert answer.header("content-disposition").startswith("attachment;")
            cells = {cell for row in csv.reader(io.StringIO(answer.body.decode(), newline="")) for cell in row}
            assert not {cell for cell in cells if cell.strip("\ufeff \t\xa0")[:1] in ("=", "+", "@", "\uff1d")} - {""}
        assert any("'=1+1" in answer.body.decode() for answer in told)


# Paths, queries and headers.


def test_a_long_query_is_refused_or_answered_at_once(served: Service) -> None:
    """Ten thousand goals, learners or fields that nobody knows, and a path of ten thousand parts, change nothing."""
    for query in (
        "goal=d&" * 10_000,
        "goal=" + "(" * 5_000,
        "goal=" + "d or " * 5_000 + "d",
        "x=1&" * 10_000,
        "a" * 10**6,
    ):
        assert send(served, "GET", f"/v1/learners/{OAK}/next?{quote(query, safe='=&')}").status in (200, 404, 422)
    assert send(served, "GET", f"/v1/classes/{named('a')}/map?" + "learner=x&" * 10_000).status == 422
    for path in ("/v1/learners/" + "a/" * 10_000 + "next", "/v1/classes/" + "ready/" * 10_000 + "x", "/" * 10_000):
        assert send(served, "GET", path).status == 404


PATHS = ("/v1/me/", "/v1/learners/", "/v1/learners//next", "/v1//learners", "//v1/me", "/v1/me%00", "/V1/me", "", "*",
         "/v1/../metrics", "/v1/%2e%2e/metrics", "/v1/learners/%2F/next/", "/v1/classes//map", "/v1/facts/",
         "/v1/learners/x/next/", "/v1/me;x=1", "/v1/me%3F", "/v1/%6d%65%00", "/v1/learners/%ff%fe/next")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_what_it_says(served: Service, path: str) -> None:
    """Slashes, dots and escapes lead nowhere else, and an empty learner is nobody."""
    told = send(served, "GET", path)
    assert told.status == (200 if "%ff" in path else 404)
    assert send(served, "GET", path, "").status in (401, 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "FOO", "get"])
def test_a_method_that_is_none_is_refused(served: Service, method: str) -> None:
    """What cannot be done at a route is refused as such."""
    for target in ("/v1/me", "/v1/evidence", "/healthz", f"/v1/learners/{OAK}/next"):
        told = send(served, method, target)
        assert (told.kind, bool(told.header("allow"))) == ("method-not-allowed", True)


def test_two_credentials_are_none(served: Service) -> None:
    """Of two Authorization headers neither is taken, whichever stands first, nor one beside a token that holds."""
    good, bad = f"Bearer {whose('north', 'office')}", f"Bearer {whose('north', 'teacher-a')}"
    for pair in ((good, bad), (bad, good), (good, good), (good, ""), ("", good), ("Bearer x", good)):
        assert send(served, "GET", "/v1/me", "", headers=[("authorization", one) for one in pair]).status == 401
    for one in (f"{good}, {bad}", f"{good} {bad}", f"{good}\x00", f"\xe9{good}", "Bearer \xff" * 1_000, good[7:]):
        assert send(served, "GET", "/v1/me", "", headers=[("authorization", one)]).status == 401


HEADERS = ("idempotency-key", "if-match", "if-none-match", "accept", "last-event-id", "cookie", "x-csrf-token", "range")
VALUES = (
    "",
    " ",
    "\xe9\xff",
    "\x00",
    "x" * 10_000,
    "*",
    '"',
    'W/"',
    "a, b",
    "=; =",
    "text/csv;q=x",
    "9" * 5_000,
    "/../",
)


@pytest.mark.parametrize("name", HEADERS)
def test_an_odd_header_does_no_harm(served: Service, name: str) -> None:
    """Long, empty, non-ASCII and broken headers are refused or left alone."""
    for value in VALUES:
        for method, target, body in (
            ("GET", "/v1/learners", None),
            ("GET", "/v1/changes/stream", None),
            ("POST", "/v1/evidence", {**PIECE, "key": "again"}),
            ("POST", "/v1/policy:publish", {"form": "name", "text": "none"}),
        ):
            send(served, method, target, json_body=body, headers=[(name, value)])


TIMES = ("0001-01-01", "1899-12-31", "9000-01-01", "9999-12-31T23:59:59-12:00", "2026-02-30", "2026-03-16T25:00Z", "0")


@pytest.mark.parametrize("time", TIMES)
def test_a_time_beyond_the_calendar_is_refused(served: Service, time: str) -> None:
    """Times that are none, and those from which no week can be counted back or on, are refused everywhere."""
    who, group = f"learners/{OAK}", f"classes/{named('a')}"
    for target in (f"{who}/changes?", f"{who}/pace?goal=d&by=9999-12-31&", f"{who}/report?weeks=520&", "figures?",
                   f"{group}/changes?", f"{group}/rechecks?"):  # fmt: skip
        assert send(served, "GET", f"/v1/{target}as_of={time}").kind == "unusable"
    assert send(served, "GET", f"/v1/learners/{OAK}/changes?since={time}").kind == "unusable"
    assert send(served, "POST", "/v1/evidence", json_body={**PIECE, "observed_at": time}).kind == "unusable"


@profile(150)
@given(
    st.sampled_from(["GET", "POST"]),
    st.text("/v1learnscfatg%2F:.;~\u00e9?&=", max_size=40)
    | st.sampled_from([SAMPLES[route].asks("north", "oak").target for route in SAMPLES]),
    st.binary(max_size=60) | st.sampled_from([b"", b"{}", json.dumps(PIECE).encode()]),
    st.lists(
        st.tuples(
            st.sampled_from([*HEADERS, "range", "te", "expect"]),
            st.text(max_size=12, alphabet=st.characters(max_codepoint=255)),
        ),
        max_size=3,
    ),
)
@example("POST", "/v1/evidence", b'{"evidence": [null]}', [])
def test_chance_finds_no_fault(
    served: Service, method: str, target: str, body: bytes, headers: list[tuple[str, str]]
) -> None:
    """Methods, paths, bodies and headers of chance are answered in the documented form."""
    coded = quote(target, safe="/%?&=:;.~{}")
    send(served, method, coded, body=body if method == "POST" else None, headers=headers)
