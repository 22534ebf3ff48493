"""Another policy beside the one in force: with another cut score, and which sentences the two do not share."""

from __future__ import annotations

from attrs import evolve, frozen

from mastery.criteria import Criteria
from mastery.policy import Policy
from mastery.policy_words import words

__all__ = ["Rewording", "cut_at", "rewording"]


@frozen
class Rewording:
    """The sentences that go and those that come, each in the order of its policy."""

    gone: tuple[str, ...]
    new: tuple[str, ...]


def rewording(before: Policy, after: Policy) -> Rewording:
    """Return which lines of one policy in plain words the other does not have, and the other way round.

    >>> rewording(Policy(), cut_at(Policy(), 0.9)).new
    ('It is enough at 0.9, from at least 3 pieces on at least 2 occasions.',)
    """
    old, new = _under_headings(words(before)), _under_headings(words(after))
    gone, come = _beside(old, new), _beside(new, old)
    if gone == come == () and old != new:  # the same sentences in another order: the first that fits rules
        gone, come = (tuple(line for _, line in lines if line) for lines in (old, new))
    return Rewording(gone, come)


def _under_headings(text: str) -> list[tuple[str, str]]:
    """Return the lines of a policy in words, each with the heading that it stands under: it says of what it holds."""
    heading, found = "", []
    for line in text.splitlines():
        if line.startswith("- "):
            found.append((heading, line.removeprefix("- ")))
        else:
            heading = line or heading
            found.append(("", line))
    return found


def _beside(lines: list[tuple[str, str]], others: list[tuple[str, str]]) -> tuple[str, ...]:
    left = list(others)
    found = []
    for line in lines:
        if line in left:
            left.remove(line)
        elif line[1]:
            found.append(line[1])
    return tuple(found)


def cut_at(policy: Policy, mastered_at: float) -> Policy:
    """Return a policy with another score from which it is enough; special rules that say how much keep theirs.

    It is what changing that one number in the first part of `words(policy)` comes to. Raises ValueError for what is no
    score, and PolicyError where no learner could ever reach it.
    """
    usual = _enough(policy.criteria)
    special = [
        evolve(one, terms=evolve(one.terms, criteria=evolve(one.terms.criteria, mastered_at=mastered_at)))
        if _enough(one.terms.criteria) == usual
        else one
        for one in policy.special
    ]
    return evolve(policy, criteria=evolve(policy.criteria, mastered_at=mastered_at), special=special)


def _enough(criteria: Criteria) -> tuple[float, int, int, int]:
    """Return what the one sentence tells that says how much is enough."""
    return criteria.mastered_at, criteria.pieces, criteria.occasions, criteria.novel
