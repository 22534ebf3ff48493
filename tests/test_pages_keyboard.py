"""The Monday morning walked by keyboard alone, in a real browser: Tab, Enter, the arrow keys, ? and e."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Site, Walker, launched, page_of, site_at
from pages_tour import TOUR, Stop, stop_named

from mastery.adapters.http.credentials import set_password

PASSWORD = "a password of the test"  # noqa: S105

# What has the focus, and whether somebody who looks can see that: within the window, with a ring around it, and on top.
_FOCUS = """() => {
  const one = document.activeElement;
  const seen = getComputedStyle(one).opacity === "0" ? one.nextElementSibling : one; // its words
  const box = seen.getBoundingClientRect();
  const style = getComputedStyle(seen);
  const shown = { left: Math.max(box.left, 0), right: Math.min(box.right, innerWidth),
    top: Math.max(box.top, 0), bottom: Math.min(box.bottom, innerHeight) };
  const [x, y] = [Math.min((shown.left + shown.right) / 2, shown.left + 40), (shown.top + shown.bottom) / 2];
  const top = document.elementFromPoint(x, y);
  return { tag: one.tagName, text: one.textContent.trim(), href: one.getAttribute("href") ?? "", html: one.outerHTML,
    ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inside: box.width > 0 && shown.right > shown.left && shown.bottom > shown.top,
    uncovered: top !== null && (one.contains(top) || seen.contains(top) || top.contains(one)) };
}"""


@pytest.fixture(scope="module")
def site(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration class, with an account that has a password."""
    path: Path = tmp_path_factory.mktemp("keys") / "school" / "school.db"
    with site_at(path, made) as found:
        tenant = found.tenants.get("school")
        assert tenant is not None
        set_password(tenant, "teacher-7a", PASSWORD)
        yield found


@pytest.fixture(scope="module")
def walker(site: Site) -> Iterator[Walker]:
    """One browser for all of these."""
    with launched() as browser:
        yield Walker(browser, {"demo": site})


def focus(page: Any, *, leaving: bool = False) -> dict[str, Any]:
    """Return what has the focus; fails where nobody could see that it has, or that it has left the page."""
    found = dict(page.evaluate(_FOCUS))
    if leaving and found["tag"] == "BODY":
        return found
    assert found["tag"] != "BODY"
    assert found["ringed"], found["html"][:300]
    assert found["inside"], found["html"][:300]
    assert found["uncovered"], found["html"][:300]
    return found


def tab_to(page: Any, text: str, most: int = 60) -> None:
    """Press Tab until what has the focus begins with a text."""
    said = []
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue  # behind the last it begins anew
        said.append(focus(page)["text"])
        if said[-1].startswith(text):
            return
    raise AssertionError((text, said))


def entered(page: Any, key: str = "Enter") -> None:
    """Press a key that goes to another page, and wait for that."""
    with page.expect_navigation():
        page.keyboard.press(key)


def heading(page: Any) -> str:
    """Return what the page calls itself."""
    return str(page.locator("h1").inner_text())


def test_the_monday_morning(walker: Walker, site: Site) -> None:
    """From signing in to what to teach, to the groups for it, back, to the map, to a cell, and to why."""
    page = page_of(walker.browser, site, reduced_motion="reduce")
    page.goto("/classes/7a")
    assert page.url.endswith("/sign-in?next=%2Fclasses%2F7a")
    page.keyboard.press("Tab")
    page.keyboard.type("teacher-7a")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    entered(page)
    assert heading(page).startswith("Today")
    tab_to(page, "FR3.4")
    assert focus(page)["href"].startswith("/classes/7a/competencies/")
    tab_to(page, "Make groups")
    entered(page)
    assert heading(page).startswith("Groups")
    page.go_back()
    tab_to(page, "Class map")
    entered(page)
    assert heading(page).startswith("Class map")
    walk_the_map(page)


def walk_the_map(page: Any) -> None:
    """Into the table by Tab, from a competency down to a learner's cell by the arrow keys, and to why by ?."""
    rows = page.locator("table.map tbody tr")
    tab_to(page, page.locator("table.map thead th.code a").nth(0).inner_text())
    for key in (
        "ArrowRight",
        "ArrowRight",
        "ArrowRight",
        "ArrowDown",
        "ArrowDown",
        "ArrowDown",
        "ArrowLeft",
        "ArrowUp",
    ):
        page.keyboard.press(key)
        found = focus(page)
    assert found["href"] == rows.nth(1).locator("td a").nth(2).get_attribute("href")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert focus(page)["href"] == found["href"], "Tab comes back to the cell that one was at"
    entered(page, "?")
    assert page.url.endswith(found["href"])


@pytest.mark.parametrize("key", ["?", "e"])
def test_the_reason_is_one_key_away(walker: Walker, key: str) -> None:
    """On Today, ? and e open the reason of the line that one is at."""
    page = walker.to(stop_named("today"), still=True)
    tab_to(page, "hazel")
    entered(page, key)
    assert "/learners/hazel/why/" in page.url
    assert heading(page).startswith("FR5.1")


def test_a_key_in_a_field_is_a_letter(walker: Walker) -> None:
    """Whoever types ? or e into a field has typed it."""
    page = walker.to(stop_named("map"), still=True)
    page.focus("select[name=only]")
    page.keyboard.press("e")
    assert page.url.endswith("/classes/7a/map")


@pytest.mark.parametrize("stop", [one for one in TOUR if one.person], ids=str)
def test_the_first_tab_goes_to_the_content(walker: Walker, stop: Stop) -> None:
    """The first thing that Tab reaches leads past the menu, and Tab from there stays in the content."""
    page = walker.to(stop, still=True)
    page.keyboard.press("Tab")
    assert focus(page)["href"] == "#main"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focus(page)
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


WIDE = ("map", "framework", "groups", "entry")
"""What is laid out in another way where there is room."""


@pytest.mark.parametrize(
    ("stop", "width"), [*((stop, 360) for stop in TOUR), *((stop_named(name), 1280) for name in WIDE)], ids=str
)
def test_the_focus_can_be_seen_wherever_tab_goes(walker: Walker, stop: Stop, width: int) -> None:
    """Each of the first stops of Tab, and each of the last, is in sight, ringed, and covered by nothing."""
    page = walker.to(stop, width=width, still=True)
    for key in ("Tab", "Shift+Tab"):
        page.evaluate("() => { document.activeElement.blur(); }")
        for _ in range(12):
            page.keyboard.press(key)
            if focus(page, leaving=True)["tag"] == "BODY":
                break


def test_the_menu_of_a_narrow_window_opens_and_closes(walker: Walker) -> None:
    """Enter opens it, Tab goes into it, and Escape closes it and gives the focus back to its button."""
    page = walker.to(stop_named("today"), width=360, still=True)
    tab_to(page, "Menu")
    assert not page.is_visible("#menu")
    page.keyboard.press("Enter")
    assert page.is_visible("#menu")
    tab_to(page, "Class map", most=3)
    page.keyboard.press("Escape")
    assert not page.is_visible("#menu")
    assert focus(page)["text"] == "Menu"
