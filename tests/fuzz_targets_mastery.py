"""What of mastery reads outside input, as functions of bytes that raise only on a real defect."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from competencies import CompetenciesError, Competency, Framework
from mastery import Decision, DecisionKind, Engine, Evidence, MasteryError, MemoryStore, Policy, read_evidence, restore
from mastery.policy_toml import to_toml
from mastery.policy_words import from_words, words

__all__ = ["TARGETS", "evidence_json", "evidence_table", "export", "policy_toml", "policy_words"]

OURS = (MasteryError, CompetenciesError)
FRAMEWORK = Framework(
    "fuzz", [Competency("a", code="A.1"), Competency("b"), Competency("c"), Competency("G")],
    requires={"b": "a"}, part_of={"c": "G"},
)  # fmt: skip
READ: Counter[str] = Counter()
"""How often each target got past reading."""
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def policy_toml(data: bytes) -> None:
    """Read a policy as TOML; what is read is written and read alike."""
    try:
        policy = Policy.from_toml(_text(data))
    except (*OURS, UnicodeDecodeError):
        return
    READ["policy_toml"] += 1
    assert Policy.from_toml(to_toml(policy)) == policy, "a policy that was written as TOML comes back equal"
    assert from_words(words(policy)) == policy, "a policy that was put in words comes back equal"
    assert len(policy.version) == 32


def policy_words(data: bytes) -> None:
    """Read a policy in plain words; what is read is written and read alike."""
    try:
        policy = from_words(_text(data))
    except (*OURS, UnicodeDecodeError):
        return
    READ["policy_words"] += 1
    assert from_words(words(policy)) == policy, "a policy that was put in words comes back equal"
    assert Policy.from_toml(to_toml(policy)) == policy, "a policy that was written as TOML comes back equal"


def evidence_table(data: bytes) -> None:
    """Read evidence as CSV."""
    _evidence(data, json_lines=False)


def evidence_json(data: bytes) -> None:
    """Read evidence as JSON lines."""
    _evidence(data, json_lines=True)


def _evidence(data: bytes, json_lines: bool) -> None:
    try:
        lines = io.StringIO(_text(data), newline="").readlines()
        found = read_evidence(lines, FRAMEWORK, json_lines=json_lines)
    except (*OURS, UnicodeDecodeError):
        return
    READ["evidence_json" if json_lines else "evidence_table"] += 1
    assert read_evidence(lines, FRAMEWORK, json_lines=json_lines) == found, "the same file is read alike"
    engine = Engine(FRAMEWORK, clock=lambda: T0)
    try:
        receipt = engine.import_table(lines, json_lines=json_lines)
    except OURS:
        return  # one key with two contents
    assert set(receipt.recorded) == set(found)
    again = engine.import_table(lines, json_lines=json_lines)
    assert not again.recorded, "importing the file again changes nothing"


def export(data: bytes) -> None:
    """Restore an export, and merge it; what is restored is exported and restored alike."""
    store = MemoryStore()
    try:
        lines = _text(data).splitlines(keepends=True)
    except UnicodeDecodeError:
        return
    try:
        restore(lines, store)
        engine = Engine(store=store, clock=lambda: T0)
    except OURS:
        assert store.position() == store.editions() == 0, "nothing is kept of what is refused"
        return
    READ["export"] += 1
    again = MemoryStore()
    restore(engine.export(), again)
    assert again.log() == store.log(), "an export comes back equal"
    for learner in engine.learners():
        list(engine.progress(learner).standings())


def _kept() -> Engine:
    engine = Engine(FRAMEWORK, clock=lambda: T0)
    engine.record(
        Evidence("ana", "a", 1.0, T0, key="1"),
        Evidence("bo", "a", 0.5, T0, item="i", key="2"),
        Decision(learner="ana", kind=DecisionKind.GRANT, by="t", why="w", observed_at=T0, competency="G", key="3"),
        Decision(learner="bo", kind=DecisionKind.VOID, by="t", why="w", observed_at=T0, of="2", key="4"),
    )
    return engine


TARGETS: dict[str, Callable[[bytes], None]] = {
    "policy_toml": policy_toml,
    "policy_words": policy_words,
    "evidence_table": evidence_table,
    "evidence_json": evidence_json,
    "export": export,
}

SEEDS: dict[str, list[bytes]] = {
    "policy_toml": [to_toml(Policy()).encode()],
    "policy_words": [words(Policy()).encode()],
    "evidence_table": [
        b"learner,competency,score,observed_at,key\nana,a,0.5,2026-03-02T09:00:00Z,\nbo,A.1,1,2026-03-02T09:00+01:00,k\n",
        b"learner,competency,points,maximum,observed_at,purpose,outcome\nana,b,1,2,2026-03-02T09:00:00Z,check,scored\n",
    ],
    "evidence_json": [
        b'{"learner": "ana", "competency": "a", "score": 0.5, "observed_at": "2026-03-02T09:00:00Z", "kind": "quiz"}\n',
        b'{"learner": "bo", "competency": "b", "points": 1, "maximum": 3, "observed_at": "2026-03-02T09:00:00Z"}\n',
    ],
    "export": ["\n".join(line.rstrip("\n") for line in _kept().export()).encode()],
}
"""One document or two for each target that are read, from which fuzzers start."""
