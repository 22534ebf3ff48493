"""How settings are read and checked: validators that are made anew for a test, with every edge of their ranges."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan
from types import SimpleNamespace
from typing import Any

import pytest
from test_whole_words_of_refusals import told

from mastery.facts import Purpose
from mastery.settings import between, count_or_none, member, number, number_or_none, optional, score, truth, whole

MAKERS: list[tuple[Callable[[], Callable[[Any, Any, Any], None]], list[Any], list[Any], str]] = [
    (
        lambda: between(0.5, 2),
        [0.5, 1, 2, 2.0],
        [0.499, 2.001, nan, inf, -inf, True, "1", None],
        "a number from 0.5 to 2",
    ),
    (lambda: between(0, inf), [0, 1e300], [inf, -1, False], "a number from 0 to inf"),
    (lambda: whole(1), [1, 2, 1_000_000], [0, 1_000_001, 1.0, True, "1", None], "a whole number from 1"),
    (lambda: whole(0, 3), [0, 3], [-1, 4, False], "a whole number from 0"),
    (lambda: optional(whole(2)), [None, 2], [1, False], "a whole number from 2"),
    (lambda: truth, [True, False], [0, 1, None, "true"], "true or false"),
]


@pytest.mark.parametrize(("make", "taken", "refused", "wanted"), MAKERS)
def test_a_validator_takes_its_range_and_nothing_beside_it(
    make: Callable[[], Callable[[Any, Any, Any], None]], taken: list[Any], refused: list[Any], wanted: str
) -> None:
    """Both ends are taken, and what is beyond them or of another kind is refused with the name of the setting."""
    check, attribute = make(), SimpleNamespace(name="size")
    for value in taken:
        check(None, attribute, value)
    for value in refused:
        assert told(lambda value=value: check(None, attribute, value)) == f"size: {wanted} was wanted, got {value!r}"  # type: ignore[misc]


def same(found: object, wanted: object) -> None:
    """Look whether two values are equal and of one kind."""
    assert (found, type(found)) == (wanted, type(wanted))


def test_numbers_are_read_as_floats() -> None:
    """A whole number is a float, one too large is beyond all ranges, and anything else stays as it is."""
    for given, found in ((1, 1.0), (0.5, 0.5), (True, True), ("1", "1"), (10**400, inf), (-(10**400), -inf)):
        same(number(given), found)  # type: ignore[arg-type]
    for given, found in ((None, None), (False, None), (True, True), (0, 0.0), (3, 3.0)):
        same(number_or_none(given), found)
    for given, found in ((None, None), (False, None), (True, True), (0, 0), (3, 3)):
        same(count_or_none(given), found)


def test_a_bar_is_held_in_whole_millionths() -> None:
    """A bar is rounded down to a millionth, but for what is one up to its last bit; out of range it stays."""
    for given, found in (
        (0, 0.0), (1, 1.0), (0.8, 0.8), (0.1234567, 0.123456), (2 / 3, 0.666666), (0.29, 0.29), (0.0000009, 0.0),
        (1.5, 1.5), (-0.5, -0.5), (7, 7.0), (True, True), ("x", "x"),
    ):  # fmt: skip
        same(score(given), found)


def test_a_member_is_named_by_its_text() -> None:
    """A text is its member; another text is refused with all there are and the near miss."""
    assert member(Purpose, "counts", "check") is Purpose.CHECK
    wanted = "counts: one of formative, interim, summative, diagnostic, check, self was wanted, got"
    assert told(lambda: member(Purpose, "counts", "chek")) == f"{wanted} 'chek'; did you mean check?"
    assert told(lambda: member(Purpose, "counts", 7)) == f"{wanted} 7"  # type: ignore[arg-type]
