"""Everything that can change a learner's state: `Evidence`, `Decision`, `Award`. Immutable, each with a key.

Two facts are equal when their content is: everything but `recorded_at`. Times are turned into UTC at the door.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from operator import attrgetter
from typing import TypeVar

from attrs import field, fields, frozen

from competencies.converters import names
from competencies.printing import Printed
from mastery.errors import FactError
from mastery.vocabulary import NAMING_A_FACT, WITH_UNTIL, Basis, Context, DecisionKind, Outcome, Purpose

__all__ = [
    "Award",
    "Basis",
    "Context",
    "Decision",
    "DecisionKind",
    "Evidence",
    "Fact",
    "Outcome",
    "Purpose",
    "differences",
    "in_order",
    "utc",
]

MILLION = 1_000_000
LAST_YEAR = 9_000  # room for waits and intervals before the calendar ends

Member = TypeVar("Member", bound=StrEnum)


def _utc(value: object, name: str, faults: list[str]) -> object:
    if isinstance(value, datetime):
        try:
            if value.utcoffset() is not None and value.astimezone(UTC).year < LAST_YEAR:
                return value.astimezone(UTC)
        except OverflowError:
            pass
        if value.utcoffset() is not None:
            faults.append(f"{name}: a time from the year 1 to {LAST_YEAR} was wanted, got {value.isoformat()}")
            return value
        came = f"{value.isoformat()} without one: add it, as +01:00 or Z"
        faults.append(f"{name}: a time with an offset from UTC was wanted, got {came}")
    else:
        faults.append(f"{name}: a datetime with an offset from UTC was wanted, got {value!r}")
    return value


def _member(kinds: type[Member], value: object, name: str, faults: list[str]) -> object:
    if type(value) is kinds:
        return value
    try:
        return kinds(value)  # type: ignore[arg-type]
    except ValueError:
        faults.append(f"{name}: one of {', '.join(kinds)} was wanted, got {value!r}")
        return value


_TODO = {"why": ": give the reason, which is shown with the decision", "by": ": say who decides"}


def _named(value: object, name: str, faults: list[str]) -> None:
    if not isinstance(value, str) or not value:
        faults.append(f"{name}: a text that is not empty was wanted, got {value!r}{_TODO.get(name, '')}")


def _millionths(score: object, outcome: object, faults: list[str]) -> int | None:
    if not isinstance(outcome, Outcome):
        return None
    if outcome is not Outcome.SCORED:
        if score is not None:
            faults.append(f"score: none was wanted for a piece that is {outcome}, got {score!r}")
        return None
    if isinstance(score, bool) or not isinstance(score, (int, float)) or not 0 <= score <= 1:
        much = isinstance(score, int | float) and not isinstance(score, bool) and score > 1
        todo = ": divide the points by the most that can be had" if much else ""
        faults.append(f"score: a number from 0 to 1 was wanted, got {score!r}{todo}")
        return None
    return round(score * MILLION)


def _digest(parts: Iterable[object]) -> str:
    content = repr([str(part) for part in parts])  # quoted and escaped: no two lists read alike
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


@frozen(repr=False)
class Evidence(Printed):
    """One piece of evidence: what a learner did on one competency without parts, and how well.

    `score` is 0..1, held in whole millionths, and None exactly when `outcome` is missed or excused. `occasion` joins
    pieces of one sitting; left empty, the pieces of one UTC day and source are one occasion. `key` identifies the
    fact for ever; left empty, it is a hash of the content. `recorded_at` is stamped by the engine.
    Raises FactError with every fault at once.
    """

    learner: str
    competency: str
    score: float | None
    observed_at: datetime
    purpose: Purpose = field(default=Purpose.FORMATIVE, kw_only=True)
    kind: str = field(default="", kw_only=True)
    item: str = field(default="", kw_only=True)
    occasion: str = field(default="", kw_only=True)
    context: Context = field(default=Context.FAMILIAR, kw_only=True)
    outcome: Outcome = field(default=Outcome.SCORED, kw_only=True)
    source: str = field(default="", kw_only=True)
    assessor: str = field(default="", kw_only=True)
    key: str = field(default="", kw_only=True)
    recorded_at: datetime | None = field(default=None, kw_only=True, eq=False)
    millionths: int | None = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        score = self.score
        if not (
            score.__class__ is float  # nothing needs turning into anything: the common case, in one look
            and 0.0 <= score <= 1.0
            and self.outcome is Outcome.SCORED
            and self.observed_at.__class__ is datetime
            and self.observed_at.tzinfo is UTC
            and self.observed_at.year < LAST_YEAR
            and self.purpose.__class__ is Purpose
            and self.context.__class__ is Context
            and self.learner.__class__ is str
            and self.competency.__class__ is str
            and self.key
            and self.learner
            and self.competency
            and (self.recorded_at is None or self.recorded_at.tzinfo is UTC)
        ):
            self._settle()
            return
        millionths = round(score * MILLION)
        object.__setattr__(self, "millionths", millionths)
        if millionths / MILLION != score:
            object.__setattr__(self, "score", millionths / MILLION)

    def _settle(self) -> None:
        """Turn every field into what it should be, or raise FactError with every fault."""
        faults: list[str] = []
        put = object.__setattr__
        put(self, "observed_at", _utc(self.observed_at, "observed_at", faults))
        if self.recorded_at is not None:
            put(self, "recorded_at", _utc(self.recorded_at, "recorded_at", faults))
        put(self, "purpose", _member(Purpose, self.purpose, "purpose", faults))
        put(self, "context", _member(Context, self.context, "context", faults))
        put(self, "outcome", _member(Outcome, self.outcome, "outcome", faults))
        _named(self.learner, "learner", faults)
        _named(self.competency, "competency", faults)
        millionths = _millionths(self.score, self.outcome, faults)
        put(self, "millionths", millionths)
        if faults:
            raise FactError("This evidence cannot be used", faults)
        put(self, "score", None if millionths is None else millionths / MILLION)
        if not self.key:
            put(self, "key", "evidence-" + _digest(_content(self)))


@frozen(kw_only=True, repr=False)
class Decision(Printed):
    """What a person decided: by whom, why, and for grant to pin about which competency (a group: each of its parts).

    `of` is the key of the fact that an excuse or a void names, `until` the end of an unlock, hold, pause or pin
    (none: open-ended; the latest decision of a kind rules, so `until` = observed_at ends it). `basis` says that a
    waive was inferred by a placement. Raises FactError with every fault at once.
    """

    learner: str
    kind: DecisionKind
    by: str
    why: str
    observed_at: datetime
    competency: str = ""
    of: str = ""
    until: datetime | None = None
    basis: Basis | None = None
    source: str = ""
    key: str = ""
    recorded_at: datetime | None = field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        put = object.__setattr__
        put(self, "kind", _member(DecisionKind, self.kind, "kind", faults))
        for name in ("observed_at", "until", "recorded_at"):
            if getattr(self, name) is not None or name == "observed_at":
                put(self, name, _utc(getattr(self, name), name, faults))
        for name in ("learner", "by", "why"):
            value = getattr(self, name)
            _named(value.strip() if isinstance(value, str) else value, name, faults)
        if self.basis is not None:
            put(self, "basis", _member(Basis, self.basis, "basis", faults))
        if isinstance(self.kind, DecisionKind):
            faults += self._misfits()
        if faults:
            raise FactError("This decision cannot be used", faults)
        if not self.key:
            put(self, "key", "decision-" + _digest(_content(self)))

    def _misfits(self) -> Iterable[str]:
        named, wanted = ("of", "competency") if self.kind in NAMING_A_FACT else ("competency", "of")
        if not getattr(self, named):
            what = "the key of a fact" if named == "of" else "a competency"
            yield f"{named}: {what} was wanted for a decision to {self.kind}, got nothing"
        if getattr(self, wanted):
            yield f"{wanted}: nothing was wanted for a decision to {self.kind}, got {getattr(self, wanted)!r}"
        if self.until is not None and self.kind not in WITH_UNTIL:
            yield f"until: only {', '.join(sorted(WITH_UNTIL))} may end; none was wanted, got {self.until}"
        elif self.until is not None and _is_before(self.until, self.observed_at):
            yield f"until: a time not before {self.observed_at} was wanted, got {self.until}"
        if isinstance(self.basis, Basis) and (self.kind, self.basis) != (DecisionKind.WAIVE, Basis.INFERRED):
            yield f"basis: only a waive may have one, which is inferred; got {self.basis} for {self.kind}"


@frozen(kw_only=True, repr=False)
class Award(Printed):
    """Credit as it was earned: the moment, the keys of what it rests on, and the versions in force.

    Written by the engine alone, in the transaction that earns the credit. `support` names the counted evidence, the
    passed check, the decisions used, and the awards or decisions by which the competencies it needed were credited.
    """

    learner: str
    competency: str
    earned_at: datetime
    support: tuple[str, ...] = field(converter=names)
    framework: str
    policy: str
    key: str = ""
    recorded_at: datetime | None = field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        object.__setattr__(self, "earned_at", _utc(self.earned_at, "earned_at", faults))
        if self.recorded_at is not None:
            object.__setattr__(self, "recorded_at", _utc(self.recorded_at, "recorded_at", faults))
        _named(self.learner, "learner", faults)
        _named(self.competency, "competency", faults)
        if faults:
            raise FactError("This award cannot be used", faults)
        if not self.key:
            object.__setattr__(self, "key", "award-" + _digest(_content(self)))

    @property
    def observed_at(self) -> datetime:
        """The moment at which the credit was earned."""
        return self.earned_at


Fact = Evidence | Decision | Award


def utc(value: datetime, name: str) -> datetime:
    """Return a time in UTC; raises FactError for one without an offset."""
    if value.__class__ is datetime and value.tzinfo is UTC:
        return value
    faults: list[str] = []
    when = _utc(value, name, faults)
    if faults or not isinstance(when, datetime):
        raise FactError("This time cannot be used", faults)
    return when


def _is_before(one: datetime, other: datetime) -> bool:
    """Compare two times where both have an offset; a fault of either is told by itself."""
    both = (one, other)
    return all(isinstance(t, datetime) and t.utcoffset() is not None for t in both) and one < other


def _content(fact: Fact) -> list[object]:
    return [getattr(fact, name) for name in _CONTENT[type(fact)]]


_CONTENT: dict[type, list[str]] = {
    kind: [a.name for a in fields(kind) if a.eq and a.name != "key"] for kind in (Evidence, Decision, Award)
}


in_order: Callable[[Fact], tuple[datetime, str]] = attrgetter("observed_at", "key")
"""What facts are sorted by: the moment, then the key."""


def differences(old: Fact, new: Fact) -> list[str]:
    """Return where the contents of two facts differ, one phrase a field."""
    if type(old) is not type(new):
        return [f"it was {type(old).__name__.lower()}, now {type(new).__name__.lower()}"]
    pairs = [(name, getattr(old, name), getattr(new, name)) for name in _CONTENT[type(old)]]
    return [f"{name} was {before!s}, now {after!s}" for name, before, after in pairs if before != after]
