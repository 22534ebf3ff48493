"""What a colleague would ask about a curriculum: `review` lists it, errors first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from competencies.circles import hard_circles, soft_circles
from competencies.draft import Draft, Finding
from competencies.finding_codes import finding, rank, with_todo
from competencies.framework import Framework
from competencies.gate import Gate, bits
from competencies.redundancy import redundant
from competencies.requirement import mentions
from competencies.soundness import Sound, sound

__all__ = ["review"]


def review(framework: Draft | Framework, *, longest_chain: int = 20, most_circles: int = 20) -> tuple[Finding, ...]:
    """Return what there is to say about a framework, or about a draft that may be broken.

    Errors come first, then warnings, then notes; within these by code, as `finding_codes.CODES` lists them, what
    readers said before all, and then in framework order, circles shortest first. There is an error exactly when the
    draft cannot be built. Of circles, the shortest through each mention is found, and at most `most_circles` that
    join several competencies are listed. A chain is longer than is teachable when more than `longest_chain`
    competencies must be met one after another.

    >>> from competencies import Competency
    >>> draft = Draft("two", [Competency("a", statement="Adds."), Competency("b", statement="Doubles.")],
    ...               requires={"a": "b", "b": "a; c"})
    >>> for found in review(draft)[:2]: print(found.severity, found.code, "-", found.message)
    error dangling - b requires 'c', which is no competency here
    error cycle - a needs b, which needs a
    """
    draft = framework if isinstance(framework, Draft) else _drafted(framework)
    rest = sound(draft)
    own = chain(
        rest.findings,
        hard_circles(rest, most_circles),
        soft_circles(rest, most_circles),
        _ties(rest),
        _chains(rest, longest_chain),
        redundant(rest),
        _joined_levels(rest),
        _words(rest),
    )
    return tuple(sorted([*map(with_todo, draft.findings), *own], key=rank))


def _drafted(framework: Framework) -> Draft:
    return Draft(
        framework.title,
        framework.competencies,
        requires=framework.requires,
        recommends=framework.recommends,
        part_of=framework.part_of,
        formerly=framework.formerly,
    )


def _ties(rest: Sound) -> Iterator[Finding]:
    """Find what is tied to nothing."""
    hard, soft = rest.expansion, rest.recommended
    if not rest.competencies:
        yield finding("empty", "there is no competency in it")
    alone = [
        rest.printed(leaf)
        for i, leaf in enumerate(hard.leaves)
        if not (hard.needs[i] or hard.needed_by[i] or soft.needs[i] or soft.needed_by[i])
    ]
    if alone and len(alone) == len(hard.leaves):
        if len(alone) > 1:
            yield finding("no-prerequisites", f"none of {len(alone)} competencies requires or recommends another")
    elif alone:
        one, many = "needs nothing and is needed for nothing", "need nothing and are needed for nothing"
        yield _gathered("orphan", one if len(alone) == 1 else many, alone)


def _gathered(code: str, words: str, about: list[str]) -> Finding:
    """Return one finding for all competencies that the same is said of."""
    return finding(code, f"{_some(about)} {words}", about)


def _some(codes: list[str], most: int = 3) -> str:
    more = f" and {len(codes) - most} more" if len(codes) > most else ""
    return ", ".join(codes[:most]) + more


def _chains(rest: Sound, longest: int) -> Iterator[Finding]:
    """Find the longest chain that must be climbed, where it is longer than that."""
    expansion, levels = rest.expansion, dict[int, int]()
    for i in expansion.order:
        levels[i] = 1 + _height(expansion.gates[i], levels)
    far = [i for i in expansion.order if levels[i] > longest]
    if not far:
        return
    at = max(far, key=lambda i: (levels[i], -i))
    steps = [at]
    while levels[at] > 1:
        at = next(i for i in bits(expansion.gates[at].mask) if levels[i] == levels[at] - 1)
        steps.append(at)
    codes = [rest.printed(expansion.leaves[i]) for i in reversed(steps)]
    words = f"{codes[-1]} is reached through {len(codes)} competencies one after another, from {codes[0]} on"
    beyond = f"{len(far)} competencies lie" if len(far) > 1 else "1 competency lies"
    yield finding("long-chain", f"{words}; {beyond} beyond level {longest}", codes)


def _height(gate: Gate, levels: dict[int, int]) -> int:
    """Return how many levels must be climbed before a gate opens, by the lowest alternatives."""
    height = max((levels[i] for i in bits(gate.every)), default=0)
    for choice in gate.choices:
        height = max(height, sorted(_height(part, levels) for part in choice.parts)[choice.k - 1])
    return height


def _joined_levels(rest: Sound) -> Iterator[Finding]:
    """Find requirements between a group and something at another depth of the outline, gathered by the two depths."""
    depth = {name: len(rest.around(name)) for name in rest.order}
    found: dict[tuple[int, int], list[str]] = {}
    for name in rest.order:
        for other in mentions(rest.requires[name]) if name in rest.requires else ():
            inside = other in rest.around(name) or name in rest.around(other)
            if depth[name] != depth[other] and not inside and (name in rest.parts or other in rest.parts):
                found.setdefault((depth[name], depth[other]), []).append(name)
    for (own, others), names in found.items():
        about = list(dict.fromkeys(rest.printed(name) for name in names))
        times = "once" if len(names) == 1 else f"{len(names)} times"
        words = f"{times}, what is at level {own + 1} of the outline needs something at level {others + 1}"
        yield finding("levels-joined", f"{words}, and one of the two is a group: {_some(about)}", about)


def _words(rest: Sound) -> Iterator[Finding]:
    """Find what is not said in words."""
    silent = [rest.printed(c.identifier) for c in rest.competencies if not c.statement.strip()]
    if silent:
        yield _gathered("statement-missing", "has no statement" if len(silent) == 1 else "have no statement", silent)
    leaves = [c for c in rest.competencies if c.identifier not in rest.parts]
    without = [c for c in leaves if not c.levels]
    bare = [rest.printed(c.identifier) for c in leaves if any(not level.descriptor.strip() for level in c.levels)]
    if without and len(without) == len(leaves):
        yield finding("descriptor-missing", f"none of {len(leaves)} competencies describes levels of performance")
    elif without:
        words = "describes no level" if len(without) == 1 else "describe no level"
        yield _gathered("descriptor-missing", words, [rest.printed(c.identifier) for c in without])
    if bare:
        name = "names" if len(bare) == 1 else "name"
        yield _gathered("descriptor-missing", f"{name} a level without saying what it looks like", bare)
