"""Policies in plain words and as TOML: what is printed is the whole policy, and reads back to the same one."""

from __future__ import annotations

import textwrap
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import profile

from competencies import Kind
from mastery import CheckRule, Criteria, Policy, PolicyError, Purpose, Retention, models
from mastery.models import MasteryModel
from mastery.peers import peer, peers
from mastery.policy import Special
from mastery.policy_sentences import CHECK, CRITERIA, MODELS, RETENTION
from mastery.policy_toml import to_toml
from mastery.policy_words import from_words, words
from mastery.retention import Lapse
from mastery.terms import Terms

UNIT = st.floats(1e-6, 1) | st.sampled_from((0.5, 0.8, 1.0))
DAYS = st.floats(0.01, 3650) | st.integers(1, 400)
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8) | st.sampled_from(("6.RP.*", 'a "b" or c', "x:"))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def built(name: str, **parameters: st.SearchStrategy[Any]) -> st.SearchStrategy[MasteryModel]:
    return st.fixed_dictionaries({}, optional=parameters).map(lambda given: models.model(name, **given))


MODEL: st.SearchStrategy[MasteryModel] = st.one_of(
    built("sums", window=maybe(st.integers(1, 99)), k=st.floats(0, 9), m0=UNIT, half_life_days=maybe(DAYS)),
    built(
        "bkt",
        prior=st.floats(0.3, 1),
        learn=st.floats(0, 0.5),
        guess=st.floats(1e-6, 0.5),
        slip=st.floats(1e-6, 0.4),
        forget=st.floats(0, 0.2),
        half_life_days=maybe(DAYS),
        floor=st.floats(0, 0.3),
    ),
    built("highest"),
    built("latest"),
    built("mean"),
    built("weighted_average", newest=st.floats(0.01, 0.99)),
    built("exponential_average", rate=st.floats(0.01, 0.99)),
    built("best_of", n=st.integers(1, 9)),
    built("n_times", n=st.integers(1, 9), mastered_at=UNIT),
    st.tuples(st.integers(1, 9), st.integers(0, 9)).map(lambda mn: models.model("m_of_n", m=mn[0], n=sum(mn))),
    built("in_a_row", k=st.integers(1, 9)),
    built("points", target=st.floats(5, 9), in_a_row=st.floats(1, 3), wrong=st.floats(0, 2), start=st.floats(0, 4)),
    built("levels", familiar_at=UNIT),
)
CRITERION = st.builds(
    lambda mastered_at, occasions, more, novel, counts: Criteria(
        mastered_at, occasions + more, occasions, novel, counts
    ),
    UNIT,
    st.integers(1, 3),
    st.integers(0, 3),
    st.integers(0, 2),
    st.frozensets(st.sampled_from(Purpose), min_size=1),
)
RULE = st.builds(
    CheckRule,
    pass_score=maybe(UNIT),
    wait_days=st.sampled_from((0, 1, 2, 0.5)) | st.floats(0, 3650),
    cap=maybe(st.integers(1, 9)),
    relearning=maybe(st.floats(0, 1)),
    challenge=st.booleans(),
    required=st.booleans(),
)
KEPT = st.builds(Retention, due_after_days=maybe(DAYS), lapse=st.sampled_from(Lapse))
TERMS = st.builds(Terms, MODEL, CRITERION, maybe(RULE), KEPT).filter(lambda terms: not list(terms.faults()))
SELECTORS = st.fixed_dictionaries(
    {},
    optional={
        "competency": st.lists(TEXT, min_size=1, max_size=2),
        "kind": st.lists(st.sampled_from(Kind), min_size=1, max_size=2),
        "tag": st.lists(TEXT, min_size=1, max_size=2),
        "code": st.lists(TEXT, min_size=1, max_size=2),
    },
).filter(bool)
SPECIAL = st.builds(lambda given, terms: Special(**given, terms=terms), SELECTORS, TERMS)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    terms = draw(TERMS)
    alike = st.builds(lambda given: Special(**given, terms=terms), SELECTORS)
    return Policy(
        terms.model,
        terms.criteria,
        terms.check,
        terms.retention,
        floors=draw(st.lists(TEXT, max_size=2)),
        choice=draw(maybe(st.integers(1, 9))),
        special=draw(st.lists(SPECIAL | alike, max_size=2)),
    )


@profile(100)
@given(policies())
def test_the_words_read_back_to_the_same_policy(policy: Policy) -> None:
    """A policy printed in plain words and read again is the same policy, whatever it says."""
    assert from_words(words(policy)) == policy


@profile(100)
@given(policies(), st.integers(40, 110))
def test_the_words_survive_being_wrapped(policy: Policy, width: int) -> None:
    """Lines wrapped for a terminal, as the command prints them, read back to the same policy."""
    lines = [
        textwrap.wrap(
            line,
            width,
            subsequent_indent="  " * line.startswith("- "),
            break_long_words=False,
            break_on_hyphens=False,
        )
        or [""]
        for line in words(policy).split("\n")
    ]
    assert from_words("\n".join(piece for line in lines for piece in line)) == policy


@profile(100)
@given(policies())
def test_the_toml_reads_back_to_the_same_policy(policy: Policy) -> None:
    """A policy written as TOML and read again is the same policy."""
    assert Policy.from_toml(to_toml(policy)) == policy


@profile(100)
@given(policies())
def test_a_special_rule_is_told_by_what_differs(policy: Policy) -> None:
    """Under a special rule stand the sentences that differ from the general ones, and no other."""
    general, *specials = words(policy).split("\nFor competencies")
    usual = set(general.splitlines())
    assert all(line not in usual for special in specials for line in special.splitlines() if line.startswith("- "))


@pytest.mark.parametrize("name", peers())
def test_every_named_policy_is_said_in_words(name: str) -> None:
    """The policies of other systems read back from their words and their TOML."""
    policy = peer(name)
    assert from_words(words(policy)) == policy == Policy.from_toml(to_toml(policy))


def test_no_sentence_is_read_as_another() -> None:
    """Each sentence is read by its own template alone, so that no rule is taken for another."""
    every = [*MODELS, *(one for group in (CRITERIA, CHECK, RETENTION) for several in group.values() for one in several)]
    examples = [
        *(models.model(name) for name in models.names()),
        *(models.Sums(None), Criteria(), Criteria(novel=1), Retention(None), Retention(7, Lapse.WARN)),
        *(Retention(7, Lapse.LOCK), CheckRule(), CheckRule(0.7, 0, 2, 0.5, challenge=True, required=False)),
    ]
    groups = [MODELS, *(several for group in (CRITERIA, CHECK, RETENTION) for several in group.values())]
    for alternatives in groups:
        for value in (value for value in examples if isinstance(value, alternatives[0].kind) or alternatives is MODELS):
            sentence = next((one for one in alternatives if one.says(value)), None)
            if sentence is not None:
                readers = [other for other in every if other.read(sentence.write(value)) is not None]
                assert readers == [sentence]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("There may be any", "There must be any", "line 10: this is no rule that can be read (the nearest is: There"),
        ("For every competency:", "For some:", "line 3: this is no rule"),
        ("enough at 0.8", "enough at 1.8", "line 5: mastered_at: a number from 1e-06 to 1 was wanted, got 1.8"),
        ("formative, ", "formativ, ", "did you mean formative?"),
        ("- There may", "- There may be any number of attempts.\n- There may", "line 11: this is settled already"),
        (
            "- A knowledge check confirms",
            "- No knowledge check is asked for.\n- A knowledge check confirms",
            "line 8: this is settled",
        ),
        ("latest 5 pieces that count", "latest 5000000 pieces that count", "window: a whole number"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(before: str, after: str, says: str) -> None:
    """A line that is no sentence of ours is refused with its number, what it was taken for and the nearest sentence."""
    text = words(Policy())
    assert before in text
    with pytest.raises(PolicyError) as refused:
        from_words(text.replace(before, after, 1))
    assert says in str(refused.value)


def test_no_check_and_rules_for_one_exclude_each_other() -> None:
    """Words that ask for no check and yet say how it may be retaken are refused."""
    text = "- No knowledge check is asked for.\n- There may be any number of attempts.\n"
    with pytest.raises(PolicyError, match="one of the two goes"):
        from_words(text)


@profile(100)
@given(st.text(max_size=200) | st.lists(st.sampled_from(words(Policy()).splitlines()), max_size=8).map("\n".join))
def test_any_text_is_a_policy_or_refused(text: str) -> None:
    """Whatever is given to be read, a policy comes of it or a PolicyError, and nothing else."""
    with suppress(PolicyError):
        assert from_words(words(from_words(text))) == from_words(text)
