"""`mastery policy` and `mastery publish policy`: the rules as people read, edit and publish them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from typing_commands import ROOT, Run

import competencies
import mastery
from mastery import CheckRule, Criteria, Evidence, Policy
from mastery.adapters.cli.rules import policy_named
from mastery.peers import peer, peers
from mastery.policy import Special
from mastery.publishing import idle_rules
from mastery.terms import Terms

WEEK = str(ROOT / "examples" / "week.csv")


def test_the_printed_rules_are_the_rules_in_force(school: Run, tmp_path: Path) -> None:
    """What `policy` prints, in words or as TOML, is read by `publish policy` as the policy in force already."""
    for name, arguments in (("rules.txt", ()), ("rules.toml", ("--toml",))):
        (tmp_path / name).write_text(school("policy", *arguments)[1])
        code, out, _ = school("publish", "policy", name, "--check")
        assert code == 0
        assert "It is the policy in force already." in out
        assert "Touched: 0 of 2 learners." in out


def test_publishing_tells_what_changes_for_whom_before_it_does(school: Run, tmp_path: Path) -> None:
    """`--check` says which sentences change, who gains, who is asked for what, and writes nothing; then it is done."""
    rules = school("policy")[1]
    stricter = rules.replace("enough at 0.8", "enough at 0.95")
    (tmp_path / "rules.txt").write_text(stricter)

    code, out, _ = school("publish", "policy", "rules.txt", "--check")
    assert code == 1  # credit would be under question
    assert "was: It is enough at 0.8, from at least 3 pieces on at least 2 occasions." in out
    assert "now: It is enough at 0.95, from" in out
    assert "For every competency" not in out
    assert "Credit kept under question, for a person to confirm or revoke: 1, of 1 learner." in out
    assert "Work: to continue: 1, of 1 learner." in out
    assert "Nothing was written." in out
    assert school("policy")[1] == rules

    assert school("publish", "policy", "rules.txt")[0] == 0
    assert school("policy")[1] == stricter


def test_an_answer_in_json_fits_its_schema(school: Run) -> None:
    """`policy --json` and `publish policy --json` have the shapes of docs/schemas."""
    for schema, arguments in (("policy", ("policy",)), ("publish", ("publish", "policy", "canvas-latest", "--check"))):
        answer = json.loads(school(*arguments, "--json")[1])
        jsonschema.validate(answer, json.loads((ROOT / "docs" / "schemas" / f"{schema}.json").read_text("utf-8")))
    assert answer["learners"]


def test_every_named_policy_can_be_listed_printed_and_lived_by(typed: Run) -> None:
    """`--list` has every name, and `init --policy NAME` makes a database that lives by it."""
    listed = typed("policy", "--list")[1]
    assert all(name in listed for name in ("default", *peers()))
    assert typed("init", "--framework", "fractions-to-proportions", "--policy", "canvas-n-times:n=3")[0] == 0
    assert "once there are 3 of them" in typed("policy")[1]


def test_a_name_takes_parameters() -> None:
    """Behind a colon stand the parameters that the named policy takes."""
    assert policy_named("canvas-n-times:n=3,mastery=0.5") == peer("canvas-n-times", n=3, mastery=0.5)
    assert policy_named("default") == Policy()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("slat", "did you mean slate?"),
        ("canvas-n-times:n=11", "n: a whole number from 1 to 10 was wanted, got 11"),
        ("canvas-n-times:n=x", "got 'x'"),
        ("canvas-n-times:m=3", "'m' is no parameter (there are: mastery, n)"),
        ("kolibri-m-of-n:m=8", "m: at most n was wanted, got 8 of 7"),
        ("odd.toml", "did you mean criteria?"),
        ("gone.toml", "The policy gone.toml cannot be read"),
        ("latin.txt", "The policy latin.txt cannot be read"),
        ("odd.txt", "line 1: this is no rule that can be read"),
    ],
)
def test_a_policy_that_cannot_be_had_is_told_with_what_was_meant(
    typed: Run, tmp_path: Path, name: str, says: str
) -> None:
    """A name, parameter or file that cannot be used leaves with exit code 1 and one message that helps."""
    (tmp_path / "odd.toml").write_text("criterai = 1")
    (tmp_path / "odd.txt").write_text("Be nice.")
    (tmp_path / "latin.txt").write_bytes(b"\xe9")
    code, _, err = typed("policy", name)
    assert code == 1
    assert says in err


def test_a_rule_for_nobody_is_told() -> None:
    """A special rule that fits no competency, or only such as an earlier rule has, is numbered when it is published."""
    framework = competencies.Framework("three", [competencies.Competency(name) for name in "abc"])
    special = [Special(competency=one, terms=Terms()) for one in (["a", "b"], ["b"])]
    special += [Special(code="z*", terms=Terms()), Special(competency="b", tag="t", terms=Terms())]

    assert idle_rules(Policy(special=special), framework) == [2, 3, 4]


def test_work_is_what_is_asked_anew() -> None:
    """A policy that wants a check where none was wanted asks for it each learner who is so far."""
    framework = competencies.Framework("two", [competencies.Competency("a"), competencies.Competency("b")])
    easy = Policy(criteria=Criteria(pieces=2, occasions=1), check=None)
    engine = mastery.Engine(framework, easy)
    when = engine.progress("ana").at
    engine.record(*(Evidence("ana", name, score, when) for name, score in (("a", 1.0), ("b", 0.5))))

    (impact,) = engine.preview(policy=Policy(criteria=Criteria(pieces=1, occasions=1), check=CheckRule()))

    assert [(work.action.value, work.competencies) for work in impact.work] == [("check", ("a",))]
