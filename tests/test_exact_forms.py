"""What is written down, to the letter: keys, policies as TOML and JSON, and the lines of an export."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from test_engine import CHAIN, EASY, NOW, T0
from test_facts_and_policy import award, decision, evidence
from test_whole_words_of_files import HEAD, ROW

from competencies import Kind
from mastery import (
    Award,
    Basis,
    Context,
    Criteria,
    DecisionKind,
    Engine,
    Evidence,
    Outcome,
    Policy,
    Purpose,
    read_evidence,
)
from mastery.export_format import (
    Digest,
    adoption_line,
    adoption_of,
    end_line,
    fact_line,
    fact_of,
    head_line,
    is_export,
    parsed,
)
from mastery.policy import Special
from mastery.policy_toml import to_toml
from mastery.store import Adoption
from mastery.terms import Terms
from mastery.watch import watched

MODEL = """\
name = "sums"
window = 5
k = 0.0
m0 = 0.5
half_life_days = false
"""
CRITERIA = """\
mastered_at = 0.8
pieces = 3
occasions = 2
novel = 0
counts = ["check", "formative", "interim", "summative"]
"""
CHECK = """\
pass_score = false
wait_days = 1.0
cap = false
relearning = false
challenge = false
required = true
"""
RETENTION = """\
due_after_days = 180.0
lapse = "keep"
refreshes_prerequisites = false
"""


def test_a_policy_is_written_as_toml() -> None:
    """Every setting is said, `false` for none, section by section, and what a special rule is for comes first."""
    sections = f"\n[model]\n{MODEL}\n[criteria]\n{CRITERIA}\n[check]\n{CHECK}\n[retention]\n{RETENTION}"
    assert to_toml(Policy()) == f"floors = []\nchoice = false\n{sections}"
    special = Special(tag="t", kind=(Kind.SKILL,), terms=Terms(criteria=Criteria(0.9), check=None))
    policy = Policy(check=None, choice=3, floors=("a\x7f", 'b"'), special=[special])
    stricter = CRITERIA.replace("0.8", "0.9")
    assert to_toml(policy) == (
        'floors = ["a\\u007f", "b\\""]\nchoice = 3\ncheck = false\n'
        f"\n[model]\n{MODEL}\n[criteria]\n{CRITERIA}\n[retention]\n{RETENTION}"
        '\n[[special]]\nkind = ["skill"]\ntag = ["t"]\ncheck = false\n'
        f"\n[special.model]\n{MODEL}\n[special.criteria]\n{stricter}\n[special.retention]\n{RETENTION}"
    )


def test_a_policy_is_written_as_json_and_hashed() -> None:
    """The JSON has the shape of the TOML, and the version is a hash of it, whatever order its settings come in."""
    written = Policy().to_json()
    assert written == {
        "model": {"name": "sums", "window": 5, "k": 0.0, "m0": 0.5, "half_life_days": False},
        "criteria": {
            "mastered_at": 0.8,
            "pieces": 3,
            "occasions": 2,
            "novel": 0,
            "counts": ["check", "formative", "interim", "summative"],
        },
        "check": {
            "pass_score": False,
            "wait_days": 1.0,
            "cap": False,
            "relearning": False,
            "challenge": False,
            "required": True,
        },
        "retention": {"due_after_days": 180.0, "lapse": "keep", "refreshes_prerequisites": False},
        "floors": [],
        "choice": False,
        "special": [],
    }
    plain = json.dumps(written, sort_keys=True, separators=(",", ":")).encode()
    assert Policy().version == hashlib.blake2b(plain, digest_size=16).hexdigest()
    special = Policy(special=[Special(code="6.*", competency=("a", "b"), terms=Terms(check=None))]).to_json()["special"]
    assert [{name: value for name, value in one.items() if isinstance(value, list | bool)} for one in special] == [
        {"competency": ["a", "b"], "code": ["6.*"], "check": False}
    ]


def test_a_key_is_the_same_for_ever() -> None:
    """Keys that are hashes stand in databases and exports: no version of this library may make others of a content."""
    assert evidence().key == "evidence-cf17751c01d8e2960d13da82b3124c03"
    assert decision().key == "decision-cf26a82c1ef0c02d65323bc531181947"
    assert award().key == "award-27afd9ca35f04280d56068064c6fe4da"
    rows = [HEAD, ROW, ROW.replace("0.5", " 0.5 "), ROW.replace("ana", "bo")]
    assert [piece.key for piece in read_evidence(rows, CHAIN)] == [
        "row-8f83a7fb113cc1419c42a6d51698efba-1",
        "row-8f83a7fb113cc1419c42a6d51698efba-2",
        "row-b3e624eb26ea98015f50d835bf43152a-1",
    ]


PLAIN = {"fact": "evidence", "learner": "ana", "competency": "a", "score": 0.5, "observed_at": "2026-03-02T08:00:00Z"}
STAMPED = {"key": "k", "recorded_at": "2026-05-01T09:00:00.000005Z"}
STAMP = NOW + timedelta(microseconds=5)


def test_a_fact_is_written_as_a_line() -> None:
    """What is as usual is left out, times end in Z, and the fields come in the order of the fact."""
    lines = {
        evidence(key="k", recorded_at=STAMP): PLAIN | STAMPED,
        evidence(
            score=None,
            purpose=Purpose.CHECK,
            kind="quiz",
            item="i",
            occasion="o",
            context=Context.NOVEL,
            outcome=Outcome.MISSED,
            source="desk",
            assessor="t",
            key="k",
            recorded_at=STAMP,
        ): PLAIN
        | {"score": None, "purpose": "check", "kind": "quiz", "item": "i", "occasion": "o", "context": "novel"}
        | {"outcome": "missed", "source": "desk", "assessor": "t"}
        | STAMPED,
        decision(kind=DecisionKind.WAIVE, basis=Basis.INFERRED, key="k", recorded_at=STAMP): {
            "fact": "decision",
            "learner": "ana",
            "kind": "waive",
            "by": "mr k",
            "why": "seen",
            "observed_at": "2026-03-02T08:00:00Z",
            "competency": "a",
            "basis": "inferred",
            **STAMPED,
        },
        award(key="k", recorded_at=STAMP): {
            "fact": "award",
            "learner": "ana",
            "competency": "a",
            "earned_at": "2026-03-02T08:00:00Z",
            "support": ["k"],
            "framework": "f",
            "policy": "p",
            **STAMPED,
        },
    }
    for fact, line in lines.items():
        assert fact_line(fact) == json.dumps(line) + "\n"
        back = fact_of(line)
        assert (back, back.recorded_at) == (fact, STAMP)


def test_the_other_lines_of_an_export() -> None:
    """The head says the format and whose facts they are, an adoption its rules, and the end counts and a digest."""
    head = '{"format": "mastery export", "version": 1, "learner": null}\n'
    assert (head_line(None), head_line("zo\xeb\u2028")) == (head, head.replace("null", '"zo\xeb\\u2028"'))
    assert head_line("half \ud83d") == head.replace("null", '"half \\ud83d"')
    assert end_line(2, 30, "d") == '{"end": {"adoptions": 2, "facts": 30, "digest": "d"}}\n'
    adoption = Adoption("policy", "v", '{"choice": 1}', T0)
    line = '{"adoption": "policy", "version": "v", "adopted_at": "2026-03-02T09:00:00Z", "body": {"choice": 1}}\n'
    assert adoption_line(adoption) == line
    assert adoption_of(json.loads(line)) == adoption
    digest = Digest()
    for one in ("a \r\n", "b"):
        digest.add(one)
    assert digest.text() == hashlib.blake2b(b"a\nb\n", digest_size=16).hexdigest()
    assert [is_export(one) for one in (head, "\ufeff" + head, line, "[]", "x", '{"format": "x"}')] == [
        *[True] * 2,
        *[False] * 4,
    ]
    assert parsed("{") == (
        "this is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"
    )


def test_an_export_is_its_lines_in_order() -> None:
    """Head, adoptions, facts in the order of the store, and the end over all before it; one learner's facts alone."""
    engine = Engine(CHAIN, EASY, clock=lambda: NOW)
    engine.record(Evidence("ana", "a", 1, T0, key="1"), Evidence("bo", "b", 0.5, T0, key="2"))
    adoptions, (facts, _) = engine._store.adoptions(), engine._store.log()
    for learner, theirs in ((None, facts), ("bo", facts[1:2])):
        lines = [head_line(learner), *map(adoption_line, adoptions), *map(fact_line, theirs)]
        digest = Digest()
        for line in lines:
            digest.add(line)
        assert list(engine.export(learner)) == [*lines, end_line(2, len(theirs), digest.text())]
    assert [type(fact) for fact in facts] == [Evidence, Evidence, Award]


def test_every_five_hundredth_line_is_told() -> None:
    """Whoever watches lines is told of the first and of every five hundredth after it; the lines go by as they are."""
    told: list[tuple[str, int, int]] = []
    lines = [str(n) for n in range(1001)]
    assert list(watched(lines, lambda *said: told.append(said), "reading")) == lines
    assert told == [("reading", 0, 0), ("reading", 500, 0), ("reading", 1000, 0)]
