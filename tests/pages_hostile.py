"""A class in which every text is hostile, and its twin, in which each of them is as long and harmless.

All learners did the same, so that the pages of both are made of the same elements in the same order, whatever the
texts are and however they sort.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import field, frozen

import mastery
from competencies import Competency, Framework, Needs
from mastery import Decision, Evidence, Policy
from mastery.access import Class, Enrolment, Person, Role, Roster
from mastery.criteria import Criteria
from mastery.models import Sums

__all__ = ["AT", "HOSTILE", "PLACES", "Hostile", "harmless", "hostile_world"]

AT = datetime(2026, 3, 16, 8, tzinfo=UTC)
HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' autofocus onfocus='alert(1)", "{{ 7 * 7 }}",
    "{% include 'x' %}", "${7*7}", "<!-- ", "]]>", "</title></textarea><svg onload=alert(1)>", "&lt;b&gt;&#60;i&#62;",
    "javascript:alert(1)", "//evil.example/x", "\u202eevil\u202c", "\u2066x", "\u05e2\u05d1\u05e8\u05d9\u05ea",
    "\U0001f333\U0001f333", "a\u0301\u0301\u0301", "=1+1", "{n}", "%s %(x)s", "\\", "`x`",
    'style="background:url(//x)"',
    "<a href=//evil.example>x</a>", "x" * 500,
)  # fmt: skip
"""Texts that would do something, were they more than text."""

PLACES = ("..", ".", "a/b", "/", "//x", "a\\b", "~p1", "~x41", "%2e%2e", "%2F", "%", "?", "#", "a?as=csv", "a#b",
          "a&b=c", "a;b", " a ", "a b", "a+b", "...", ".a", "everybody", "me")  # fmt: skip
"""Names that mean something in an address."""

_POLICY = Policy(model=Sums(window=None), criteria=Criteria(0.8, 1, occasions=1, counts=("formative", "check")))


def harmless(text: str, n: int) -> str:
    """Return a text of the same length in which nothing is meant, another one for each number."""
    return f"q{n:03d}".ljust(len(text), "z") if len(text) > 4 else f"q{n:03d}"


@frozen
class Hostile:
    """A class with its file: everybody in it, and every competency, by what they are called."""

    content: bytes = field(repr=False)
    roster: Roster = field(repr=False)
    learners: tuple[str, ...] = field(repr=False)
    competencies: tuple[str, ...] = field(repr=False)
    group: str


def hostile_world(texts: Sequence[str], names: Sequence[str], twin: bool = False) -> Hostile:
    """Return a class in which the learners and competencies are called by names, and all else is told by texts."""

    def told(text: str, n: int) -> str:
        return harmless(text, n) if twin else text

    every = [*dict.fromkeys([*texts, *names])]
    learners = [told(name, n) for n, name in enumerate(every)]
    ids = [told(name, 300 + n) for n, name in enumerate(every)]
    group = told(every[0], 900)
    framework = Framework(
        told(every[0], 901),
        [
            Competency(one, code=told(f"{n} {every[n]}"[:60], 400 + n), statement=told(every[-1 - n], 600 + n))
            for n, one in enumerate(ids)
        ],
        requires={one: Needs(ids[n // 2]) for n, one in enumerate(ids) if n > 2},
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "school.db"
        with mastery.open(path, framework, _POLICY, clock=lambda: AT - timedelta(days=1)) as engine:
            for n, learner in enumerate(learners):
                engine.record_all(_facts(learner, ids, n, lambda i: told(every[i % len(every)], 700 + i)))
        content = path.read_bytes()
    return Hostile(content, _roster(learners, group, told(every[1 % len(every)], 902)), (*learners,), (*ids,), group)


def _facts(who: str, ids: Sequence[str], n: int, text: Callable[[int], str]) -> list[Evidence | Decision]:
    """Return what everybody did: the first competency met, one tried, one held, one waived; all with texts."""
    day = AT - timedelta(days=5)
    of = {"item": text(1), "source": text(2), "assessor": text(3), "kind": text(4), "occasion": text(5)}
    decided = {"learner": who, "by": text(6), "why": text(7), "source": text(8), "observed_at": day}
    return [
        Evidence(who, ids[0], 0.9, day, key=f"{n}-a", **of),
        Evidence(who, ids[0], 0.9, day + timedelta(days=1), purpose="check", key=f"{n}-b", **of),
        Evidence(who, ids[1], 0.4, day + timedelta(days=2), key=f"{n}-c", **of),
        Evidence(who, ids[1], 0.2, day + timedelta(days=2), purpose="check", key=f"{n}-d", **of),
        Decision(kind="hold", competency=ids[1], key=f"{n}-e", until=AT + timedelta(days=3), **decided),
        Decision(kind="waive", competency=ids[2], key=f"{n}-f", **decided),
    ]


def _roster(learners: Sequence[str], group: str, title: str) -> Roster:
    people = [
        *(Person(one, account=one, roles=frozenset({Role.LEARNER})) for one in learners),
        Person("office", roles=frozenset({Role.ADMINISTRATOR})),
        Person("kin"),
    ]
    enrolments = [Enrolment(group, one, Role.LEARNER) for one in learners]
    return Roster.of(
        people, [Class(group, title), Class("other", title)], enrolments, [("kin", one) for one in learners]
    )
