"""Models of a user's own: named once, they work in policies, in an engine on a file, and come back from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

import mastery
from competencies import Competency, Framework
from mastery import Criteria, Evidence, Policy, Status
from mastery.errors import PolicyError
from mastery.models import Estimate, model, named, names, register, registry

FIRST = datetime(2026, 3, 2, 8, tzinfo=UTC)
ONE = Framework("one", [Competency("a"), Competency("b")], requires={"b": "a"})


@attrs.frozen
class Median:
    """The lower of the two scores in the middle, of the latest `window`."""

    window: int = 3
    generous: bool = False
    note: str | None = None

    highest = 1.0
    ages = False

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:
        """Return the estimate; None without pieces."""
        scores = sorted(piece.score or 0.0 for piece in pieces[-self.window :])
        if not scores:
            return None
        middle = scores[len(scores) // 2 if self.generous else (len(scores) - 1) // 2]
        return Estimate(middle, scores[0], scores[-1], len(scores))


@dataclass(frozen=True)
class Lowest:
    """The lowest score of all; a dataclass, and with nothing to set."""

    highest = 1.0
    window = None
    ages = False

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:
        """Return the estimate; None without pieces."""
        scores = [piece.score or 0.0 for piece in pieces]
        return Estimate(min(scores), min(scores), max(scores), len(scores)) if scores else None


@pytest.fixture(autouse=True)
def _own() -> Iterator[None]:
    """The models of this file have names here, and nowhere else."""
    before = dict(registry._MODELS)
    register("median")(Median)
    register("lowest")(Lowest)
    yield
    registry._MODELS.clear()
    registry._MODELS.update(before)


def work(*scores: float) -> list[Evidence]:
    return [
        Evidence("ana", "a", score, FIRST + timedelta(days=n), key=f"work-{n}", occasion=f"day-{n}")
        for n, score in enumerate(scores)
    ]


@pytest.mark.parametrize(
    "rule", [Median(), Median(5, True, "a note"), Median(note="0"), Lowest()], ids=lambda rule: repr(rule)
)
def test_a_model_of_ones_own_is_written_down_and_read(rule: Any) -> None:
    """Its parameters, none among them, come back by its name; so does a policy, as JSON and by its version."""
    assert model(**named(rule)) == rule
    policy = Policy(model=rule, check=None)
    again = Policy.from_mapping(policy.to_json())
    assert (again, again.version) == (policy, policy.version)


def test_a_policy_file_names_a_model_of_ones_own() -> None:
    """TOML names it like any other, and a wrong parameter is refused with the near miss."""
    policy = Policy.from_toml("check = false\n[model]\nname = 'median'\nwindow = 5")
    assert policy.model == Median(5)
    with pytest.raises(PolicyError, match="did you mean window"):
        Policy.from_toml("[model]\nname = 'median'\nwindwo = 5")


def test_a_model_of_ones_own_earns_credit_and_comes_back_from_a_file(tmp_path: Path) -> None:
    """An engine on a file lives by it: a median of .8 earns, the file opens again by it, and lists it as its rules."""
    rules = Policy(model=Median(), criteria=Criteria(0.8, 3, 2), check=None)
    with mastery.open(tmp_path / "school.db", ONE, rules) as engine:
        engine.record(*work(0.1, 0.8))
        assert engine.progress("ana").status("b") is Status.LOCKED
        receipt = engine.record(*work(0.1, 0.8, 0.9)[2:])
        assert [award.competency for award in receipt.awards] == ["a"]
    with mastery.open(tmp_path / "school.db") as engine:
        assert engine.policy == rules
        assert engine.progress("ana").standing("a").estimate == Estimate(0.8, 0.1, 0.9, 3)
        assert engine.progress("ana").status("b") is Status.READY


def test_a_file_that_lives_by_a_model_unknown_here_says_so(tmp_path: Path) -> None:
    """A process that has not registered the model is told its name, and nothing is guessed in its place."""
    mastery.open(tmp_path / "school.db", ONE, Policy(model=Lowest(), check=None)).close()
    del registry._MODELS["lowest"]
    with pytest.raises(mastery.MasteryError, match="'lowest'"):
        mastery.open(tmp_path / "school.db")


def test_a_policy_whose_model_has_no_name_cannot_be_written_down() -> None:
    """It can be used, but not kept: the message says how to give its class a name."""
    del registry._MODELS["median"]
    policy = Policy(model=Median(), check=None)
    with pytest.raises(PolicyError, match=r"mastery\.models\.register"):
        policy.to_json()


def test_a_bar_beyond_a_model_of_ones_own_is_refused() -> None:
    """`highest` of one's own model is asked like that of any other."""

    @attrs.frozen
    class Modest(Median):
        highest = 0.7

    with pytest.raises(PolicyError, match=r"gives at most 0\.7"):
        Policy(model=Modest())


class Plain:
    """Neither an attrs class nor a dataclass."""


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [("median", Lowest, "'median' is the name of Median already"), ("plain", Plain, "attrs class or a dataclass")],
)
def test_a_name_is_given_once_and_to_a_value(name: str, kind: type, says: str) -> None:
    """A name in use, and a class whose parameters cannot be told, are refused; the same class may come again."""
    with pytest.raises(PolicyError, match=says):
        register(name)(kind)
    again: Callable[[type], type] = register("median")
    assert again(Median) is Median
    assert names().count("median") == 1
