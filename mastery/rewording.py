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
    old, new = words(before).splitlines(), words(after).splitlines()
    return Rewording(_beside(old, new), _beside(new, old))


def _beside(lines: list[str], others: list[str]) -> tuple[str, ...]:
    left = list(others)
    found = []
    for line in lines:
        if line in left:
            left.remove(line)
        elif line:
            found.append(line.removeprefix("- "))
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
