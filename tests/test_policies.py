"""Policies with terms of their own for some competencies, and policies that nobody could satisfy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from oracle_terms import terms_for
from worlds import Pick, World, profile, worlds

from competencies import Competency, Framework, Kind, UnknownCompetency
from mastery import (
    CheckRule,
    Criteria,
    Engine,
    Evidence,
    MasteryModel,
    Policy,
    PolicyError,
    Purpose,
    Retention,
    Status,
    Sums,
    evaluate,
    models,
)
from mastery.models import BKT
from mastery.policy import Special
from mastery.terms import Terms

FIRST = datetime(2026, 1, 5, 8, tzinfo=UTC)
BOOK = Framework(
    "book",
    [
        Competency("whole", "W", tags=("core",)),
        Competency("half", "W.1"),
        Competency("a", "W.1.a", kind=Kind.SKILL),
        Competency("b", "W.1.b", kind=Kind.KNOWLEDGE, tags=("core", "hard")),
        Competency("c", "X.2", kind=Kind.SKILL, tags=("hard",)),
        Competency("d"),
    ],
    part_of={"half": "whole", "a": "half", "b": "half"},
    formerly={"old-c": ("c",), "old-half": ("half",)},
)
LEAVES = ("a", "b", "c", "d")
MINE = Terms(check=None)


def ruled(**selectors: Any) -> set[str]:
    """The competencies that a special rule with these selectors is for."""
    policy = Policy(special=[Special(**selectors, terms=MINE)])
    return {name for name in LEAVES if policy.terms_of(BOOK, name) == MINE}


# Special terms.


@pytest.mark.parametrize(
    ("selectors", "fits"),
    [
        ({"competency": "a"}, "a"),
        ({"competency": "W.1.b"}, "b"),
        ({"competency": ["a", "X.2"]}, "ac"),
        ({"competency": "half"}, "ab"),
        ({"competency": "W"}, "ab"),
        ({"competency": "old-c"}, "c"),
        ({"competency": "old-half"}, "ab"),
        ({"kind": "skill"}, "ac"),
        ({"kind": [Kind.SKILL, "knowledge"]}, "abc"),
        ({"tag": "hard"}, "bc"),
        ({"tag": "core"}, "ab"),
        ({"code": "W.1.*"}, "ab"),
        ({"code": "W.?"}, "ab"),
        ({"code": "?.2"}, "c"),
        ({"code": "W.[1]*"}, ""),
        ({"code": ["X.*", "W.1.a"]}, "ac"),
        ({"kind": "skill", "tag": "hard"}, "c"),
        ({"kind": "knowledge", "code": "W.*"}, "b"),
        ({"competency": "whole", "kind": "skill"}, ""),
        ({"tag": "core", "code": "W"}, "ab"),
    ],
)
def test_a_special_rule_is_for_what_fits_every_selector(selectors: dict[str, Any], fits: str) -> None:
    """By any text of each selector given, in one and the same competency or group; a group means all its parts."""
    assert ruled(**selectors) == set(fits)


def test_the_first_special_rule_that_fits_is_in_force() -> None:
    """Two rules for one competency: the one written first is lived by, whole, and the other says nothing."""
    strict, easy = Terms(criteria=Criteria(0.9)), Terms(criteria=Criteria(0.5))
    rules = [Special(competency="half", terms=strict), Special(kind="skill", terms=easy)]
    found = {name: Policy(special=rules).terms_of(BOOK, name) for name in LEAVES}
    assert found == {"a": strict, "b": strict, "c": easy, "d": Policy().terms}
    assert Policy(special=rules[::-1]).terms_of(BOOK, "a") == easy


@given(worlds())
@profile(200)
def test_terms_are_those_of_the_plain_reading(drawn: tuple[World, Pick]) -> None:
    """For any framework and policy, the terms of a competency are what the oracle finds by its own code."""
    world, _ = drawn
    for name in world.leaves:
        assert world.policy.terms_of(world.framework, name) == terms_for(world.framework, world.policy, name)


def work(name: str, *scores: float, purpose: Purpose = Purpose.FORMATIVE, first: int = 0) -> list[Evidence]:
    return [
        Evidence("ana", name, score, FIRST + timedelta(days=n), purpose=purpose, key=f"{name}-{n}", occasion=f"o{n}")
        for n, score in enumerate(scores, first)
    ]


def test_special_terms_are_what_is_enforced() -> None:
    """One piece suffices where the special rule says so, and elsewhere the rest of the policy still asks for more."""
    easy = Terms(criteria=Criteria(0.5, 1, 1), check=None)
    policy = Policy(special=[Special(kind="skill", terms=easy)])
    facts = [piece for name in LEAVES for piece in work(name, 0.6)]
    progress = evaluate(BOOK, policy, facts, FIRST + timedelta(days=30))
    assert set(progress.credits) == {"a", "c"}
    assert progress.status("b") is Status.IN_PROGRESS


def test_terms_follow_a_competency_into_its_next_edition() -> None:
    """A rule that names a competency by its former name goes on to hold for what succeeds it."""
    assert ruled(competency="old-c") == {"c"}
    engine = Engine(BOOK, Policy(special=[Special(competency="old-c", terms=MINE)]))
    assert engine.record(*work("c", 0.9, 0.9, 0.9)).awards[0].competency == "c"


def test_a_special_rule_about_what_there_is_not_is_refused() -> None:
    """A competency that the framework neither has nor had is named when the two meet, with the near miss."""
    with pytest.raises(UnknownCompetency, match=r"W\.1\.z.*did you mean W\.1\."):
        evaluate(BOOK, Policy(special=[Special(competency=["a", "W.1.z"], terms=MINE)]), [], FIRST)


@pytest.mark.parametrize(
    ("selectors", "says"),
    [
        ({}, "one of competency, kind, tag, code was wanted"),
        ({"competency": []}, "one of competency, kind, tag, code was wanted"),
        ({"kind": "skil"}, "did you mean skill?"),
        ({"tag": ""}, "a text, or a list of texts, was wanted"),
        ({"code": [1]}, "a text, or a list of texts, was wanted"),
    ],
)
def test_a_special_rule_without_a_selector_is_refused(selectors: dict[str, Any], says: str) -> None:
    """Nothing selected, or something that selects nothing that there could be, is no rule."""
    with pytest.raises((PolicyError, ValueError)) as refused:
        Special(**selectors, terms=MINE)
    assert says in str(refused.value)


TOML = """
floors = ["a"]
[model]
name = "best_of"
n = 2
[criteria]
mastered_at = 0.7
[[special]]
tag = "hard"
check = false
[special.criteria]
pieces = 5
[[special]]
kind = ["skill", "knowledge"]
code = "W.*"
[special.model]
n = 4
[special.retention]
due_after_days = false
[[special]]
competency = ["d", "half"]
model = { name = "bkt", learn = 0.2 }
"""


def test_what_a_special_rule_leaves_out_stays_as_in_the_rest() -> None:
    """Section by section and setting by setting; another model begins from its own defaults."""
    policy = Policy.from_toml(TOML)
    first, second, third = (special.terms for special in policy.special)
    assert first == evolve(policy.terms, check=None, criteria=Criteria(0.7, 5))
    assert second == evolve(policy.terms, model=models.BestOf(4), retention=Retention(None))
    assert third == evolve(policy.terms, model=BKT(learn=0.2))


def test_a_policy_with_special_terms_is_written_down_and_read() -> None:
    """As JSON and back it is the same policy of the same version; another order of rules is another policy."""
    policy = Policy.from_toml(TOML)
    again = Policy.from_mapping(policy.to_json())
    assert (again, again.version) == (policy, policy.version)
    other = evolve(policy, special=policy.special[::-1])
    assert (other == policy, other.version == policy.version) == (False, False)


def test_all_faults_of_special_rules_come_at_once() -> None:
    """Each fault says in which rule it is and in which section, beside those of the rest of the policy."""
    with pytest.raises(PolicyError) as refused:
        Policy.from_toml(
            """
            colour = 1
            [criteria]
            pieces = 0
            [[special]]
            kind = "skil"
            [[special]]
            tag = "core"
            modle = 1
            [special.model]
            name = "bets_of"
            [special.check]
            wait_days = -1
            [[special]]
            check = false
            """
        )
    told = [fault.partition(":")[0] for fault in refused.value.faults]
    assert sorted(told) == ["criteria.pieces", "policy", *["special 1"], *["special 2"] * 3, "special 3"]
    for words in ("did you mean skill?", "did you mean model?", "did you mean best_of?", "check.wait_days", "colour"):
        assert words in str(refused.value)


def test_special_terms_that_nobody_could_satisfy_are_refused() -> None:
    """Every rule is asked whether anybody could live up to it, and each fault names its rule."""
    beyond = [
        Terms(Sums(2, k=1), Criteria(0.9)),
        Terms(),
        Terms(BKT(forget=0.2), Criteria(0.85, pieces=1, occasions=2)),
    ]
    with pytest.raises(PolicyError) as refused:
        Policy(special=[Special(tag="core", terms=terms) for terms in beyond])
    assert [fault.partition(":")[0] for fault in refused.value.faults] == ["special 1", "special 3", "special 3"]


# What nobody could satisfy.


@pytest.mark.parametrize(
    ("model", "criteria", "says"),
    [
        (Sums(2, k=1), Criteria(0.9), "gives at most 0.833"),
        (Sums(None, k=1), Criteria(1.0), "gives at most 0.99"),
        (BKT(forget=0.1), Criteria(0.9), "gives at most 0.8"),
        (models.NTimes(3, 0.6), Criteria(0.7), "a better score could lose credit"),
        (models.Levels(), Criteria(0.9, counts={"formative"}), "practice alone gives at most 0.8"),
        (
            models.Levels(),
            Criteria(0.81, counts={"formative", "diagnostic"}),
            "let interim, summative or check work count",
        ),
        (models.Mean(), Criteria(pieces=1, occasions=2), "ask for more pieces"),
    ],
)
def test_a_bar_that_nobody_could_reach_is_refused(model: MasteryModel, criteria: Criteria, says: str) -> None:
    """A bar beyond what the model can give, or that a better score could lose, makes no policy."""
    with pytest.raises(PolicyError) as refused:
        Policy(model, criteria)
    assert says in str(refused.value)


@pytest.mark.parametrize("name", sorted(set(models.names()) - {"n_times"}))
def test_a_bar_at_the_limit_is_none_too_high(name: str) -> None:
    """What a model can just give may be asked for: the limit itself, where it is reached, is no fault."""
    built = models.model(name)
    assert Policy(built, Criteria(built.highest, 1, 1)).criteria.mastered_at == built.highest


def test_a_check_rule_of_a_special_rule_stands_alone() -> None:
    """Where the policy asks for a check and a special rule asks for none, its competencies are met without one."""
    policy = Policy(check=CheckRule(), special=[Special(code="X.*", terms=Terms(check=None))])
    facts = [*work("c", 0.9, 0.9, 0.9), *work("d", 0.9, 0.9, 0.9)]
    progress = evaluate(BOOK, policy, facts, FIRST + timedelta(days=9))
    assert (progress.status("c"), progress.status("d")) == (Status.MET, Status.CHECK_DUE)
