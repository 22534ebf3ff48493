"""What laws have met, counted, so that green can be asked to mean tested; and what they raise when they are broken."""

from collections import Counter
from collections.abc import Callable, Iterator

from competencies.framework import Framework
from competencies.requirement import All, Any, AtLeast, Needs, Requirement, Share, mentions

__all__ = ["Broken", "TooRare", "demand", "framework_events", "requirement_events"]


class Broken(AssertionError):
    """A law does not hold: `law` is its name, `case` the counterexample; the message says both, and the law."""

    def __init__(self, law: Callable[..., object], **case: object) -> None:
        self.law = law.__name__
        self.case = case
        sentence = " ".join((law.__doc__ or "").split())
        told = "".join(f"\n  {name} = {value!r}" for name, value in case.items())
        super().__init__(f"{sentence} Not so here ({self.law}):{told}")


class TooRare(AssertionError):
    """A law held, but what it is about was met too seldom to say so."""


def demand(seen: Counter[str], **least: int) -> None:
    """Raise TooRare unless each event was met so many times at least.

    >>> demand(Counter(cases=100, k_of_n=3), k_of_n=20)
    Traceback (most recent call last):
        ...
    competencies.testing.events.TooRare: In 100 cases k_of_n was met 3 times, and 20 were wanted.
    """
    rare = [
        f"{event} was met {seen[event]} times, and {n} were wanted" for event, n in least.items() if seen[event] < n
    ]
    if rare:
        raise TooRare(f"In {seen['cases']} cases {'; '.join(rare)}.")


def requirement_events(requirement: Requirement) -> Counter[str]:
    """Return how many of each kind of expression there are: all_of, any_of, k_of_n (1 < k < n), shares, needs.

    >>> from competencies import parse
    >>> sorted(requirement_events(parse("a; (b or 2 of (c, d, e))")).items())
    [('all_of', 1), ('any_of', 1), ('k_of_n', 1), ('needs', 5)]
    """
    return Counter(map(_kind, _nodes(requirement)))


def _nodes(requirement: Requirement) -> Iterator[Requirement]:
    yield requirement
    if not isinstance(requirement, Needs | Share):
        for part in requirement.parts:
            yield from _nodes(part)


def _kind(node: Requirement) -> str:
    if isinstance(node, AtLeast):
        return "k_of_n" if 1 < node.k < len(node.parts) else "any_of" if node.k == 1 else "all_of"
    return {Needs: "needs", Share: "shares", All: "all_of", Any: "any_of"}[type(node)]


def framework_events(framework: Framework) -> Counter[str]:
    """Return what a framework holds: `requirement_events` of all its requirements, and how many of the following.

    `leaves`, `gated` leaves, `groups`, `nested` groups, `gated_groups`, `mentioned_groups`, `soft` requirements,
    `codes`, and `shuffled` where its order is not one in which it can be learnt.
    """
    seen, named = Counter[str](), list[str]()
    for requirement in framework.requires.values():
        seen += requirement_events(requirement)
        named += mentions(requirement)
    groups, order = set(framework.part_of.values()), framework.expansion.order
    return seen + Counter(
        leaves=len(framework.leaves),
        gated=sum(bool(gate.mask) for gate in framework.expansion.gates),
        groups=len(groups),
        nested=len(groups & framework.part_of.keys()),
        gated_groups=len(groups & framework.requires.keys()),
        mentioned_groups=sum(name in groups for name in named),
        soft=len(framework.recommends),
        codes=sum(bool(competency.code) for competency in framework.competencies),
        shuffled=int(order != tuple(range(len(order)))),
    )
