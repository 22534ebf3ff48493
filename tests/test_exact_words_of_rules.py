"""Each sentence of a policy in plain words, to the letter: one and many, clauses, headings, quotes, wrapped lines."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import field, frozen

from competencies import Kind
from mastery import MasteryModel, Policy
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.facts import Purpose
from mastery.models import (
    BKT,
    BestOf,
    ExponentialAverage,
    Highest,
    InARow,
    Latest,
    Levels,
    Mean,
    MOfN,
    NTimes,
    Points,
    Sums,
    WeightedAverage,
    registry,
)
from mastery.policy import Special
from mastery.policy_words import from_words, words
from mastery.retention import Lapse, Retention
from mastery.sentences import number_text
from mastery.terms import Terms

USUAL = """\
The rules in plain words

For every competency:
- The estimate is the share of points won in the latest 5 pieces that count.
- It is enough at 0.8, from at least 3 pieces on at least 2 occasions.
- This evidence counts: formative, interim, summative, check.
- A knowledge check confirms it, passed at the score that the competency's own check has, else at 0.8.
- A passed check is not enough without the evidence.
- After a check that is not passed the next may be taken 1 day later.
- There may be any number of attempts.
- Credit falls due for a recheck 180 days after it was last confirmed.
- After a recheck that is not passed credit has lapsed; what builds on it stays open.
- A learner may choose among everything that is ready.
"""
SHARE = "The estimate is the share of points won in"
BAYES = "The estimate is the probability that it is known (Bayesian knowledge tracing):"
MODELS: list[tuple[MasteryModel, str]] = [
    (Sums(1), f"{SHARE} the latest 1 piece that counts."),
    (Sums(None), f"{SHARE} all pieces that count."),
    (Sums(k=1), f"{SHARE} the latest 5 pieces that count, with 1 piece of score 0.5 believed beforehand."),
    (
        Sums(2, k=0.5, m0=0.25, half_life_days=30),
        f"{SHARE} the latest 2 pieces that count, with 0.5 pieces of score 0.25 believed beforehand, a piece losing "
        "half its weight in 30 days.",
    ),
    (Sums(None, half_life_days=1), f"{SHARE} all pieces that count, a piece losing half its weight in 1 day."),
    (Sums(None, half_life_days=7.5), f"{SHARE} all pieces that count, a piece losing half its weight in 7.5 days."),
    (BKT(), f"{BAYES} 0.4 at first, 0.1 to learn it with each piece, 0.2 to guess, 0.1 to slip."),
    (
        BKT(forget=0.05, half_life_days=90, floor=0.2),
        f"{BAYES} 0.4 at first, 0.1 to learn it with each piece, 0.2 to guess, 0.1 to slip, 0.05 to forget it, halving "
        "in 90 days without a piece, though not below 0.2.",
    ),
    (Highest(), "The estimate is the highest score."),
    (Latest(), "The estimate is the latest score."),
    (Mean(), "The estimate is the mean of all scores."),
    (
        WeightedAverage(0.7),
        "The estimate is the newest score, which weighs 0.7, and the mean of the older ones, which weighs the rest.",
    ),
    (
        ExponentialAverage(0.7),
        "The estimate runs from the oldest score to the newest: each next one weighs 0.7, what went before the rest.",
    ),
    (BestOf(1), "The estimate is the mean of the best 1 score."),
    (BestOf(3), "The estimate is the mean of the best 3 scores."),
    (NTimes(5, 0.6), "The estimate is the mean of the scores from 0.6 up, once there are 5 of them."),
    (MOfN(1, 2), "The estimate is how many answers of the latest 2 are right, of 1 right answer wanted."),
    (MOfN(5, 7), "The estimate is how many answers of the latest 7 are right, of 5 right answers wanted."),
    (InARow(1), "The estimate is whether the latest answer is right."),
    (InARow(3), "The estimate is how many of the latest 3 answers are right."),
    (
        Points(),
        "The estimate is the points won, of 5 wanted: 1 for a right answer, 2 for the next in a row, less 1 for a "
        "wrong one.",
    ),
    (
        Points(start=1.5),
        "The estimate is the points won, of 5 wanted: 1 for a right answer, 2 for the next in a row, less 1 for a "
        "wrong one, from 1.5 at first.",
    ),
    (
        Levels(0.7),
        "The estimate is a level: attempted 0, familiar 0.5 by practice from 0.7, proficient 0.8 by practice without a "
        "mistake, mastered 1 by mixed work after that.",
    ),
]
OPTIONAL = "A knowledge check may be taken but is not asked for, passed"
NEXT = "After a check that is not passed the next may be taken"
SECTIONS: list[tuple[dict[str, Any], int, list[str]]] = [
    ({"criteria": Criteria(1, 1, 1)}, 1, ["It is enough at 1, from at least 1 piece on at least 1 occasion."]),
    (
        {"criteria": Criteria(0.85, 4, 2, novel=1, counts={Purpose.CHECK, Purpose.SELF})},
        1,
        [
            "It is enough at 0.85, from at least 4 pieces on at least 2 occasions, 1 of them in a novel context.",
            "This evidence counts: check, self.",
        ],
    ),
    ({"check": None}, 3, ["No knowledge check is asked for."]),
    ({"check": CheckRule(pass_score=0.9)}, 3, ["A knowledge check confirms it, passed at 0.9."]),
    ({"check": CheckRule(required=False, pass_score=1)}, 3, [f"{OPTIONAL} at 1."]),
    (
        {"check": CheckRule(required=False)},
        3,
        [f"{OPTIONAL} at the score that the competency's own check has, else at 0.8."],
    ),
    ({"check": CheckRule(challenge=True)}, 4, ["The check may be taken first, and a pass is then enough."]),
    ({"check": CheckRule(wait_days=0)}, 5, [f"{NEXT} at once."]),
    (
        {"check": CheckRule(wait_days=0, relearning=0.7)},
        5,
        [f"{NEXT} at once, with practice at 0.7 or better in between."],
    ),
    ({"check": CheckRule(wait_days=2.5)}, 5, [f"{NEXT} 2.5 days later."]),
    ({"check": CheckRule(relearning=0)}, 5, [f"{NEXT} 1 day later, with practice at 0 or better in between."]),
    ({"check": CheckRule(cap=1)}, 6, ["After 1 attempt without a pass a person decides."]),
    ({"check": CheckRule(cap=3)}, 6, ["After 3 attempts without a pass a person decides."]),
    ({"retention": Retention(None)}, 7, ["Credit never falls due for a recheck."]),
    ({"retention": Retention(1)}, 7, ["Credit falls due for a recheck 1 day after it was last confirmed."]),
    (
        {"retention": Retention(lapse=Lapse.WARN)},
        8,
        ["After a recheck that is not passed credit has lapsed; what builds on it stays open with a warning."],
    ),
    (
        {"retention": Retention(lapse=Lapse.LOCK)},
        8,
        ["After a recheck that is not passed credit has lapsed; what builds on it is locked until it is repaired."],
    ),
    ({"choice": 1}, 9, ["A learner may choose among 1 that are ready."]),
]


def sentences(policy: Policy) -> list[str]:
    """Return the sentences of a policy without special rules, after looking at the lines before them."""
    title, empty, heading, *said = words(policy).splitlines()
    assert (title, empty, heading) == ("The rules in plain words", "", "For every competency:")
    assert all(line.startswith("- ") for line in said)
    assert from_words(words(policy)) == policy
    return [line.removeprefix("- ") for line in said]


def test_the_usual_policy_reads_like_this() -> None:
    """The policy that nothing was said about is these ten sentences under their heading."""
    assert words(Policy()) == USUAL
    assert from_words(USUAL) == Policy()


@pytest.mark.parametrize(("model", "sentence"), MODELS)
def test_a_model_is_one_sentence(model: MasteryModel, sentence: str) -> None:
    """A model is told in one sentence, with its clauses where they are not as usual, and nothing else differs."""
    policy = Policy(model, Criteria(0.5), retention=Retention(lapse=Lapse.KEEP))
    assert sentences(policy)[0] == sentence
    assert sentences(policy)[2:] == sentences(Policy())[2:]


@pytest.mark.parametrize(("settings", "at", "said"), SECTIONS)
def test_a_setting_is_one_sentence(settings: dict[str, Any], at: int, said: list[str]) -> None:
    """A setting takes the place of its usual sentence; a check that is not asked for has no rules."""
    usual = sentences(Policy())
    after = at + (4 if settings.get("check", 0) is None else len(said))
    assert sentences(Policy(**settings)) == [*usual[:at], *said, *usual[after:]]


def test_what_comes_first_is_quoted() -> None:
    """Names stand in quotes, with white space that wrapping could lose written out, and come back as they were."""
    floors = ("a b", " x", "x ", "c\u00a0d  e", "\t", 'a "b"')
    policy = Policy(floors=floors, choice=2)
    quoted = r'"a b", "\u0020x", "x\u0020", "c\u00a0d\u0020 e", "\t", "a \"b\""'
    assert words(policy).splitlines()[-2:] == [
        f"- These come first until they are met: {quoted}.",
        "- A learner may choose among 2 that are ready.",
    ]
    assert from_words(words(policy)) == policy


STRICT = Terms(criteria=Criteria(0.9))
ENOUGH = "- It is enough at 0.9, from at least 3 pieces on at least 2 occasions."
HEADINGS: list[tuple[Special, str]] = [
    (Special(tag="t", terms=STRICT), 'For competencies tagged "t", as above, except:'),
    (Special(tag=("t", "u v"), terms=Terms()), 'For competencies tagged "t" or "u v", just as above.'),
    (Special(competency=("a", "b"), terms=STRICT), 'For competencies "a" or "b", as above, except:'),
    (
        Special(kind=(Kind.SKILL, Kind.KNOWLEDGE), terms=STRICT),
        "For competencies of the kind skill or knowledge, as above, except:",
    ),
    (
        Special(competency="a", kind="skill", tag="t", code="6.*", terms=STRICT),  # type: ignore[arg-type]
        'For competencies "a", of the kind skill, tagged "t", with a code like "6.*", as above, except:',
    ),
]


@pytest.mark.parametrize(("special", "heading"), HEADINGS)
def test_a_special_rule_has_its_heading(special: Special, heading: str) -> None:
    """For which competencies a special rule is stands above what differs from the rest, and reads back."""
    policy = Policy(special=[special])
    head = USUAL.replace("For every competency:", "For every competency that no special rule below names:")
    differing = [ENOUGH, ""] if special.terms == STRICT else [""]
    assert words(policy) == "\n".join([head, heading, *differing])
    assert from_words(words(policy)) == policy


def test_of_several_special_rules_the_first_rules() -> None:
    """Where there are several, their order is told last, once."""
    policy = Policy(special=[Special(tag="t", terms=STRICT), Special(tag="u", terms=Terms())])
    assert words(policy).splitlines()[-6:] == [
        'For competencies tagged "t", as above, except:',
        ENOUGH,
        "",
        'For competencies tagged "u", just as above.',
        "",
        "Where more than one of these fits a competency, it lives by the first.",
    ]
    assert from_words(words(policy)) == policy


@frozen
class Halved:
    """Half of the latest score, or another share of it."""

    share: float = field(default=0.5)

    highest = 1.0
    window = 1
    ages = False

    def of(self, pieces: object, *, on: object = None) -> None:
        """Estimate nothing."""


def test_a_model_of_ones_own_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registered model is told by its name and its parameters."""
    monkeypatch.setitem(registry._MODELS, 'my "half"', Halved)
    policy = Policy(Halved(0.25))
    assert sentences(policy)[0] == r'The estimate is that of the model "my \"half\"" with {"share": 0.25}.'
    assert sentences(policy)[1:] == sentences(Policy())[1:]


def test_lines_may_be_wrapped_and_headings_stand_close() -> None:
    """A sentence goes on until the next dash, an empty line or the end; after a heading something new begins."""
    wrapped = USUAL.replace(", from at least", ",\n  from at\n\tleast").replace("competency:\n", "competency:\n\n")
    assert from_words("\ufeff" + wrapped) == Policy()
    close = 'For every competency:\nFor competencies\ntagged "t",\nas above, except:\n'
    assert from_words(close + ENOUGH) == Policy(special=[Special(tag="t", terms=STRICT)])
    just = 'For competencies tagged "t", just as above.\nFor competencies tagged "u", as above, except:\n'
    special = [Special(tag="t", terms=Terms()), Special(tag="u", terms=STRICT)]
    assert from_words(just + ENOUGH) == Policy(special=special)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (180.0, "180"), (0.1, "0.1"), (999999999999999.0, "999999999999999"), (1e15, "1000000000000000.0"),
     (1e16, "1e+16"), (1e-06, "1e-06"), (3, "3")],
)  # fmt: skip
def test_a_number_is_written_as_people_do(value: float, text: str) -> None:
    """Whole numbers lose their point while they are short enough to be read, and every number reads back."""
    assert number_text(value) == text
    assert float(text) == value
