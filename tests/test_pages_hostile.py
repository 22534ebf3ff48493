"""Whatever is written into any field does nothing on any page: it is text, and links lead where they should."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from browsing import Site, launched, page_of, site_at
from hypothesis import example, given
from hypothesis import strategies as st
from pages_asked import Reader, reading_file
from pages_hostile import AT, HOSTILE, PLACES, Hostile, hostile_world
from pages_shape import shape
from pages_tour import NEEDS
from worlds import profile

from mastery.adapters.pages.legible import legible
from mastery.adapters.pages.links import Links, named, segment
from mastery.adapters.pages.people import People
from mastery.adapters.pages.rendering import _environment

ASKED = (
    "as_of", "names", "only", "class", "kind", "since", "until", "goal", "by", "smallest", "largest", "adults", "one",
    "other", "last", "before", "seed", "competency", "after", "learner", "days", "next", "published", "cause", "as",
    "most", "attempts", "done", "who", "show",
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile() -> Hostile:
    """The class in which every text is hostile."""
    return hostile_world(HOSTILE, PLACES)


@pytest.fixture(scope="module")
def twin() -> Hostile:
    """Its twin."""
    return hostile_world(HOSTILE, PLACES, twin=True)


@pytest.fixture(scope="module")
def read(hostile: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Whoever opens pages of the hostile class."""
    with reading_file(tmp_path_factory.mktemp("hostile") / "x" / "school.db", hostile.content, hostile.roster) as found:
        yield found


@pytest.fixture(scope="module")
def read_twin(twin: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Whoever opens pages of its twin."""
    with reading_file(tmp_path_factory.mktemp("twin") / "x" / "school.db", twin.content, twin.roster) as found:
        yield found


def filled(path: str, world: Hostile, n: int) -> str:
    """Return the address of a page of a world about its nth learner and competency."""
    values = {"group": world.group, "learner": world.learners[n], "competency": world.competencies[n]}
    parts = [values.get(part[1:-1], part) for part in path.split("/")[1:]]
    return Links().to(*parts) if path != "/" else "/"


PAGES = [path for path in NEEDS if not path.startswith("/static")]
SOME = (0, 1, 4, 8, 10, 24, 25, 27, 31, 33, 36, 47)


@pytest.mark.parametrize("path", PAGES)
def test_a_hostile_page_is_made_of_what_its_twin_is_made_of(
    read: Reader, read_twin: Reader, hostile: Hostile, twin: Hostile, path: str
) -> None:
    """Element by element and attribute by attribute, whoever and whatever it is about."""
    several = "{learner}" in path or "{competency}" in path
    for n in SOME if several else SOME[:1]:
        for who in ("office", "kin") if "family" in path else ("office",):
            told = read.get(filled(path, hostile, n), who)
            harmless = read_twin.get(filled(path, twin, n), who)
            assert told.status_code == harmless.status_code, (path, n, told.text)
            if told.status_code != 200:
                continue
            found, wanted = shape(told.text).elements, shape(harmless.text).elements
            if path.startswith("/framework") or "/around/" in path:  # pictures break long words
                assert {*found} <= {*wanted}, (path, n)
            else:
                assert found == wanted, (path, n)


def test_a_learner_is_at_home_whatever_their_name(
    read: Reader, read_twin: Reader, hostile: Hostile, twin: Hostile
) -> None:
    """The page of one's own learning, with one's name as that of the visitor."""
    for n in SOME:
        told, harmless = read.get("/me", hostile.learners[n]), read_twin.get("/me", twin.learners[n])
        assert (told.status_code, harmless.status_code) == (200, 200)
        assert shape(told.text).elements == shape(harmless.text).elements


@pytest.mark.parametrize("names", ["", "?names=hidden"])
def test_every_name_has_an_address(read: Reader, hostile: Hostile, names: str) -> None:
    """Each learner on the map has a link, and it leads to that learner and to nobody else."""
    page = read.get(filled("/classes/{group}/map", hostile, 0) + names, "office")
    links = [one for one in shape(page.text).leads if re.fullmatch(r"/learners/[^/?]+(\?.*)?", one)]
    assert len(set(links)) == len(hostile.learners)
    if names:
        assert all(read.get(one, "office").status_code == 200 for one in links)
        return
    found = [read.get(one + "?as=json", "office").json()["learner"] for one in links]
    assert sorted(found) == sorted(hostile.learners)


def test_every_name_can_be_hidden(read: Reader, hostile: Hostile) -> None:
    """The switch on the page of a learner leads to the same page without the name, which is not in the link either."""
    for name in hostile.learners:
        page = read.get(Links().to("learners", name), "office").text
        (link,) = [one for one in shape(page).leads if re.fullmatch(r"/learners/[^/]*\?names=hidden", one)]
        assert segment(name) not in link.partition("?")[0].split("/")
        told = read.get(link, "office")
        assert told.status_code == 200
        assert re.search(r"<h1>Learner 1</h1>", told.text)


def test_every_competency_has_an_address(read: Reader, hostile: Hostile) -> None:
    """Each cell of a learner's row leads to why, about that competency; each column to its page."""
    page = read.get(filled("/classes/{group}/map", hostile, 0), "office")
    start = Links().to("learners", hostile.learners[0], "why", "x")[:-1]
    links = [one for one in shape(page.text).leads if one.startswith(start)]
    found = {read.get(one + "?as=json", "office").json()["competency"] for one in links}
    assert found == {*hostile.competencies}


@profile(300)
@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
@example(["..", "a/b", "~p1", "%2e%2e", "?", "#"])
@example(["\ud800"])
def test_an_address_gives_back_its_names(names: list[str]) -> None:
    """Whatever names an address is made of, a browser leaves it as it is and its parts are those names."""
    address = Links().to(*names)
    assert re.fullmatch(r"(/[!-.0-~]+)+", address)
    assert not {"..", "."} & {*address.split("/")}
    assert "?" not in address
    assert "#" not in address
    assert [named(unquote(one)) for one in address.split("/")[1:]] == names


_WRITTEN = """<p title="{{ x }}" data-x="{{ x|exact }}">{{ x }}{{ x|name }}{{ x|statement }}
{{ people.text(x) }}{{ people.name(x) }}{{ say('why.title', competency=x, learner=people.name(x)|striptags) }}
{{ links.to(x, q=x) }}</p><a href="{{ links.to(x) }}">x</a>"""


@profile(300)
@given(st.text(st.sampled_from("<>&'\"{}%/!-=\u202e\x00 a") | st.characters(), max_size=30))
@example("</p><script>")
def test_any_text_is_written_as_text(text: str) -> None:
    """By whatever way a text comes onto a page, it adds no element and no attribute, and nothing unseen."""
    template = _environment().from_string(_WRITTEN)
    for secret in ("", "secret"):
        people = People((text, "oak") if text else ("oak",), secret)
        found = shape(template.render(x=text, people=people, links=Links()))
        assert {*found.elements} <= {("p", "data-x", "title"), ("bdi",), ("a", "href")}
        assert [one for one in found.elements if one[0] == "p"] == [("p", "data-x", "title")]


# What is asked, and what is sent.


def asked(read: Reader, path: str, values: Sequence[tuple[str, str]], who: str) -> Any:
    """Open a page with a query."""
    return read.client.get(path, params=list(values), headers=read._headers(who))


QUERIES = st.tuples(st.sampled_from(ASKED), st.sampled_from(HOSTILE + PLACES))


@profile(40)
@given(st.sampled_from(PAGES), st.lists(QUERIES, max_size=4))
def test_a_hostile_query_does_nothing(
    read_twin: Reader, twin: Hostile, path: str, query: list[tuple[str, str]]
) -> None:
    """Whatever is asked, the answer is a page, a refusal or a file; and what it repeats is text."""
    told = asked(read_twin, filled(path, twin, 1), query, "office")
    assert told.status_code in (200, 303, 400, 403, 404, 406, 409, 422), (path, query, told.text)
    if told.headers.get("content-type", "").startswith("text/html"):
        allowed = {"script", "svg", "title", "a", "style"}
        plain = asked(read_twin, filled(path, twin, 1), [], "office")
        kinds = {one[0] for one in shape(told.text).elements}
        assert not (kinds - {one[0] for one in shape(plain.text).elements}) & (allowed | {"img", "iframe", "object"})
    if told.status_code == 303:
        assert told.headers["location"].startswith("/")
        assert not told.headers["location"].startswith("//")


FORMS = (
    "/classes/{group}/entry", "/learners/{learner}/review/{competency}", "/learners/{learner}/decide/{competency}",
    "/policy", "/classes/{group}/fairness", "/sign-in",
)  # fmt: skip


@pytest.mark.parametrize("path", [one for one in FORMS if one in NEEDS])
def test_a_hostile_form_comes_back_as_text(read_twin: Reader, twin: Hostile, path: str) -> None:
    """What is written into every field of a form is refused or looked at, and stands in the answer as text."""
    chosen = f"?competency={twin.competencies[0]}"
    page = shape(read_twin.get(filled(path, twin, 1) + (chosen if path.endswith("entry") else ""), "office").text)
    forms = [form for form in page.forms if form[""].startswith("post ") and "sign-out" not in form[""]]
    assert forms
    for form in forms:
        target = form[""].removeprefix("post ").partition("?")[0] or filled(path, twin, 1)
        fields = [name for name in form if name not in ("", "csrf")]
        expected = None
        for text in ("harmless", *HOSTILE[:14]):
            told = read_twin.post(target, "office", **dict.fromkeys(fields, text))
            assert told.status_code in (200, 303, 400, 401, 404, 422), (path, text, told.text)
            found = shape(told.text).elements
            expected = expected or found
            if "fairness" in path:  # how many columns there are is for the text to say
                assert {one[0] for one in found} <= {one[0] for one in expected} | {"select", "option"}
            else:
                assert found == expected, (path, target, text)


@pytest.mark.parametrize("text", [*HOSTILE, *PLACES], ids=ascii)
def test_a_refusal_repeats_what_was_asked_as_text(read_twin: Reader, twin: Hostile, text: str) -> None:
    """Pages that are not there, learners beyond reach and competencies that nobody knows."""
    ours = Links()
    for who, parts in (
        ("office", (text, "x", "y", "z")),
        ("office", ("learners", twin.learners[0], "why", f"no {text}")),
        (twin.learners[0], ("learners", f"no {text}")),
        ("office", ("classes", f"no {text}")),
    ):
        told = read_twin.get(ours.to(*parts), who)
        assert told.status_code in (403, 404), parts
        assert [one[0] for one in shape(told.text).elements].count("script") == 1
        assert {one[0] for one in shape(told.text).elements} <= {
            *("html", "head", "meta", "title", "link", "script", "body", "main", "h1", "p", "a"),
        }


# In a browser.

NOT_OPENED = ("/me", "/sign-in", "/classes/{group}/changed")  # of a learner, of nobody, and no page
_LEAVING = """() => [...document.querySelectorAll("a[href], area[href]")]
  .map((one) => new URL(one.href.baseVal ?? one.href, location))
  .filter((to) => to.origin !== location.origin).map(String)"""


@pytest.fixture(scope="module")
def site(hostile: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The hostile class on a socket."""
    path: Path = tmp_path_factory.mktemp("browsed") / "x" / "school.db"
    with site_at(path, hostile.content, AT, hostile.roster) as found:
        yield found


def test_nothing_runs_and_nothing_is_asked_of_anybody_else(site: Site, hostile: Hostile) -> None:
    """On every page in a real browser: no dialog, no error, no request to another host; the headers are strict."""
    told: list[str] = []
    with launched() as browser:
        page = page_of(browser, site, "office")
        page.on("dialog", lambda dialog: (told.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on(
            "console",
            lambda line: told.append(f"console {line.text} {line.location}") if line.type == "error" else None,
        )
        page.on("pageerror", lambda fault: told.append(f"error {fault}"))
        page.on("request", lambda one: None if one.url.startswith(site.address) else told.append(f"to {one.url}"))
        for n, path in enumerate(one for one in PAGES if one not in NOT_OPENED):
            answer = page.goto(filled(path, hostile, SOME[n % len(SOME)]))
            page.wait_for_selector("[aria-busy]", state="detached")
            assert answer.status == 200, (path, answer.status)
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; ")
            assert "unsafe" not in policy
            assert "http" not in policy
            assert page.evaluate(_LEAVING) == []
        assert told == []


def test_links_lead_to_whom_they_name(site: Site, hostile: Hostile) -> None:
    """Clicked in a real browser, the name of a learner leads to that learner, whatever the name means in an address."""
    with launched() as browser:
        page = page_of(browser, site, "office")
        page.goto(filled("/classes/{group}/map", hostile, 0))
        links = dict(
            page.evaluate("""() => [...document.querySelectorAll("table.map tbody th a")]
                .map((one) => [one.textContent, one.href])""")
        )
        for name in PLACES:
            answer = page.goto(links[legible(name)])
            assert answer.status == 200, name
            assert page.locator("h1").evaluate("(one) => one.textContent") == legible(name)
