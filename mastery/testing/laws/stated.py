"""What is said of a law beside its sentence: its number, what it means for a learner, how often it must be met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from attrs import frozen

from competencies.testing import events

__all__ = ["STATED", "Broken", "Stated", "law", "sentence"]

F = TypeVar("F", bound=Callable[..., object])


@frozen
class Stated:
    """A law's `number`, what it `means` for a learner, and the `least` share of cases that hold each event."""

    number: int
    means: str
    least: Mapping[str, float]


STATED: dict[str, Stated] = {}
"""What is said of each law, by the name of its function."""


def law(number: int, means: str, **least: float) -> Callable[[F], F]:
    """State of a function that it is a law. Use it as a decorator."""

    def keep(function: F) -> F:
        STATED[function.__name__] = Stated(number, means, least)
        return function

    return keep


def sentence(function: Callable[..., object]) -> str:
    """Return the sentence of a law: its docstring on one line."""
    return " ".join((function.__doc__ or "").split())


class Broken(events.Broken):
    """A law does not hold: the message says the law, the counterexample, and what it means for a learner."""

    def __init__(self, law: Callable[..., object], **case: Any) -> None:
        super().__init__(law, **case)
        self.means = STATED[law.__name__].means
        self.args = (f"{self}\nFor a learner: {self.means}",)
