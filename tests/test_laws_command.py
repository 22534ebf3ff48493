"""`mastery laws`: every law under one's own rules, in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from typing_commands import Run

from mastery.testing import laws

SCHEMA = Path(__file__).parents[1] / "docs" / "schemas" / "laws.json"


def test_the_laws_are_told_under_a_policy_and_a_framework(typed: Run) -> None:
    """The answer has every law, fits its schema, and the exit code is 0 where none is broken."""
    arguments = ("--policy", "default", "--framework", "fractions-to-proportions", "--examples", "10")
    code, out, _ = typed("laws", *arguments, "--json")
    answer = json.loads(out)

    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(answer)
    assert code == 0
    assert [one["law"] for one in answer["laws"]] == [law.__name__ for law in laws.LAWS]
    assert answer["broken"] == 0


def test_a_broken_law_is_told_with_its_counterexample(typed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a law is broken, its smallest counterexample and what it means are told, and the exit code is 1."""
    verdict = laws.Verdict(
        number=11,
        law="better_scores",
        sentence="Better is better.",
        result="broken",
        examples=5,
        events={"cases": 4, "moved": 3},
        rare=(),
        counterexample="course = Course(...)\n",
        means="a learner would be better off had they done worse",
    )
    monkeypatch.setattr(laws, "check", lambda *_, **__: (verdict,))
    code, out, _ = typed("laws")

    assert code == 1
    assert "11 broken   Better is better." in out
    assert "better off had they done worse" in out
    assert "course = Course(...)" in out
