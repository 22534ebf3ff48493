"""Drawn frameworks of every shape that matters, and the knowledge states of any framework."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from competencies.competency import Competency
from competencies.errors import near_miss
from competencies.framework import Framework
from competencies.knowledge_space import state_of
from competencies.requirement import rename
from competencies.testing.shapes import SHAPES, sketches
from competencies.testing.sketch import Sketch
from competencies.testing.words import FIELDS, JSON, NAMES, TEXTS, some_of

__all__ = ["frameworks", "knowledge_states"]

_OFTEN = st.sampled_from((False, True, True))
_SELDOM = st.sampled_from((False, False, False, True))
_TAKES = st.sampled_from((st.booleans(), _OFTEN, st.sampled_from((False, *[True] * 9))))
_ABOUT = {
    "title": TEXTS,
    "identifier": TEXTS,
    "extras": st.dictionaries(st.sampled_from(("more", "case")) | TEXTS, JSON, min_size=1, max_size=2),
}


@st.composite
def frameworks(
    draw: st.DrawFn, *, least: int = 0, most: int = 8, shapes: Iterable[str] = (), dressed: bool = False
) -> Framework:
    """Draw frameworks of `least` to `most` competencies without parts, of all `SHAPES` or of those named.

    Their order is often not one in which they can be learnt, and now and then they have codes. `dressed` ones say
    anything that a framework can say, and have names that files trip over. They shrink to what matters alone, with
    competencies a, b, c and groups G, H.

    >>> from hypothesis import find, settings
    >>> always_alike = settings(derandomize=True, database=None)
    >>> find(frameworks(shapes=["chain"]), lambda drawn: drawn.requires, settings=always_alike)
    Framework('drawn', [Competency('a'), Competency('b')], requires={'b': 'a'})
    """
    shape = draw(st.sampled_from(_fitting(tuple(shapes), least, most)))
    sketch = draw(sketches(SHAPES[shape], least, most))
    told = _told(draw, sketch) if dressed and draw(_OFTEN) else {name: name for name in sketch.names}
    order = sketch.names
    if draw(_OFTEN):
        order = draw(st.permutations(order))
    codes = draw(_SELDOM)
    competencies = [Competency(told[name], f"{name}.1" if codes else "") for name in order]
    framework = Framework(
        "drawn",
        competencies,
        requires={told[name]: rename(needs, told.__getitem__) for name, needs in sketch.requires.items()},
        recommends={told[name]: rename(needs, told.__getitem__) for name, needs in sketch.recommends.items()},
        part_of={told[part]: told[group] for part, group in sketch.part_of.items()},
    )
    return _dressed(draw, framework) if dressed else framework


def _fitting(shapes: tuple[str, ...], least: int, most: int) -> tuple[str, ...]:
    for name in shapes:
        if name not in SHAPES:
            raise InvalidArgument(
                f"no shape is called {name!r}{near_miss(name, SHAPES)}; there are {', '.join(SHAPES)}"
            )
    weighted = shapes or tuple(name for name, shape in SHAPES.items() for _ in range(shape.weight))
    fitting = tuple(name for name in weighted if SHAPES[name].fewest <= most and least <= SHAPES[name].most)
    if not 0 <= least <= most or not fitting:
        raise InvalidArgument(f"no framework of {least} to {most} competencies has one of the shapes {set(weighted)}")
    return fitting


def _told(draw: st.DrawFn, sketch: Sketch) -> dict[str, str]:
    n = len(sketch.names)
    return dict(zip(sketch.names, draw(st.lists(NAMES, min_size=n, max_size=n, unique=True)), strict=True))


def _dressed(draw: st.DrawFn, framework: Framework) -> Framework:
    names = [competency.identifier for competency in framework.competencies]
    competencies = []
    for competency in framework.competencies:
        fields: dict[str, Any] = draw(some_of(FIELDS))
        if fields.get("code") in names:  # the identifier of another is refused as a code
            del fields["code"]
        competencies.append(evolve(competency, **fields))
    about: dict[str, Any] = draw(some_of(_ABOUT))
    if len(names) > 0 and draw(_SELDOM):
        about["formerly"] = {"once": draw(st.lists(st.sampled_from(names), max_size=2, unique=True))}
    return evolve(framework, competencies=competencies, **about)


@st.composite
def knowledge_states(draw: st.DrawFn, framework: Framework) -> frozenset[str]:
    """Draw feasible states of a framework: sets of competencies without parts that can be learnt in some order.

    Every state can come out, small ones and large ones; they shrink to fewer competencies.

    >>> from hypothesis import find, settings
    >>> always_alike = settings(derandomize=True, database=None)
    >>> framework = Framework("three", [Competency(name) for name in "abc"], requires={"c": "b"})
    >>> sorted(find(knowledge_states(framework), lambda state: "c" in state, settings=always_alike))
    ['b', 'c']
    """
    expansion, known = framework.expansion, 0
    takes = draw(_TAKES)
    for i in expansion.order:  # whatever opens a gate comes before it
        if draw(takes) and expansion.gates[i].met(known):
            known |= 1 << i
    return state_of(framework, known)
