"""Drawn requirements: every kind of expression over given names, in the form in which text and files write them."""

from collections.abc import Iterable
from functools import lru_cache

from hypothesis import strategies as st

from competencies.requirement import NOTHING, All, Any, AtLeast, Needs, Requirement, Share, normal

__all__ = ["alternatives", "expressions", "requirements"]

_COUNTS = {2: (2, 1), 3: (2, 2, 1, 3), 4: (2, 3, 2, 3, 1, 4)}
_PERCENT = st.sampled_from((50, 100, 80, 34, 1))
Strategy = st.SearchStrategy[Requirement]


def requirements(names: Iterable[str] = "abcde", groups: Iterable[str] = (), *, depth: int = 2) -> Strategy:
    """Draw requirements over `names`, with shares of `groups`, brackets `depth` deep at most; now and then nothing.

    They are in normal form, so that `parse` reads back from `text` what was drawn, and shrink to the first name.

    >>> from hypothesis import find, settings
    >>> always_alike = settings(derandomize=True, database=None)
    >>> from competencies import AtLeast
    >>> some = requirements()
    >>> find(some, lambda one: isinstance(one, AtLeast) and one.k > 1, settings=always_alike)
    AtLeast(2, [Needs('a'), Needs('b')])
    """
    drawn = expressions(tuple(names), tuple(groups), depth)
    return st.integers(0, 15).flatmap(lambda n: st.just(NOTHING) if n == 15 else drawn)


@lru_cache(maxsize=1024)
def expressions(names: tuple[str, ...], groups: tuple[str, ...], depth: int) -> Strategy:
    """Draw what asks for something."""
    mentions: Strategy = _one(names).map(Needs)
    if groups:
        mentions |= st.builds(Share, _PERCENT, _one(groups))
    if depth == 0:
        return mentions
    alls = _parts(names, groups, depth, 1).map(All)
    return st.one_of(mentions, alls, alternatives(names, groups, depth), alternatives(names, groups, depth)).map(normal)


@lru_cache(maxsize=1024)
def alternatives(names: tuple[str, ...], groups: tuple[str, ...], depth: int) -> Strategy:
    """Draw what leaves a choice: any of some, or at least k of them."""
    anys: Strategy = _parts(names, groups, depth, 1).map(Any)
    if len(names) + len(groups) == 1:
        return st.one_of(anys, anys).map(normal)
    k_of_n = _parts(names, groups, depth, 2).flatmap(
        lambda parts: st.sampled_from(_COUNTS[len(parts)]).map(lambda k: AtLeast(k, parts))
    )
    return st.one_of(anys, k_of_n).map(normal)


def _one(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Draw a name; of one name too, so that the draws after it stay what they are where names are left out."""
    return st.sampled_from(names if len(names) > 1 else names * 2)


def _parts(
    names: tuple[str, ...], groups: tuple[str, ...], depth: int, least: int
) -> st.SearchStrategy[list[Requirement]]:
    """Draw up to four different expressions; one alone needs no bracket, so that brackets shrink away."""
    return st.lists(expressions(names, groups, depth - 1), min_size=least, max_size=4, unique=True)
