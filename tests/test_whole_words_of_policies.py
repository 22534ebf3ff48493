"""What policies, models and other systems' rules say when they are refused, word for word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from test_whole_words_of_refusals import Refused, told

from mastery import Policy
from mastery.criteria import Criteria
from mastery.models import Highest, Levels, NTimes, Sums, model, named, register
from mastery.peers import peer, peers
from mastery.policy import Special
from mastery.policy_words import from_words
from mastery.terms import Terms

NAMES = "sums, bkt, m_of_n, in_a_row, highest, latest, mean, weighted_average, exponential_average, n_times, best_of, "
NAMES += "points, levels"
PEERS = ", ".join(peers())
SECTIONS = "check, choice, criteria, floors, model, retention, special"


@frozen
class Nameless:
    """A model that nobody has given a name."""

    highest = 1.0
    window = None
    ages = False

    def of(self, pieces: object, *, on: object = None) -> None:
        """Estimate nothing."""


MAPPINGS: list[tuple[dict[str, Any], str]] = [
    ({"criterai": 1}, f"policy: 'criterai' is no setting; did you mean criteria? (there are: {SECTIONS})"),
    ({"zzz": 1}, f"policy: 'zzz' is no setting (there are: {SECTIONS})"),
    ({"criteria": 3}, "criteria: a table of settings was wanted, got 3"),
    (
        {"criteria": {"mastred_at": 0.9}},
        "criteria: 'mastred_at' is no setting; did you mean mastered_at? (there are: counts, mastered_at, novel, "
        "occasions, pieces)",
    ),
    ({"criteria": {"pieces": 0}}, "criteria.pieces: a whole number from 1 was wanted, got 0"),
    ({"check": True}, "check: a table of settings was wanted, got True"),
    ({"check": {"required": 1}}, "check.required: true or false was wanted, got 1"),
    ({"retention": {"lapse": "x"}}, "retention.lapse: one of keep, warn, lock was wanted, got 'x'"),
    ({"model": {"name": "sum"}}, f"one of {NAMES} was wanted, got 'sum'; did you mean sums?"),
    ({"model": {"window": 0}}, "model: window: a whole number from 1 was wanted, got 0"),
    ({"model": {"k": 1, "widnow": 3}}, "model: 'widnow' is no setting of sums; did you mean window?"),
    ({"choice": 0}, "choice: a whole number from 1 was wanted, got 0"),
    ({"special": 3}, "special: a list of tables was wanted ([[special]] in TOML), got 3"),
    (
        {"special": [{"check": False}]},
        "special 1: one of competency, kind, tag, code was wanted to say for which competencies it is, got none",
    ),
    ({"special": [{"tag": [3]}]}, "special 1: a text, or a list of texts, was wanted, got [3]"),
    (
        {"special": [{"tag": "t"}, {"kind": "skil"}]},
        "special 2: kind: one of knowledge, skill, application, disposition was wanted, got 'skil'; did you mean "
        "skill?",
    ),
    (
        {"special": [{"tag": "t", "tga": "u"}]},
        "special 1: 'tga' is no setting (there are: check, code, competency, criteria, kind, model, retention, tag)",
    ),
    (
        {"special": [{"tag": "t", "criteria": {"pieces": 0}}]},
        "special 1: criteria.pieces: a whole number from 1 was wanted, got 0",
    ),
]


@pytest.mark.parametrize(("data", "fault"), MAPPINGS)
def test_a_mapping_that_is_no_policy_says_so(data: dict[str, Any], fault: str) -> None:
    """One fault of a policy is named with its section and setting."""
    assert told(lambda: Policy.from_mapping(data)) == f"This policy cannot be read: {fault}"


def test_all_faults_of_a_mapping_are_told_in_order() -> None:
    """What is strange comes first, then the sections, the rest and the special rules, one fault a line."""
    data = {"zzz": 1, "choice": 0, "check": 1, "special": [{"tag": "t", "check": 2}]}
    assert told(lambda: Policy.from_mapping(data)) == (
        "This policy cannot be read: \n"
        f"  - policy: 'zzz' is no setting (there are: {SECTIONS})\n"
        "  - check: a table of settings was wanted, got 1\n"
        "  - choice: a whole number from 1 was wanted, got 0\n"
        "  - special 1: check: a table of settings was wanted, got 2"
    )


UNSATISFIABLE: list[tuple[dict[str, Any], str]] = [
    (
        {"model": Sums(k=1), "criteria": Criteria(1)},
        "mastered_at is 1.0, and Sums(window=5, k=1.0, m0=0.5, half_life_days=None) gives at most "
        "0.9166666666666666: nobody could reach it",
    ),
    (
        {"model": Levels(), "criteria": Criteria(1, counts={"formative"})},  # type: ignore[arg-type]
        "mastered_at is 1.0, and practice alone gives at most 0.8: let interim, summative or check work count",
    ),
    (
        {"model": NTimes(mastered_at=0.6), "criteria": Criteria(0.8)},
        "mastered_at is 0.8, and the model counts scores from 0.6: a better score could lose credit; let the model's "
        "mastered_at be as high",
    ),
    ({"criteria": Criteria(pieces=1)}, "2 occasions are wanted of 1 piece: ask for more pieces"),
]


@pytest.mark.parametrize(("given", "fault"), UNSATISFIABLE)
def test_a_policy_that_nobody_could_satisfy_says_why(given: dict[str, Any], fault: str) -> None:
    """A bar out of reach is told with what can be reached, for the whole policy and for a special rule."""
    assert told(lambda: Policy(**given)) == f"This policy could never be satisfied: {fault}"
    special = Special(tag="t", terms=Terms(**given))
    assert told(lambda: Policy(special=[special])) == f"This policy could never be satisfied: special 1: {fault}"


TEXTS: Refused = [
    (
        lambda: Policy.from_toml("choice = 0"),
        "This policy cannot be used: choice: a whole number from 1 was wanted, got 0",
    ),
    (
        lambda: Policy.from_toml("choice = 0", where="The policy p.toml"),
        "The policy p.toml cannot be used: choice: a whole number from 1 was wanted, got 0",
    ),
    (
        lambda: Policy.from_toml("choice"),
        "This policy is not TOML: Expected '=' after a key in a key/value pair (at end of document)",
    ),
    (
        lambda: Special(terms=Terms()),
        "This special rule cannot be used: one of competency, kind, tag, code was wanted to say for which competencies "
        "it is, got none",
    ),
    (
        lambda: model("bkt", prio=1),
        "This model cannot be built: model: 'prio' is no setting of bkt; did you mean prior?",
    ),
    (lambda: model("n_times", n=0), "This model cannot be built: model: n: a whole number from 1 was wanted, got 0"),
    (
        lambda: model("median"),
        f"This model cannot be built: one of {NAMES} was wanted, got 'median'; did you mean mean?",
    ),
    (lambda: model(3), f"This model cannot be built: one of {NAMES} was wanted, got 3"),  # type: ignore[arg-type]
    (
        lambda: named(Nameless()),
        "This policy cannot be written down: its model Nameless() has no name: give its class one with "
        "mastery.models.register",
    ),
    (
        lambda: register("mean")(Highest),
        "This model cannot be registered: 'mean' is the name of Mean already",
    ),
    (
        lambda: register("my own")(int),
        "This model cannot be registered: an attrs class or a dataclass was wanted, got <class 'int'>",
    ),
    (
        lambda: peer("canvas-latst"),
        f"There is no such policy: one of {PEERS} was wanted, got 'canvas-latst'; did you mean canvas-latest?",
    ),
    (
        lambda: peer("canvas-n-times", m=3, mastry=0.7),
        "The policy canvas-n-times cannot be built: \n"
        "  - 'm' is no parameter (there are: mastery, n)\n"
        "  - 'mastry' is no parameter; did you mean mastery? (there are: mastery, n)",
    ),
    (lambda: peer("khan", level=1), "The policy khan cannot be built: 'level' is no parameter (it has none)"),
    (
        lambda: peer("canvas-weighted-average", weight=100),
        "The policy canvas-weighted-average cannot be built: weight: a whole number from 1 to 99 was wanted, got 100",
    ),
    (
        lambda: peer("kolibri-m-of-n", m=8),
        "The policy kolibri-m-of-n cannot be built: m: at most n was wanted, got 8 of 7",
    ),
]


@pytest.mark.parametrize(("call", "text"), TEXTS)
def test_what_is_no_policy_or_model_says_so(call: Callable[[], object], text: str) -> None:
    """Unknown names come with the near miss, settings with their ranges, and each text begins with what cannot be."""
    assert told(call) == text


def test_a_file_that_is_no_policy_is_named(tmp_path: Path) -> None:
    """A file that is not there, or says what cannot be, is named first."""
    path = tmp_path / "rules.toml"
    missing = f"[Errno 2] No such file or directory: '{path}'"
    assert told(lambda: Policy.load(path)) == f"The policy {path} cannot be read: {missing}"
    path.write_text("choice = 0", "utf-8")
    fault = "choice: a whole number from 1 was wanted, got 0"
    assert told(lambda: Policy.load(path)) == f"The policy {path} cannot be used: {fault}"


ENOUGH = "- It is enough at 0.8, from at least 3 pieces on at least 2 occasions."
NO_CHECK = "- No knowledge check is asked for."
WORDS: list[tuple[str, str]] = [
    (
        "- It is enough, mostly.",
        "This policy cannot be read: line 1: this is no rule that can be read: It is enough, mostly.",
    ),
    (
        "- The estimate is the highest scores.",
        "This policy cannot be read: line 1: this is no rule that can be read (the nearest is: The estimate is the "
        "highest score.): The estimate is the highest scores.",
    ),
    (
        f"{ENOUGH}\n{ENOUGH}",
        "This policy cannot be read: line 2: this is settled already by another sentence above",
    ),
    (
        "For every competency:\n- The estimate is the highest score.\n\nFor some competencies:\n",
        "This policy cannot be read: line 4: this is no rule that can be read: For some competencies:",
    ),
    (
        f"{NO_CHECK}\n- There may be any number of attempts.",
        "This policy cannot be used: no knowledge check is asked for, and yet there are rules for one: one of the two "
        "goes",
    ),
    (
        "- This evidence counts: exam.",
        "This policy cannot be read: line 1: counts: one of formative, interim, summative, diagnostic, check, self was "
        "wanted, got 'exam'",
    ),
    (
        "- It is enough at 7, from at least 3 pieces on at least 2 occasions.",
        "This policy cannot be read: line 1: mastered_at: a number from 1e-06 to 1 was wanted, got 7.0",
    ),
    (
        '- The estimate is that of the model "sums" with {"widow": 3}.',
        "This policy cannot be read: line 1: This model cannot be built: model: 'widow' is no setting of sums; did you "
        "mean window?",
    ),
    (
        "- Nothing.\n- It is enough at 0.8, from at least 1 piece on\n  at least 2 occasions.\n- Never.",
        "This policy cannot be read: \n  - line 1: this is no rule that can be read: Nothing.\n"
        "  - line 4: this is no rule that can be read: Never.",
    ),
    (
        "- It is enough at 0.8, from at least 1 piece on at least 2 occasions.",
        "This policy cannot be used: 2 occasions are wanted of 1 piece: ask for more pieces",
    ),
]


@pytest.mark.parametrize(("text", "says"), WORDS)
def test_words_that_are_no_rules_are_told_with_their_line(text: str, says: str) -> None:
    """What cannot be read is told with its line and the nearest sentence, and begins with where it was read."""
    assert told(lambda: from_words(text)) == says
    where = "The policy rules.md"
    assert told(lambda: from_words(text, where=where)) == says.replace("This policy", where, 1)
