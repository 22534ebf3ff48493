"""What requests carry: shapes and bounds here, meaning in the library, which says what it wanted instead."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from mastery.adapters.http.problems import Problem
from mastery.entry import EntryTo
from mastery.facts import Context, DecisionKind, Outcome, Purpose

__all__ = [
    "AccessCheck",
    "BatchStates",
    "ClassWhatIfIn",
    "DecisionIn",
    "EvidenceBody",
    "EvidenceIn",
    "EvidenceMany",
    "FairnessIn",
    "GroupsIn",
    "Reason",
    "RequirementsIn",
    "RulesIn",
    "WhatIfIn",
    "toml_text",
]

MOST_FACTS = 500
MOST_LEARNERS, MOST_COMPETENCIES = 200, 50


def _shown(text: str) -> str:
    if any(ord(character) < 32 and character not in "\t\n" for character in text):
        raise ValueError("a text without control characters was wanted")
    return text


Name = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_shown)]
Text = Annotated[str, Field(max_length=4_000), AfterValidator(_shown)]
Instant = Annotated[
    str, Field(max_length=40, description="ISO 8601 with its offset from UTC.", examples=["2026-03-16T08:00:00Z"])
]


def _number(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("a number was wanted")
    return value


Number = Annotated[float, BeforeValidator(_number)]
Count = Annotated[int, BeforeValidator(_number)]


def _one_of(kinds: Any) -> Any:
    return {"enum": [kind.value for kind in kinds]}


class Body(BaseModel):
    """A body knows all its fields: a slip in a name is told."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


class EvidenceIn(Body):
    """One piece of evidence: what a learner did on one competency, and how well."""

    learner: Name
    competency: Name
    """Its identifier or code; it has no parts."""
    score: Number | None = None
    """0 to 1; none for a piece that was missed or excused."""
    points: Number | None = None
    """With maximum, instead of score."""
    maximum: Number | None = None
    observed_at: Instant | None = None
    """When the learner did it. Default: now."""
    purpose: Annotated[Name, Field(json_schema_extra=_one_of(Purpose))] = "formative"
    kind: Text = ""
    item: Text = ""
    occasion: Text = ""
    """Joins pieces of one sitting."""
    context: Annotated[Name, Field(json_schema_extra=_one_of(Context))] = "familiar"
    outcome: Annotated[Name, Field(json_schema_extra=_one_of(Outcome))] = "scored"
    source: Text = ""
    assessor: Text = ""
    """Who assessed it. Default: who is signed in."""
    key: Text = ""
    """Names this fact for ever: sent again, it is the same fact."""


class EvidenceMany(Body):
    """Up to 500 pieces, of any learners whom the caller reaches."""

    evidence: Annotated[list[EvidenceIn], Field(min_length=1, max_length=MOST_FACTS)]


def _how_many(given: Any) -> str:
    many = isinstance(given, EvidenceMany) or (isinstance(given, dict) and "evidence" in given)
    return "many" if many else "one"


EvidenceBody = Annotated[
    Annotated[EvidenceIn, Tag("one")] | Annotated[EvidenceMany, Tag("many")], Discriminator(_how_many)
]


class DecisionIn(Body):
    """What a person decided on a learner and a competency; `by` is who is signed in, or named by an integration."""

    learner: Name
    kind: Annotated[Name, Field(json_schema_extra=_one_of(k for k in DecisionKind if k not in ("excuse", "void")))]
    competency: Name
    why: Annotated[Text, Field(min_length=1)]
    by: Text = ""
    observed_at: Instant | None = None
    until: Instant | None = None
    key: Text = ""


class Reason(Body):
    """Why a fact is taken back or excused."""

    why: Annotated[Text, Field(min_length=1)]
    by: Text = ""
    observed_at: Instant | None = None
    key: Text = ""


class WhatIfIn(Body):
    """What is imagined of one learner."""

    learner: Name
    evidence: Annotated[list[EvidenceIn], Field(max_length=MOST_FACTS)] = []
    decisions: Annotated[list[DecisionIn], Field(max_length=MOST_FACTS)] = []


class ClassWhatIfIn(Body):
    """What is imagined of a class: pieces and decisions on any of its learners."""

    evidence: Annotated[list[EvidenceIn], Field(max_length=MOST_FACTS)] = []
    decisions: Annotated[list[DecisionIn], Field(max_length=MOST_FACTS)] = []


class AccessCheck(Body):
    """Whether a learner may enter what belongs to a competency."""

    learner: Name
    competency: Name
    to: Annotated[EntryTo, Field(description="work: its lessons; check: its check; beyond: what comes after it.")] = (
        EntryTo.WORK
    )
    as_of: Instant | None = None


class BatchStates(Body):
    """Where learners stand on competencies: up to 200 by 50 in one call."""

    learners: Annotated[list[Name], Field(min_length=1, max_length=MOST_LEARNERS)]
    competencies: Annotated[list[Name], Field(max_length=MOST_COMPETENCIES)] = []
    """Identifiers or codes. Default: those without parts, where there are at most 50."""
    as_of: Instant | None = None


class RulesIn(Body):
    """A framework or a policy as text, in any form that a file of it may have."""

    text: Annotated[str, Field(min_length=1, max_length=900_000)]
    form: Literal["json", "csv", "toml", "words", "name"]
    """Frameworks: json (CASE or our own) or csv; policies: toml, words or the name of one."""
    crosswalk: Annotated[str, Field(max_length=200_000)] | None = None
    """A CSV of old and new: whom a former competency is succeeded by."""


_LONGEST_LINE = 4_000


def toml_text(text: str) -> str:
    """Return a TOML text whose lines are short: a key with 100,000 dots would take a minute to read."""
    line = next((n for n, line in enumerate(text.splitlines(), start=1) if len(line) > _LONGEST_LINE), None)
    if line is not None:
        raise Problem("unusable", f"Line {line}: at most {_LONGEST_LINE:,} characters in a line were wanted.")
    return text


class GroupsIn(Body):
    """Groups for tomorrow: sizes, adults, who is kept apart."""

    smallest: Annotated[Count, Field(ge=2, le=100)] = 3
    largest: Annotated[Count, Field(ge=2, le=100)] = 6
    adults: Annotated[Count, Field(ge=1, le=100)] = 3
    apart: Annotated[list[tuple[Name, Name]], Field(max_length=200)] = []
    seed: Annotated[Count, Field(ge=0, le=1_000_000)] = 7
    earlier: Annotated[list[Annotated[str, Field(max_length=100_000)]], Field(max_length=20)] = []
    """Earlier groups as CSV, as this route gives them; oldest first."""
    learners: Annotated[list[Name], Field(max_length=2_000)] = []
    as_of: Instant | None = None


class RequirementsIn(Body):
    """What a course or graduation asks for, in TOML, and which version holds for whom."""

    requirements: Annotated[str, Field(min_length=1, max_length=200_000)]
    version: Text | None = None
    cohort: Text | None = None
    cohorts: dict[Name, Text] | None = None
    learners: Annotated[list[Name], Field(max_length=2_000)] = []
    as_of: Instant | None = None


class FairnessIn(Body):
    """Subgroups, for one report and no longer: who is in which."""

    column: Name
    of: Annotated[dict[Name, Text], Field(max_length=20_000)]
    gates: Annotated[list[Name], Field(max_length=500)] = []
    least: Annotated[Count, Field(ge=5, le=1_000)] = 10
    as_of: Instant | None = None
