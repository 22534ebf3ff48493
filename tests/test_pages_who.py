"""Every page by every caller about everybody: shown where the tests' own table says so, and nothing beyond it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

import pytest
from fastapi.routing import APIRoute
from hypothesis import example, given
from hypothesis import strategies as st
from pages_tour import NEEDS
from service_asking import Answer, escaped
from service_fuzz import marks_in, readers, visible
from service_oracle import CALLERS, OUTSIDE, classes, learners, may, person
from service_world import ELSEWHERE, LEARNERS, NOW, PEOPLE, TENANTS, Service, learners_of, mark, named, opened, whose
from worlds import profile

from mastery.adapters.http.credentials import begin_session, set_password
from mastery.adapters.http.pages import PAGES
from mastery.adapters.http.pages.signing import _ours

NOWHERE = "cedar"
GROUPS = ("a", "b", "everybody", NOWHERE)
HTML = ("accept", "text/html,application/xhtml+xml")


def seen(tenant: str, who: str, path: str) -> set[str]:
    """Return the marks that a caller may see on a page: of whom it is about, and in the menu of the classes to read.

    Operations lists tokens and whose they are; the log of disclosures says who read.
    """
    needs = [NEEDS[path], "class:read", *(["tokens:manage"] if path == "/operations" else [])]
    found = set().union(*(visible(tenant, who, one) for one in needs))
    return found | readers(tenant) | {mark("name", one) for one in PEOPLE} if path == "/disclosures" else found


@pytest.fixture(scope="module")
def served() -> Iterator[Service]:
    """Both tenants, for all of this module: nothing here is written."""
    with opened() as found:
        yield found


def routes(method: str) -> list[str]:
    """Return the paths of the pages that answer a method."""
    return [
        one.path for router in PAGES for one in router.routes if isinstance(one, APIRoute) and method in one.methods
    ]


def test_every_page_says_in_the_tour_what_it_needs() -> None:
    """The table below is about every page."""
    assert {*routes("GET")} == {*NEEDS}


def filled(path: str, what: str) -> str:
    """Return the address of a page about a class or a learner."""
    group = what if what == "everybody" else named(what)
    return path.format(group=escaped(group), learner=escaped(named(what)), competency="b", version="0", name="icon.svg")


def about(path: str) -> list[str]:
    """Return whom or what to ask a page about."""
    if "{group}" in path:
        return [*GROUPS]
    return [*LEARNERS, *ELSEWHERE.values(), NOWHERE] if "{learner}" in path else [""]


def look(served: Service, tenant: str, who: str, target: str) -> Answer:
    """Open an address with a caller's token, as a browser asks."""
    return served.ask("GET", target, whose(tenant, who) if who else "", headers=[HTML])


def expected(path: str, who: str, what: str) -> int:
    """Return the status that the table in the docs gives: 303 to signing in, 403, 404 or the page."""
    needs = NEEDS[path]
    if not needs:
        return 200
    if who in OUTSIDE:
        return 303
    if not may(who, needs) or (path == "/me" and not is_learner(who)):
        return 403
    if "{group}" in path:
        groups = classes(who, needs)
        unknown = 404 if what == NOWHERE else 200
        return unknown if groups is None else 200 if what in groups else 403
    reached = learners(who, needs)
    if "{learner}" in path:
        return 200 if reached is None or what in reached else 403
    return 200


def is_learner(who: str) -> bool:
    """Whether a caller is a learner, who has a page about their own learning."""
    return any(part.startswith("learner") for part in PEOPLE.get(person(who), ()))


@pytest.mark.parametrize("path", NEEDS)
@pytest.mark.parametrize("tenant", TENANTS)
def test_each_page_is_for_whom_it_is_for(served: Service, tenant: str, path: str) -> None:
    """Status by status; and no byte of any answer has a mark of whoever the caller does not reach."""
    for who in (*CALLERS, *OUTSIDE):
        allowed = seen(tenant, who, path)
        for what in about(path):
            target = filled(path, what)
            answer = look(served, tenant, who, target)
            wanted = expected(path, who, what)
            assert answer.status == wanted or (path in GOES_ON and answer.status == 303), (who, target, answer)
            if wanted == 303:
                assert answer.header("location").startswith("/sign-in"), (who, target)
                assert answer.body == b""
            repeats = answer.status != 200 or learners(who, NEEDS[path]) is None  # who may make somebody known by name
            assert marks_in(answer.every_byte) <= allowed | (marks_in(target) if repeats else set()), (who, target)


GOES_ON = ("/", "/family")
"""Pages that may send a visitor on to where their day begins."""


@pytest.mark.parametrize("path", NEEDS)
def test_a_file_has_no_more_than_its_page(served: Service, path: str) -> None:
    """What a page exports as CSV or JSON, and the page as of another day, has no mark of whoever is not reached."""
    for who in ("teacher-a", "coach-a", "reviewer-b", "family-oak", "oak", "office in a"):
        allowed = seen("north", who, path)
        for what in about(path):
            for query in ("as=csv", "as=json", "as_of=2026-03-10", "names=hidden", "class=b", "only=a"):
                target = f"{filled(path, what)}?{query}"
                answer = look(served, "north", who, target)
                assert answer.status in (200, 303, 403, 404, 406, 409, 422), (who, target, answer)
                repeated = marks_in(target) if answer.status != 200 else set[str]()
                assert marks_in(answer.every_byte) <= allowed | repeated, (who, target)


@pytest.mark.parametrize("path", [path for path, needs in NEEDS.items() if needs])
def test_a_hidden_name_is_nowhere(served: Service, path: str) -> None:
    """With names hidden no learner's name is in any byte of a page, not in a link, title or field, nor in a file."""
    names = {mark("name", one) for one in (*LEARNERS, *ELSEWHERE.values())}
    for who in ("office", "teacher-a", "both", "kin"):
        for what in about(path):
            if expected(path, who, what) != 200:
                continue
            for query in ("names=hidden", "names=hidden&as_of=2026-03-14"):
                answer = look(served, "north", who, f"{filled(path, what)}?{query}")
                assert not marks_in(answer.every_byte) & names, (who, path, what)
            for form in ("csv", "json"):
                told = look(served, "north", who, f"{filled(path, what)}?names=hidden&as={form}")
                assert not marks_in(told.every_byte) & names, (who, path, what)


def test_the_links_of_a_page_with_hidden_names_lead_on(served: Service) -> None:
    """Each link to a learner leads to that learner's page, names hidden there too; and it means nothing to others."""
    page = look(served, "north", "teacher-a", f"/classes/{named('a')}/map?names=hidden").body.decode()
    links = {one.replace("&amp;", "&") for one in re.findall(r'href="(/learners/[^/"]+\?[^"]*)"', page)}
    assert len(links) == 2
    for link in links:
        told = look(served, "north", "teacher-a", link)
        assert told.status == 200
        assert b"names=hidden" in told.body
        assert look(served, "north", "teacher-b", link).status == 403
    assert {one for link in links for one in marks_in(link)} == set()


# Forms.


def session(served: Service, who: str) -> tuple[str, str]:
    """Sign somebody in; return the cookie and the token that their forms carry."""
    tenant = served.tenant()
    kept, secret = begin_session(tenant, named(who), NOW + timedelta(hours=8))
    return f"mastery_session=north.{secret}", kept.csrf


def sent(served: Service, target: str, cookie: str, **fields: str) -> Answer:
    """Send a form as a browser does."""
    kind = "application/x-www-form-urlencoded"
    return served.ask("POST", target, body=urlencode(fields).encode(), headers=[("cookie", cookie), HTML], kind=kind)


def stored(served: Service) -> dict[str, object]:
    """Return what forms could write: how many facts there are, the rules, the roster, and who has signed in."""
    tenant = served.tenant()
    roster = tenant.access.rosters.current()
    return {"facts": tenant.engine.position, "rules": tenant.study.classroom(()).policy, "roster": repr(roster)}


FORMS = [path for path in routes("POST") if path != "/sign-in"]


@pytest.mark.parametrize("path", FORMS)
def test_a_form_from_elsewhere_is_refused(served: Service, path: str) -> None:
    """Without the token of the session, or with that of another, a form is refused and writes nothing."""
    cookie, own = session(served, "office")
    _, other = session(served, "teacher-a")
    before = stored(served)
    for shown in ("", "x", own[:-1], own + "x", other, own.upper() if own.upper() != own else "y"):
        answer = sent(served, filled(path, "oak" if "{learner}" in path else "a"), cookie, csrf=shown)
        assert answer.status == 403, (path, shown)
        query = f"?csrf={quote(own)}"
        assert sent(served, filled(path, "a") + query, cookie, csrf=shown).status == 403, "not in the address"
    assert stored(served) == before


@pytest.mark.parametrize("path", [path for path in FORMS if path != "/sign-out"])
def test_nothing_is_written_in_the_past(served: Service, path: str) -> None:
    """A form that is sent while its page shows another day is refused, and writes nothing."""
    cookie, own = session(served, "office")
    before = stored(served)
    for query in ("as_of=2026-03-10", "as_of=2027-01-01", "as_of=2026-03-10&names=hidden"):
        answer = sent(served, f"{filled(path, 'oak' if '{learner}' in path else 'a')}?{query}", cookie, csrf=own)
        assert 400 <= answer.status < 500, (path, query, answer)
    assert stored(served) == before


# Signing in.

ELSEWHERES = ("//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
              "javascript:alert(1)", "/\n/evil.example", "http:evil.example", "evil.example", "", " //evil.example",
              "/%2F/evil.example", "/a\r\nSet-Cookie: x=y", "\x00//evil.example", "/ /evil.example")  # fmt: skip


def leads_home(location: str) -> bool:
    """Whether a browser that is sent there stays on this host."""
    plain = re.sub(r"[\t\r\n]", "", location).replace("\\", "/")  # as browsers read addresses
    place = urlsplit(urljoin("https://school.test/sign-in", plain))
    return (place.scheme, place.netloc) == ("https", "school.test")


@profile(300)
@given(st.text(st.sampled_from("/\\.:@#?%20ae \t\r\n\x00\u2028\u202e") | st.characters(), max_size=20))
@example("//x")
def test_signing_in_leads_nowhere_else(after: str) -> None:
    """Whatever a link said where to go after signing in, it is a page of this service."""

    class Asked:
        scope = {"root_path": ""}

    assert leads_home(_ours(Asked(), after))  # type: ignore[arg-type]


def test_signing_in_goes_where_one_wanted_to_be() -> None:
    """To the page that asked for it, with its query; and never to another host."""
    with opened(tenants=("north",)) as served:
        account = next(
            one.account
            for one in served.tenant().access.rosters.current().people.values()
            if "teacher-a" in one.account
        )
        set_password(served.tenant(), account, "a password of the test")
        target = f"/classes/{named('a')}/map?only=c"
        asked = look(served, "north", "", target).header("location")
        (after,) = parse_qs(urlsplit(asked).query)["next"]
        fields = {"account": account, "password": "a password of the test"}
        told = sent(served, "/sign-in", "", **fields, next=after)
        assert (told.status, told.header("location")) == (303, target)
        cookie = told.header("set-cookie")
        assert {"HttpOnly", "SameSite=lax", "Secure", "Path=/"} <= {*cookie.split("; ")}
        for one in ELSEWHERES:
            assert leads_home(sent(served, "/sign-in", "", **fields, next=one).header("location")), one
            assert look(served, "north", "", f"/sign-in?next={quote(one)}").status == 200


def test_a_refusal_says_the_same_of_who_is_known_and_who_is_not(served: Service) -> None:
    """Who is not reached is refused in the same words, known or not."""
    told = {
        look(served, "north", "teacher-a", f"/learners/{escaped(name)}").body.replace(name.encode(), b"...")
        for name in (named("ash"), named("maple"), named(NOWHERE))
    }
    assert len(told) == 1


def test_the_callers_are_who_they_are_thought_to_be() -> None:
    """The tables above are about people who are there."""
    assert {person(who) for who in ("teacher-a", "coach-a", "both", "kin", "oak")} <= {*PEOPLE}
    assert {*LEARNERS} <= {*learners_of("north")}
