"""axe-core looks at every page of the tour in a real browser, in each of the worlds, and finds nothing.

It is on the day side in a wide window and on the night side in a narrow one, there with all details open; what is
empty is looked at narrow and light, the class of 200 wide and dark.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import AXE, Walker, walking
from pages_tour import TOUR, Stop, stop_named

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_LIKE_THOSE_ABOVE = "tbody tr:nth-child(n+7), ul > li:nth-child(n+13), ol > li:nth-child(n+13)"
"""Long lists and tables are looked at as far as they differ."""

_RUN = """async ([tags, like]) => {
  for (const one of document.querySelectorAll(like)) one.remove();
  const found = await axe.run(document, { resultTypes: ["violations"], runOnly: { type: "tag", values: tags } });
  return found.violations.flatMap((one) => one.nodes.map((node) =>
    `${one.id}: ${node.html.slice(0, 200)}: ${node.failureSummary}`));
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The text of axe-core, which is installed with npm; without it the test is skipped, unless all is required."""
    if not AXE.exists():
        said = "there is no axe-core (make axe)"
        if os.environ.get("MASTERY_REQUIRE_ALL") == "1":
            pytest.fail(said)
        pytest.skip(said)
    return AXE.read_text()


@pytest.fixture(scope="module")
def walker(axe: str, made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    """One browser for all of these."""
    with walking(tmp_path_factory.mktemp("axe"), made) as found:
        yield found


def seen(page: Any) -> list[str]:
    """Return what axe-core says against a page as it stands now."""
    return list(page.evaluate(_RUN, [_RULES, _LIKE_THOSE_ABOVE]))


@pytest.mark.parametrize("stop", TOUR, ids=str)
def test_nothing_is_found(walker: Walker, axe: str, stop: Stop) -> None:
    """No violation of WCAG 2.2 AA nor of best practice: wide and light, then narrow and dark with all details open."""
    page = walker.to(stop)
    page.evaluate(axe)
    assert seen(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    page.emulate_media(color_scheme="dark")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert seen(page) == []


@pytest.mark.parametrize("stop", TOUR, ids=str)
def test_nothing_is_found_where_nothing_is_recorded(walker: Walker, axe: str, stop: Stop) -> None:
    """The same of an empty class, in a narrow window."""
    page = walker.to(stop, "empty", 360)
    page.evaluate(axe)
    assert seen(page) == []


@pytest.mark.parametrize("stop", [stop for stop in TOUR if stop.address.startswith("/classes")], ids=str)
def test_nothing_is_found_where_much_is_recorded(walker: Walker, axe: str, stop: Stop) -> None:
    """The same of a class of 200, in a wide window at night."""
    page = walker.to(stop, "full", dark=True)
    page.evaluate(axe)
    assert seen(page) == []


def test_nothing_is_found_while_the_menu_is_open(walker: Walker, axe: str) -> None:
    """On a narrow window the menu lies over the page; light and dark."""
    page = walker.to(stop_named("today"), width=360)
    page.evaluate(axe)
    page.click(".menu-button")
    assert page.is_visible("#menu")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert seen(page) == []


def test_axe_finds_what_is_wrong(walker: Walker, axe: str) -> None:
    """A picture without words, a button too pale and too small are found: the tests above look."""
    page = walker.to(TOUR[0])
    page.evaluate(axe)
    page.evaluate("""() => { document.querySelector("main").insertAdjacentHTML("beforeend",
        '<img src="/static/0/icon.svg"><p id="pale">pale</p>');
        document.querySelector("#pale").style.color = "#ccc"; }""")
    found = " ".join(seen(page))
    assert "image-alt" in found
    assert "color-contrast" in found
