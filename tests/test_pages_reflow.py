"""Every page on a small screen, enlarged, spaced out, without motion and without colour, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import Walker, walking
from pages_tour import TOUR, Stop, stop_named

_HALF = 640
"""What is left of 1280 pixels at 200%, as a browser lays out: it makes the pixels larger, so there are fewer."""

# What sticks out of the window to the right or left, and is in nothing that scrolls by itself.
_STICKING_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  const inside = (one) => one.closest(".scroll, [popover]:not(:popover-open), .skip");
  return [...document.querySelectorAll("body *")]
    .filter((one) => !inside(one) && one.checkVisibility())
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width && (box.right > wide + 1 || box.left < -1))
    .map(([one, box]) => `${one.outerHTML.slice(0, 120)} to ${Math.round(box.right)}`)
    .concat(document.documentElement.scrollWidth > wide ? [`the page is ${document.documentElement.scrollWidth}`] : []);
}"""

# Targets under 24 by 24 pixels. A link within a sentence, or one of several in a line, is as high as its line (2.5.8).
_SMALL = """() => {
  const inSentence = (one) => one.tagName === "A" && one.closest("p, dd, figcaption, li > p, .quiet, h1, h2, caption")
    && [...one.parentElement.childNodes].some((near) => near.nodeType === 3 && /\\p{L}/u.test(near.textContent));
  return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((one) => one.checkVisibility({ opacityProperty: true }) && !one.matches(".skip") && !inSentence(one))
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width && (box.width < 23.9 || box.height < 23.9))
    .map(([one, box]) => `${one.outerHTML.slice(0, 160)}: ${Math.round(box.width)} x ${Math.round(box.height)}`);
}"""

# What says something by its colour or pattern, and has no word to say it with.
_WORDLESS = """() => [...document.querySelectorAll(".mark, table.map tbody td, .tag, .truth, meter, progress")]
  .filter((one) => !/[\\p{L}\\p{N}]/u.test(one.textContent) && !one.getAttribute("aria-label")
    && !one.labels?.length)
  .map((one) => one.outerHTML.slice(0, 160))"""

_MOVING = """() => {
  const lasting = (text) => text.split(",").some((one) => parseFloat(one) > 0);
  return document.getAnimations().map((one) => `${one}`).concat(
    [...document.querySelectorAll("*")].filter((one) => {
      const style = getComputedStyle(one);
      return lasting(style.transitionDuration) || (style.animationName !== "none" && lasting(style.animationDuration))
        || style.scrollBehavior === "smooth";
    }).map((one) => one.outerHTML.slice(0, 120)));
}"""

# Text that is cut off by its box, where nothing scrolls.
_CUT_OFF = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility() && !one.closest(".skip") && getComputedStyle(one).display !== "inline")
  .filter((one) => ["hidden", "clip"].includes(getComputedStyle(one).overflowX)
    || ["hidden", "clip"].includes(getComputedStyle(one).overflowY))
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
  .map((one) => one.outerHTML.slice(0, 160))"""

_SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""


@pytest.fixture(scope="module")
def walker(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    """One browser for all of these."""
    with walking(tmp_path_factory.mktemp("reflow"), made, ["demo"]) as found:
        yield found


@pytest.mark.parametrize("stop", TOUR, ids=str)
def test_a_page_fits(walker: Walker, stop: Stop) -> None:
    """At 320 pixels, and at 1280 enlarged to 200%, nothing scrolls sideways but the regions made for that.

    At 320 every target is 24 pixels wide and high or within a sentence, what has a colour has a word, nothing moves for
    who wants no motion; and with lines, letters and words spaced out (1.4.12) all that still holds and nothing is lost.
    """
    page = walker.to(stop, width=320)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate(_STICKING_OUT) == []
    assert page.evaluate(_SMALL) == []
    assert page.evaluate(_WORDLESS) == []
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(_MOVING) == []
    page.evaluate(
        """(style) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(style);
        document.adoptedStyleSheets.push(sheet); }""",
        _SPACED,
    )
    assert page.evaluate(_STICKING_OUT) == []
    assert page.evaluate(_CUT_OFF) == []
    page.set_viewport_size({"width": _HALF, "height": 400})
    assert page.evaluate(_STICKING_OUT) == []
    page.evaluate("document.adoptedStyleSheets = []")
    assert page.evaluate(_STICKING_OUT) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate(_SMALL) == []
    assert page.evaluate(_STICKING_OUT) == []


def test_the_menu_fits(walker: Walker) -> None:
    """On a narrow window the menu opens within it, with targets of 24 pixels."""
    page = walker.to(stop_named("today"), width=320)
    page.click(".menu-button")
    assert page.evaluate(_STICKING_OUT) == []
    assert page.evaluate(_SMALL) == []


def test_what_does_not_fit_is_found(walker: Walker) -> None:
    """A box too wide, a button too small, a mark without a word, and something that moves are seen."""
    page = walker.to(TOUR[0], width=320)
    page.evaluate("""() => { document.querySelector("main").insertAdjacentHTML("beforeend",
        '<p id="wide">wide</p><button id="small"></button><span class="mark">\\u25cf</span><p id="cut">cut off</p>');
      const set = (id, style) => Object.assign(document.getElementById(id).style, style);
      set("wide", { width: "400px", transition: "color 1s" });
      set("small", { minHeight: "0", padding: "0", width: "10px", height: "10px" });
      set("cut", { height: "5px", overflow: "hidden" }); }""")
    assert "wide" in "".join(page.evaluate(_STICKING_OUT))
    assert "small" in "".join(page.evaluate(_SMALL))
    assert "mark" in "".join(page.evaluate(_WORDLESS))
    assert "wide" in "".join(page.evaluate(_MOVING))
    assert "cut" in "".join(page.evaluate(_CUT_OFF))
