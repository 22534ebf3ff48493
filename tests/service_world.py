"""A small school for the tests of the service: two tenants of the same names, everybody with a mark of their own.

Both tenants know the same learners, classes, people and keys of facts, and of each their own contents: whatever one
tells of the other shows. A mark is a text that is nowhere else; `MARK` finds every one in what comes back.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from attrs import field, frozen
from service_asking import Asker

import mastery
from competencies import Competency, Framework
from mastery import Decision, Evidence, Policy
from mastery.access import Class, Enrolment, Permission, Person, Role, Roster
from mastery.adapters.http.app import service
from mastery.adapters.http.credentials import issue_token
from mastery.adapters.http.limits import Allowances
from mastery.adapters.http.metrics import Metrics
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.streams import Streams
from mastery.adapters.http.tenants import Tenant, Tenants
from mastery.criteria import Criteria
from mastery.models import Sums

__all__ = [
    "CLASSES",
    "ENDED",
    "LEARNERS",
    "MARK",
    "NOW",
    "PEOPLE",
    "SYSTEMS",
    "TENANTS",
    "Service",
    "World",
    "learners_of",
    "mark",
    "named",
    "opened",
    "settings",
    "whose",
    "world",
]

NOW = datetime(2026, 3, 16, 8, tzinfo=UTC)
TENANTS = ("north", "south")
CLASSES = {"a": ("oak", "elm"), "b": ("ash", "fir")}
"""Who learns in which class today; yew is in none, gum was in a and left."""

LEARNERS = ("oak", "elm", "ash", "fir", "yew", "gum")
ELSEWHERE = {"north": "larch", "south": "maple"}
"""A learner whom this tenant alone knows."""

ENDED = date(2026, 3, 15)
PEOPLE: dict[str, tuple[str, ...]] = {
    "office": ("administrator",),
    "teacher-a": ("teacher a",),
    "teacher-b": ("teacher b",),
    "coach-a": ("coach a",),
    "reviewer-b": ("reviewer b",),
    "family-oak": ("family oak",),
    "both": ("teacher b", "family oak"),
    "kin": ("family elm", "family fir"),
    "ended": ("ended a",),
    "coming": ("coming a",),
    "nobody": (),
    "oak": ("learner a",),
    "yew": ("learner",),
}
"""Who may sign in, with their parts: in a class, for a child, or in the whole school."""

SYSTEMS: dict[str, tuple[tuple[str, ...] | None, tuple[str, ...] | None]] = {
    "system": (None, None),
    "system-reads": (("learner:read", "access:check"), None),
    "system-a": (None, ("a",)),
}
"""Tokens of systems: which scopes and which classes they are limited to."""

LIMITED: dict[str, tuple[str, tuple[str, ...] | None, tuple[str, ...] | None]] = {
    "teacher-a reads": ("teacher-a", ("learner:read", "class:read"), None),
    "teacher-a in b": ("teacher-a", None, ("b",)),
    "office in a": ("office", None, ("a",)),
    "office tokens": ("office", ("tokens:manage",), None),
}
"""Tokens of people that give less than their roles."""

MARK = re.compile("zq[0-9a-f]{10}")


@cache
def mark(*of: str) -> str:
    """Return the mark of something: the same in every run, and nowhere else."""
    return f"zq{random.Random(' '.join(of)).getrandbits(40):010x}"


def named(name: str) -> str:
    """Return the full name of a learner, class or person: the same in both tenants."""
    return f"{name}-{mark('name', name)}"


@cache
def framework(tenant: str) -> Framework:
    """The framework of a tenant: b after a, a group of two, d after the group."""
    leaves = [
        Competency(c, code=c.upper(), statement=f"{c} {mark(tenant, 'statement', c)}") for c in ["a", "b", "c", "d"]
    ]
    parts = [Competency(c, statement=f"part {c}") for c in ("c.1", "c.2")]
    return Framework(
        f"school {mark(tenant, 'title')}",
        [*leaves, *parts],
        requires={"b": "a", "d": "c"},
        part_of={"c.1": "c", "c.2": "c"},
    )


POLICY = Policy(model=Sums(window=None), criteria=Criteria(0.8, 1, occasions=1, counts=("formative", "check")))


def _facts(tenant: str, learner: str, first: int) -> Iterator[Evidence | Decision]:
    """Yield a learner's facts: credit for a, a failed check on b, a piece of the group, an unlocked d, a late piece."""
    who, day = named(learner), NOW - timedelta(days=20)

    def said(what: str) -> str:
        return f"{what} {mark(tenant, learner, what)}"

    keys = [named(f"key-{first + n}") for n in range(6)]
    texts = {name: said(name) for name in ("item", "source", "assessor", "kind", "occasion")}
    yield Evidence(who, "a", 0.9, day, key=keys[0], **texts)
    yield Evidence(who, "a", 1.0, day + timedelta(days=2), purpose="check", key=keys[1], **texts)
    yield Evidence(who, "b", 0.4, day + timedelta(days=17), purpose="check", key=keys[2], **texts)
    yield Evidence(who, "c.1", 0.7, day + timedelta(days=18), key=keys[3], **texts)
    decided = {"learner": who, "by": said("by"), "why": said("why"), "source": said("source")}
    yield Decision(kind="unlock", competency="d", observed_at=day + timedelta(days=5), key=keys[4], **decided)
    yield Decision(kind="hold", competency="b", observed_at=day + timedelta(days=19), key=keys[5], **decided)


def learners_of(tenant: str) -> list[str]:
    """Return the learners of a tenant, in an order of its own: the same key is of another learner in each."""
    found = [*LEARNERS, ELSEWHERE[tenant]]
    return found if tenant == "north" else found[::-1]


def roster(tenant: str) -> Roster:
    """Return the roster of a tenant."""
    people = {*PEOPLE, *learners_of(tenant)}
    parts = [(who, part.split()) for who, every in PEOPLE.items() for part in every]
    enrolments = [Enrolment(named(group), named(one), Role.LEARNER) for group, of in CLASSES.items() for one in of]
    enrolments += [
        Enrolment(named("a"), named("gum"), Role.LEARNER, ends=ENDED),
        Enrolment(named("a"), named("ended"), Role.TEACHER, ends=ENDED),
        Enrolment(named("a"), named("coming"), Role.TEACHER, begins=ENDED + timedelta(days=2)),
    ]
    enrolments += [
        Enrolment(named(part[1]), named(who), Role(part[0]))
        for who, part in parts
        if part[0] in ("teacher", "coach", "reviewer")
    ]
    whole = {who: Role(part[0]) for who, part in parts if part[0] in ("administrator", "learner") and len(part) == 1}
    return Roster.of(
        [
            Person(
                named(who),
                f"{who} {mark(tenant, 'person', who)}",
                f"{who} {mark(tenant, 'account', who)}",
                frozenset([whole[who]] if who in whole else []),
            )
            for who in sorted(people)
        ],
        [Class(named(group), f"class {mark(tenant, 'class', group)}") for group in CLASSES],
        enrolments,
        [(named(who), named(part[1])) for who, part in parts if part[0] == "family"],
    )


@frozen
class World:
    """A tenant as bytes; the tokens of it and their ids by whose they are, the keys of facts by learner."""

    tenant: str
    content: bytes = field(repr=False)
    tokens: dict[str, str] = field(repr=False)
    ids: dict[str, str] = field(repr=False)
    keys: dict[str, tuple[str, ...]] = field(repr=False)


@cache
def world(tenant: str) -> World:
    """Make a tenant once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "school.db"
        with mastery.open(path, framework(tenant), POLICY, clock=lambda: NOW - timedelta(days=1)) as engine:
            for n, learner in enumerate(learners_of(tenant)):
                engine.record_all(_facts(tenant, learner, 6 * n))
        place = Tenant(tenant, path, clock=lambda: NOW)
        try:
            place.access.rosters.replace(roster(tenant))
            made = dict(_tokens(place))
            for who in LEARNERS:
                reader = named("earlier"), f"token {mark(tenant, 'via', who)}"
                place.access.disclosures.note(*reader, "state", [named(who)], NOW - timedelta(days=1))
        finally:
            place.close()
        with mastery.open(path) as engine:
            keys = {who: tuple(one.key for one in engine.progress(named(who)).facts) for who in learners_of(tenant)}
        texts = {who: text for who, (text, _) in made.items()}
        return World(tenant, path.read_bytes(), texts, {who: one for who, (_, one) in made.items()}, keys)


def _tokens(place: Tenant) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the token of each caller, with its public id."""

    def made(who: str, person: str = "", *, of: tuple[object, object] = (None, None), days: int = 1) -> tuple[str, str]:
        scopes = None if of[0] is None else frozenset(Permission(one) for one in of[0])  # type: ignore[attr-defined]
        classes = None if of[1] is None else frozenset(named(one) for one in of[1])  # type: ignore[attr-defined]
        name = f"{who} {mark(place.name, 'token', who)}"
        ends = NOW + timedelta(days=days)
        token, text = issue_token(place, name, expires_at=ends, person=person, scopes=scopes, classes=classes)
        return text, token.id

    for who in PEOPLE:
        yield who, made(who, named(who))
    for who, limits in SYSTEMS.items():
        yield who, made(who, of=limits)
    for who, (person, *limits) in LIMITED.items():
        yield who, made(who, named(person), of=(limits[0], limits[1]))
    yield "stranger", made("stranger", "who is in no roster")
    yield "expired", made("expired", named("office"), days=0)
    yield "spare", made("spare", named("office"))
    text, identifier = made("revoked", named("office"))
    place.access.tokens.revoke(identifier, NOW)
    yield "revoked", (text, identifier)


class Rounds:
    """Stands for the event that ends streams: set after so many looks."""

    def __init__(self, left: int) -> None:
        self.left = left

    def is_set(self) -> bool:
        """Return whether that was the last round."""
        self.left -= 1
        return self.left < 0

    def set(self) -> None:
        """End at once."""
        self.left = 0


def settings(**more: Any) -> Settings:
    """Return the settings of a test: the clock stands still, and nobody asks too much."""
    return Settings(
        **{"clock": lambda: NOW, "per_second": 1e9, "burst": 10**9, "poll_seconds": 0.0, "sign_ins": 10**6, **more}
    )


@frozen
class Service:
    """Both tenants served from files of their own, for one test or one example."""

    ask: Asker
    tenants: Tenants

    def tenant(self, name: str = "north") -> Tenant:
        """Return a tenant."""
        found = self.tenants.get(name)
        assert found is not None
        return found

    def streams_end_after(self, rounds: int) -> None:
        """Let the next stream end by itself."""
        self.ask.app.state.closing = Rounds(rounds)


@cache
def _app() -> Any:
    return service(Tenants([]), settings())  # it takes longer to make than the files do


def _usual(served: Tenants, stack: ExitStack) -> Any:
    """Return the app of the usual settings with these tenants, as if it had just been made; afterwards as it was."""
    state, own = _app().state, {"allowances": Allowances(), "metrics": Metrics(), "streams": Streams()}
    for name, value in {"tenants": served, **own}.items():
        stack.callback(setattr, state, name, getattr(state, name))
        setattr(state, name, value)
    return _app()


@contextmanager
def opened(folder: Path | None = None, tenants: Sequence[str] = TENANTS, **more: Any) -> Iterator[Service]:
    """Serve fresh copies of the tenants; `more` are settings."""
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        files = {name: place / f"{name}.db" for name in tenants}
        for name, file in files.items():
            file.write_bytes(world(name).content)
        served = stack.enter_context(Tenants.opened(files, clock=lambda: NOW))
        ask = Asker(service(served, settings(**more)) if more else _usual(served, stack))
        stack.callback(ask.close)
        yield Service(ask, served)


def whose(tenant: str, who: str) -> str:
    """Return the token of a caller."""
    return world(tenant).tokens[who]
