"""What drawn competencies say: plain words, and texts that files and readers of requirements trip over."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from competencies.competency import CheckBlueprint, Competency, Kind, Level

__all__ = ["FIELDS", "JSON", "NAMES", "TEXTS", "competencies", "some_of"]

_ODD = (
    *("two words", "6.RP.A.1", "and", "OR", "3", "50%", "at least", 'say "hi"', "(x)", "a,b", "a;b", "x | y", "a: b"),
    *("=1+1", "'=x", "'Tis", "-", "@SUM(A1)", " a ", "\ufeff", "é", "x\u2028y", "a\r\nb", "\n", "{}", "none", "1e5"),
)

TEXTS = st.sampled_from(("word", *_ODD)) | st.text(max_size=8)
"""Texts that are plain, odd or anything."""

NAMES = TEXTS.filter(str.strip)
"""Texts that can name a competency."""

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)
"""Values that a JSON file can hold."""

_CHECKS = st.builds(
    CheckBlueprint,
    st.sampled_from((0.8, 1.0)) | st.floats(0.01, 1),
    st.integers(1, 9),
    st.lists(TEXTS, max_size=2),
)

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "code": NAMES,
    "statement": TEXTS,
    "kind": st.sampled_from(Kind),
    "item_type": TEXTS,
    "levels": st.lists(st.builds(Level, NAMES, TEXTS), min_size=1, max_size=2),
    "tags": st.lists(TEXTS, min_size=1, max_size=3),
    "alignments": st.lists(TEXTS, min_size=1, max_size=2),
    "check": _CHECKS,
    "extras": st.dictionaries(st.sampled_from(("room", "case")) | TEXTS, JSON, min_size=1, max_size=2),
}
"""What a competency can say beside its identifier."""


def competencies(identifiers: st.SearchStrategy[str] = NAMES) -> st.SearchStrategy[Competency]:
    """Draw competencies that say anything that one can say; they shrink to one that says nothing but its name.

    >>> from hypothesis import find, settings
    >>> always_alike = settings(derandomize=True, database=None)
    >>> from hypothesis import strategies as st
    >>> find(competencies(st.sampled_from("ab")), lambda one: one.kind is not None, settings=always_alike)
    Competency('a', kind=Kind.KNOWLEDGE)
    """
    return st.builds(lambda identifier, fields: Competency(identifier, **fields), identifiers, some_of(FIELDS))


@st.composite
def some_of(draw: st.DrawFn, fields: Mapping[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """Draw some of these fields, each with its value; they shrink to none of them."""
    return {name: draw(value) for name, value in fields.items() if draw(st.booleans())}
