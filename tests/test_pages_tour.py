"""The tour of the pages leaves none out, and each of its stops is a page in each of the worlds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from pages_asked import Reader, reading
from pages_tour import PARTS, TOUR, Stop
from pages_worlds import WORLDS
from starlette.routing import compile_path

from mastery.adapters.http.pages import PAGES

NOT_PAGES = {"/static/{version}/{name}"}


def test_every_page_is_on_the_tour() -> None:
    """Each address of the routers of the pages that answers GET is one that the tour goes to, or a part of such."""
    left = [
        (route.path, compile_path(route.path)[0])
        for router in PAGES
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in route.methods and route.path not in NOT_PAGES
    ]
    gone_to: set[str] = set()
    for stop in (*TOUR, *PARTS):
        address = stop.address.partition("?")[0]
        gone_to |= {next(path for path, pattern in left if re.match(pattern, address))}
    assert gone_to == {path for path, _ in left}


@pytest.fixture(scope="module", params=WORLDS)
def reader(request: pytest.FixtureRequest, made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Whoever opens pages of a world."""
    with reading(tmp_path_factory.mktemp("school") / "school.db", made, request.param) as found:
        yield found


@pytest.mark.parametrize("stop", TOUR, ids=str)
def test_every_stop_is_a_page(reader: Reader, stop: Stop) -> None:
    """A page with a title, one heading that says what it is, and no answer that is not HTML."""
    told = reader.get(stop.address, stop.person)
    assert (told.status_code, told.headers["content-type"]) == (200, "text/html; charset=utf-8"), told.text
    assert len(re.findall("<h1[ >]", told.text)) == 1
    assert re.search(r"<title>[^<]*\w[^<]*</title>", told.text)


@pytest.mark.parametrize("stop", PARTS, ids=str)
def test_every_part_is_one(reader: Reader, stop: Stop) -> None:
    """HTML for within a page, and no page."""
    told = reader.get(stop.address, stop.person)
    assert (told.status_code, told.headers["content-type"]) == (200, "text/html; charset=utf-8"), told.text
    assert "<body" not in told.text


def test_the_tour_says_its_stops_once() -> None:
    """No two stops have one name, which tests go by."""
    assert len({stop.name for stop in TOUR}) == len(TOUR)


def test_the_worlds_are_what_they_say(reader: Reader, request: pytest.FixtureRequest) -> None:
    """28 learners, 200, or 14 of whom nothing is recorded."""
    rows = reader.get("/classes/everybody/map?as=csv", "office").text.count("\n") - 1
    assert rows == {"demo": 28, "full": 200, "empty": 14}[reader.world]
