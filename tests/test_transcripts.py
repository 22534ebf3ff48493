"""What teachers read, whole: each answer about two classes is its transcript in transcripts/, to the letter.

A change of words shows as a change of these files: MASTERY_APPROVE=1 writes them anew, for somebody to read.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typing_commands import Run

import mastery
from competencies import Competency, Framework
from mastery import CheckRule, Criteria, Decision, DecisionKind, Evidence, Policy, Retention

HERE = Path(__file__).parent / "transcripts"
EXAMPLES = Path(__file__).parents[1] / "examples"
MONDAY = "2026-03-16T08:00"
ASKED = {
    "next": (
        "next olive",
        "next hazel -n 3",
        "next linden -n 2",
        "next holly --goal RA6.11 -n 4",
        "next ash",
    ),
    "why": (
        "why olive WN4.2",
        "why hazel FR5.1",
        "why ash WN4.1",
        "why rowan WN3.2",
        "why holly RA6.11",
        "why cherry FR3.5",
        "why oak FR3.4",
        "why beech WN3.1",
        "why linden FR3.3",
        "why maple FR4.5",
        "why olive fpr-group-equivalent-ratios",
    ),
    "path": ("path holly RA6.11", "path ash 'RA6.3; FR4.3'", "path oak FR4.3", "path olive WN4.2"),
    "show": ("show willow", "show ash"),
    "class": (
        "stuck",
        "ready RA6.3 --learner holly --learner oak --learner ash --learner rowan --learner cherry",
        "ready FR4.3 --learner holly --learner oak --learner ash",
        "blockers -n 3",
        "changes --since 2026-03-14",
        "what-if-class --waive FR3.4",
        "what-if-class --policy canvas-latest --learner ash --learner holly",
        "map --only WN4.2 --only FR3.4 --only RA6.3 --only FR5.1 --learner hazel --learner olive --learner linden",
    ),
    "planning": (
        "groups --adults 2 --apart elm,fir",
        "rechecks",
        "require hazel --requirements graduation.toml --version 2026",
        "require hazel laurel ash --requirements graduation.toml --cohorts cohorts.csv",
        "figures --by school.csv --since 2026-03-09",
        "pace holly --goal RA6.11 --by 2026-05-30",
        "pace --goal FR4.5 --by 2026-05-30 --learner holly --learner larch --learner ash --learner oak",
        "fair --by backgrounds.csv --column language",
    ),
    "tables": (
        "stuck --csv",
        "ready RA6.3 --csv --learner holly --learner oak --learner ash",
        "blockers -n 4 --csv",
        "changes olive --since 2026-03-13 --csv",
        "what-if-class --revoke WN3.1 --csv --learner oak --learner ash",
        "map --csv --only fpr-group-equivalent-ratios --learner holly --learner rowan --learner hazel",
    ),
    "report": ("report olive", "report ash --goal RA6.3", "report hazel", "report willow --weeks 1"),
    "json": (
        "report hazel --json",
        "ready RA6.3 --json --learner holly --learner ash",
        "stuck --json --learner ash --learner hazel",
        "next holly -n 2 --json",
        "next hazel -n 1 --goal FR4.6 --json",
        "next hazel -n 1 --json",
        "why rowan WN3.2 --json",
        "path holly RA6.3 --json",
    ),
}
"""The questions of each transcript, all asked as of a Monday morning."""

SMALL = {
    "small": (
        "next ana",
        "why ana A",
        "why ana D",
        "why ana ab",
        "why bo B",
        "why bo cd",
        "why cy E",
        "why dee A",
        "why dee C",
        "path bo 'E or D'",
        "path bo E",
        "path dee A",
        "path ana C",
        "show dee",
        "show ana --json",
        "next ana --json --goal D",
        "ready C",
        "ready D",
        "ready E",
        "stuck",
        "stuck --csv",
        "blockers",
        "changes --since 2026-02-01",
        "changes --since 2026-02-01 --csv",
        "what-if-class --revoke A --grant E",
        "report ana",
        "report bo --goal D --goal B",
        "report cy",
        "report dee",
        "map",
        "ready F",
        "report eli",
        "path bo '50% of cd'",
        "path bo 'at least 1 of (C, D); 50% of ab'",
        "stuck --json",
        "next cy --goal E",
    ),
}
"""What is asked of a class of five with whom rarer things have happened."""
FORKED = Framework(
    "Small",
    [Competency(name, statement=f"Do {name}.") for name in "ABCDEF"] + [Competency("ab"), Competency("cd")],
    requires={"C": "A; B", "D": "A or (B; C)", "E": "at least 2 of (A, B, D)", "F": "A; B; D"},
    part_of={"A": "ab", "B": "ab", "C": "cd", "D": "cd"},
)
POLICY = Policy(
    criteria=Criteria(0.8, pieces=1, occasions=1, counts=("formative", "check")),
    check=CheckRule(cap=1, wait_days=2),
    retention=Retention(30, "lock"),
)


def day(month: int, n: int) -> datetime:
    return datetime(2026, month, n, 9, tzinfo=UTC)


def piece(learner: str, on: str, score: float | None, when: datetime, purpose: str = "formative") -> Evidence:
    key = f"{learner} {on} {purpose} {when:%m-%d}"
    return Evidence(
        learner, on, score, when, purpose=purpose, key=key, outcome="scored" if score is not None else "missed"
    )


def decided(learner: str, on: str, kind: DecisionKind, when: datetime, **more: object) -> Decision:
    told = {"by": "the teacher", "why": "as agreed", "key": f"{learner} {on} {kind}", **more}
    return Decision(learner=learner, competency=on, kind=kind, observed_at=when, **told)  # type: ignore[arg-type]


def happened() -> Iterator[Evidence | Decision]:
    """What happened to five learners: due and lapsed credit, no evidence that counts, a pin, an attempt too many."""
    yield piece("ana", "A", 0.9, day(1, 5))
    yield piece("ana", "A", 1.0, day(1, 6), "check")
    yield piece("ana", "B", 0.9, day(3, 2))
    yield piece("ana", "B", 1.0, day(3, 3), "check")
    yield piece("ana", "C", 0.7, day(3, 4))
    yield piece("bo", "B", 1.0, day(3, 1), "diagnostic")
    yield piece("bo", "A", None, day(3, 2))
    yield decided("cy", "A", DecisionKind.GRANT, day(1, 2))
    yield decided("cy", "B", DecisionKind.WAIVE, day(1, 3), basis="inferred")
    yield decided("cy", "E", DecisionKind.PIN, day(2, 10), until=day(4, 1))
    yield piece("cy", "E", 0.3, day(2, 11))
    yield piece("cy", "E", 0.2, day(2, 21))
    yield piece("cy", "E", 0.1, day(3, 11))
    yield piece("cy", "E", 0.1, day(3, 13))
    yield decided("eli", "B", DecisionKind.WAIVE, day(2, 3))
    yield piece("dee", "A", 0.9, day(2, 5))
    yield piece("dee", "A", 1.0, day(2, 6), "check")
    yield piece("dee", "A", 0.0, day(3, 10), "check")
    yield decided("dee", "C", DecisionKind.UNLOCK, day(2, 20), until=day(4, 1))
    yield piece("dee", "C", 0.9, day(2, 21))
    yield piece("dee", "C", 0.2, day(2, 22), "check")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The class of five on the same morning, everything recorded when it happened."""
    path = tmp_path_factory.mktemp("small") / "mastery.db"
    now = [day(1, 1)]
    with mastery.open(path, FORKED, POLICY, clock=lambda: now[0]) as engine:
        for fact in sorted(happened(), key=lambda fact: fact.observed_at):
            now[0] = fact.observed_at
            engine.record(fact)
    return path.read_bytes()


BOTH = ASKED | SMALL


@pytest.mark.parametrize(("name", "question"), [(name, one) for name, asked in BOTH.items() for one in asked])
def test_answers_are_as_they_were_read(
    typed: Run, made: bytes, small: bytes, tmp_path: Path, name: str, question: str
) -> None:
    """Every word, number and space of an answer is as somebody has read and found it right."""
    (tmp_path / "mastery.db").write_bytes(small if name in SMALL else made)
    for example in EXAMPLES.glob("*.*"):
        (tmp_path / example.name).write_bytes(example.read_bytes())
    code, out, errors = typed(*shlex.split(question), "--as-of", MONDAY)
    assert code == 0
    kept = HERE / name / f"{BOTH[name].index(question) + 1:02}.txt"
    told = f"$ mastery {question}\n{out}{errors}"
    if os.environ.get("MASTERY_APPROVE") == "1":
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(told, "utf-8")
    assert told == kept.read_text("utf-8")


def test_no_transcript_is_left_over() -> None:
    """Every file in transcripts/ is that of a question."""
    wanted = {f"{name}/{n:02}.txt" for name, asked in BOTH.items() for n in range(1, len(asked) + 1)}
    assert {str(file.relative_to(HERE)) for file in HERE.rglob("*.txt")} == wanted
