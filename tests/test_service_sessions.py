"""Signing in with a local account: cookies, writes that show where they come from, guesses by the dozen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from attrs import define, evolve
from service_samples import SAMPLES
from service_sending import PIECE
from service_world import NOW, Service, mark, named, opened, settings, whose
from starlette.testclient import TestClient

from mastery.access import Caller, Role
from mastery.adapters.http.asking import COOKIE, CSRF
from mastery.adapters.http.credentials import begin_session, digest, set_password
from mastery.adapters.http.limits import Allowances

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody


def account(who: str, tenant: str = "north") -> str:
    """Return the name under which somebody signs in."""
    return f"{who} {mark(tenant, 'account', who)}"


@define
class Clock:
    """Clocks that stand still until they are moved: that of the day, and that of the limits."""

    days: float = 0.0
    seconds: float = 0.0

    def day(self) -> Any:
        """Return the time of the day."""
        return NOW + timedelta(days=self.days)

    def tick(self) -> float:
        """Return the seconds of the limits."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def served(clock: Clock) -> Iterator[Service]:
    """Both tenants by the clocks of the test; teacher-a and the office have passwords."""
    with opened() as found:
        state = found.ask.app.state
        state.settings, state.allowances.clock = settings(clock=clock.day), clock.tick
        for who in ("teacher-a", "office"):
            set_password(found.tenant(), account(who), PASSWORD)
        yield found
        state.settings = settings()


def browser(served: Service, address: str = "192.0.2.7") -> TestClient:
    """Return a browser of its own, with its cookies."""
    return TestClient(served.ask.app, base_url="https://school.test", client=(address, 50_000))


def sign_in(client: TestClient, who: str = "teacher-a", password: str = PASSWORD, tenant: str = "north") -> Any:
    """Sign in as somebody."""
    return client.post("/v1/session", json={"account": account(who), "password": password, "tenant": tenant})


TARGET = f"/v1/learners/{named('oak')}/state"


def test_a_session_is_a_cookie_that_no_script_reads(served: Service) -> None:
    """Signing in sets one cookie with every flag, another each time; of its secret only the hash is kept."""
    client = browser(served)
    answers = [sign_in(client), sign_in(client)]
    cookies = [SimpleCookie(answer.headers["set-cookie"])[COOKIE] for answer in answers]
    for cookie in cookies:
        flags = (cookie["path"], cookie["samesite"], cookie["max-age"], cookie["domain"])
        assert (bool(cookie["httponly"]), bool(cookie["secure"]), *flags) == (True, True, "/", "lax", "43200", "")
    assert len({cookie.value for cookie in cookies}) == len({answer.json()["csrf"] for answer in answers}) == 2
    told = answers[0].json()
    assert (told["tenant"], told["person"], answers[0].headers["cache-control"]) == (
        "north",
        named("teacher-a"),
        "no-store",
    )
    stored = served.tenant().path.read_bytes() + served.tenant().path.with_name("north.db-wal").read_bytes()
    secret = cookies[0].value.partition(".")[2]
    assert (secret.encode() in stored, digest(secret) in stored, PASSWORD.encode() in stored) == (False, True, False)
    served.ask.app.state.settings = settings(secure=False)
    assert "secure" not in sign_in(browser(served)).headers["set-cookie"].lower()


def test_a_session_reaches_what_its_person_reaches(served: Service) -> None:
    """A session is answered as its person's token is, in its own tenant alone."""
    client = browser(served)
    csrf = sign_in(client).json()["csrf"]
    assert client.get(TARGET).json() == served.ask("GET", TARGET, whose("north", "teacher-a")).json
    assert client.get(f"/v1/learners/{named('fir')}/state").status_code == 403
    assert client.get("/v1/session").json()["csrf"] == csrf
    secret = client.cookies[COOKIE].partition(".")[2]
    for value in (
        f"south.{secret}",
        f"north.{secret[:-1]}",
        f"north.{secret}0",
        secret,
        f".{secret}",
        "north.",
        "north",
    ):
        assert served.ask("GET", TARGET, headers=[("cookie", f"{COOKIE}={value}")]).status == 401, value
    cookie = [("cookie", f"{COOKIE}=north.{secret}")]
    assert served.ask("GET", TARGET, headers=[*cookie, ("authorization", "Bearer none")]).status == 401
    assert served.ask("GET", TARGET, whose("north", "teacher-b"), headers=cookie).status == 403
    access = served.tenant().access
    roster = access.rosters.current()
    access.rosters.replace(
        evolve(roster, people={n: one for n, one in roster.people.items() if n != named("teacher-a")})
    )
    assert client.get(TARGET).status_code == 403


def test_whatever_writes_shows_that_it_comes_from_our_pages(served: Service) -> None:
    """With a cookie alone, or another session's token, no route writes; the token of the session lets it."""
    client = browser(served)
    csrf = sign_in(client, "office").json()["csrf"]
    other = sign_in(browser(served), "office").json()["csrf"]
    position = served.tenant().engine.position
    for route, sample in SAMPLES.items():
        if route.startswith("GET") or route == "POST /v1/session":
            continue
        asked = sample.asks("north", "a" if sample.about == "class" else "oak")
        for shown in ({}, {CSRF: ""}, {CSRF: other}, {CSRF: csrf[:-1]}, {CSRF: f"\xe9{csrf}".encode("latin-1")}):
            headers = {**shown, **dict(asked.headers)}
            told = client.request(route.split()[0], asked.target, json=asked.body, headers=headers)  # type: ignore[arg-type]
            assert (route, told.status_code) == (route, 403)
    assert served.tenant().engine.position == position
    assert client.post("/v1/evidence", json=PIECE, headers={CSRF: csrf}).status_code == 200


def test_signing_out_ends_one_session(served: Service) -> None:
    """The session is over at once and its cookie taken away; the person's other sessions go on."""
    first, second = browser(served), browser(served)
    csrf = sign_in(first).json()["csrf"]
    sign_in(second)
    kept = {COOKIE: first.cookies[COOKIE]}
    told = first.delete("/v1/session", headers={CSRF: csrf})
    assert (told.status_code, COOKIE in first.cookies) == (204, False)
    assert browser(served).get(TARGET, headers={"cookie": f"{COOKIE}={kept[COOKIE]}"}).status_code == 401
    assert first.delete("/v1/session", headers={CSRF: csrf}).status_code == 401
    assert second.get(TARGET).status_code == 200


def test_a_session_ends_with_time_and_with_the_password(served: Service, clock: Clock) -> None:
    """After its length a session is no more; a new password ends every session of the account, and the old password."""
    client = browser(served)
    sign_in(client)
    clock.days = 0.499
    assert client.get(TARGET).status_code == 200
    clock.days = 0.5
    assert client.get(TARGET).status_code == 401
    sign_in(client)
    office = browser(served)
    sign_in(office, "office")
    set_password(served.tenant(), account("teacher-a"), f"{PASSWORD}!")
    assert (client.get(TARGET).status_code, office.get(TARGET).status_code) == (401, 200)
    assert sign_in(client).status_code == 401
    assert sign_in(client, password=f"{PASSWORD}!").status_code == 200


def test_passwords_are_long_and_of_somebody(served: Service) -> None:
    """A password that is short, or of no account, is not kept."""
    for who, password in (("teacher-a", "eleven chars"[:11]), ("nobody of all", PASSWORD), ("yew", "")):
        with pytest.raises(ValueError, match="wanted"):
            set_password(served.tenant(), account(who) if " of " not in who else who, password)


def test_a_wrong_password_tells_nothing(served: Service) -> None:
    """A wrong password, an unknown account, one without a password and an unknown tenant are refused alike."""
    told = {
        (answer.status_code, answer.content, answer.headers.get("set-cookie"))
        for answer in (
            sign_in(browser(served), password="wrong" * 3),
            sign_in(browser(served), "coach-a"),
            sign_in(browser(served), tenant="south"),
            sign_in(browser(served), tenant="nowhere"),
            sign_in(browser(served), tenant=""),
            browser(served).post("/v1/session", json={"account": "\u202e\U0001f333", "password": "x" * 500}),
        )
    }
    assert len(told) == 1
    assert told.pop()[0] == 401


def limited(served: Service, clock: Clock, **more: Any) -> None:
    """Let fewer requests through."""
    served.ask.app.state.settings = settings(clock=clock.day, **more)


def test_guesses_are_slowed_by_account_and_by_address(served: Service, clock: Clock) -> None:
    """After so many wrong passwords the right one is not looked at either, until ten minutes have gone by."""
    limited(served, clock, sign_ins=3)
    for n in range(3):
        clock.seconds = float(n)
        assert sign_in(browser(served), password="wrong" * 3).status_code == 401
    for address in ("192.0.2.7", "192.0.2.8"):
        told = sign_in(browser(served, address))
        assert (told.status_code, told.headers["retry-after"]) == (429, "598")
    assert sign_in(browser(served), "office").status_code == 429
    assert sign_in(browser(served, "192.0.2.8"), "office").status_code == 200
    assert sign_in(browser(served, "192.0.2.9"), tenant="south").status_code == 401
    clock.seconds = 599.9
    assert sign_in(browser(served)).status_code == 429
    clock.seconds = 600.0
    assert [sign_in(browser(served)).status_code for _ in range(5)] == [200] * 5, "who is right is not slowed"


def test_guesses_at_once_are_no_more_than_one_after_the_other(served: Service, clock: Clock) -> None:
    """Many wrong passwords at the same moment, from many addresses, are not looked at more often than so many."""
    limited(served, clock, sign_ins=3)

    def guess(n: int) -> int:
        return int(sign_in(browser(served, f"192.0.2.{n}"), password="wrong" * 3).status_code)

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(guess, range(12)))
    assert (told.count(401), told.count(429)) == (3, 9)


def test_naming_the_only_tenant_or_not_is_the_same_account() -> None:
    """Where there is one tenant, half of the guesses with its name and half without are as many as all."""
    with opened(tenants=["north"], sign_ins=4) as served:
        names = [("", 1), ("north", 2), ("", 3), ("north", 4), ("", 5), ("north", 6)]
        told = [
            sign_in(browser(served, f"192.0.2.{n}"), password="x" * 12, tenant=name).status_code for name, n in names
        ]
        assert told == [401] * 4 + [429] * 2


def test_a_caller_who_asks_too_much_waits(served: Service, clock: Clock) -> None:
    """So many requests at once and so many a second are answered, each caller by themselves; a system has tenfold."""
    limited(served, clock, per_second=2.0, burst=3)

    def ask(who: str, tenant: str = "north") -> int:
        return served.ask("GET", "/v1/me", whose(tenant, who)).status

    assert [ask("oak") for _ in range(5)] == [200] * 3 + [429] * 2
    told = served.ask("GET", "/v1/me", whose("north", "oak"))
    assert (told.kind, told.header("retry-after")) == ("too-many-requests", "1")
    assert (ask("oak", "south"), ask("teacher-a")) == (200, 200)
    assert [ask("system") for _ in range(31)] == [200] * 30 + [429]
    clock.seconds = 0.5
    assert [ask("oak") for _ in range(2)] == [200, 429]
    clock.seconds = 100.0
    assert [ask("oak") for _ in range(4)] == [200] * 3 + [429]


def test_two_of_one_name_in_two_tenants_wait_apart(served: Service, clock: Clock) -> None:
    """Sessions of people of the same name in two tenants are not counted together, neither requests nor streams."""
    limited(served, clock, per_second=1.0, burst=1, streams_of_one=1)
    cookies = {
        name: f"{COOKIE}={name}.{begin_session(served.tenant(name), named('oak'), NOW + timedelta(days=1))[1]}"
        for name in ("north", "south")
    }
    assert [served.ask("GET", "/v1/me", headers=[("cookie", one)]).status for one in cookies.values()] == [200, 200]
    assert served.ask("GET", "/v1/me", headers=[("cookie", cookies["north"])]).status == 429


def test_streams_are_so_many_at_a_time(served: Service, clock: Clock) -> None:
    """One more stream than may be is refused with when to come again; one that has ended makes room, once."""
    limited(served, clock, streams_of_one=2)
    served.streams_end_after(0)
    streams, who = served.ask.app.state.streams, Caller(named("teacher-a"), {Role.TEACHER}, via="session")
    one, two = (streams.enter(who, served.ask.app.state.settings, "north") for _ in range(2))
    cookie = begin_session(served.tenant(), named("teacher-a"), NOW + timedelta(days=1))[1]
    headers = [("cookie", f"{COOKIE}=north.{cookie}")]
    told = served.ask("GET", "/v1/changes/stream", headers=headers)
    assert (told.kind, told.header("retry-after"), streams.open) == ("too-many-requests", "5", 2)
    one()
    one()
    assert [served.ask("GET", "/v1/changes/stream", headers=headers).status for _ in range(3)] == [200] * 3
    assert streams.open == 1
    two()
    assert streams.open == 0


def test_what_is_counted_is_forgotten(clock: Clock) -> None:
    """Of callers who ask no more nothing is remembered, however many there were."""
    allowances = Allowances(clock=clock.tick)
    for n in range(10_001):
        allowances.spend(Caller(f"who {n}", {Role.LEARNER}), settings(), "north")
        allowances.begin_guess([f"account {n}"], settings())
    clock.seconds = 601.0
    allowances.spend(Caller("who", {Role.LEARNER}), settings(), "north")
    allowances.begin_guess(["account"], settings())
    assert (len(allowances._buckets), len(allowances._failures)) == (1, 1)
