"""The shapes that drawn frameworks have: how their competencies hang together, before they say anything.

A sketch grows leaf by leaf. What a leaf or a group needs is up to the shape, and is among what was named before, so
that every sketch can be built. Steps are drawn one like another, so that Hypothesis can leave out any one of them.
"""

from collections.abc import Callable

from attrs import frozen
from hypothesis import strategies as st

from competencies.requirement import All, Any, AtLeast, Needs, Requirement, normal
from competencies.testing.expressions import alternatives, expressions
from competencies.testing.sketch import Sketch

__all__ = ["SHAPES", "Shape", "sketches"]

_NEVER = st.just(False)
_SELDOM = st.sampled_from((False, False, False, False, True))
_OFTEN = st.sampled_from((False, True, True, True))
_MOSTLY = st.sampled_from((False, *[True] * 9))
_DEEPEST = 3

Need = Callable[[st.DrawFn, Sketch], Requirement | None]


def _anything(draw: st.DrawFn, sketch: Sketch) -> Requirement:
    return draw(expressions(tuple(reversed(sketch.before)), tuple(reversed(sketch.closed)), draw(st.integers(0, 2))))


def _nothing(_: st.DrawFn, __: Sketch) -> None:
    return None


def _the_one_before(_: st.DrawFn, sketch: Sketch) -> Requirement:
    return Needs(sketch.leaves[-1])


def _the_layer_before(draw: st.DrawFn, sketch: Sketch) -> Requirement | None:
    """All of the layer before, or as much of it as is drawn; two or three layers."""
    width = max(2, -(-sketch.most // 3))
    start = len(sketch.leaves) // width * width - width
    above = [Needs(name) for name in sketch.leaves[max(start, 0) : start + width]]
    return normal(AtLeast(draw(st.integers(1, len(above))), above)) if above else None


def _the_corner_before(draw: st.DrawFn, sketch: Sketch) -> Requirement:
    """Two need one, and the next needs both or any of them: diamonds, the top of one the foot of another."""
    foot = (len(sketch.leaves) - 1) // 3 * 3
    if len(sketch.leaves) % 3:
        return Needs(sketch.leaves[foot])
    both = [Needs(name) for name in sketch.leaves[foot + 1 :]]
    return All(both) if draw(st.booleans()) else Any(both)


def _a_choice(draw: st.DrawFn, sketch: Sketch) -> Requirement:
    """Any of some, or at least so many of them, brackets in brackets."""
    return draw(alternatives(tuple(reversed(sketch.before)), (), 2))


@frozen
class Shape:
    """What leaves and groups need, how often groups begin and end and recommendations are made.

    A shape makes sense from `fewest` leaves on and up to `most`; `weight` says how often it is drawn among all others.
    """

    needs: Need
    fewest: int
    most: float = float("inf")
    weight: int = 1
    opens: st.SearchStrategy[bool] = _NEVER
    closes: st.SearchStrategy[bool] = _OFTEN
    recommends: st.SearchStrategy[bool] = _NEVER


SHAPES = {
    "mixed": Shape(_anything, 0, weight=4, opens=_SELDOM, recommends=_SELDOM),
    "chain": Shape(_the_one_before, 2),
    "layers": Shape(_the_layer_before, 4),
    "diamond": Shape(_the_corner_before, 4),
    "groups": Shape(_anything, 3, weight=3, opens=_OFTEN, closes=st.booleans()),
    "choices": Shape(_a_choice, 3, weight=2),
    "soft": Shape(_anything, 2, recommends=_OFTEN),
    "one": Shape(_nothing, 1, 1, opens=_SELDOM),
    "none": Shape(_nothing, 0, 0),
}
"""Every shape by its name."""


@st.composite
def sketches(draw: st.DrawFn, shape: Shape, least: int, most: int) -> Sketch:
    """Draw a sketch of `least` to `most` leaves."""
    sketch = Sketch(int(min(most, shape.most)))
    usual = draw(st.integers(least, sketch.most))  # else the first `more` to be false would keep most of them small
    while draw(_steps(sketch, shape, usual)):
        pass
    return sketch


@st.composite
def _steps(draw: st.DrawFn, sketch: Sketch, shape: Shape, least: int) -> bool:
    """Draw whether there is one more leaf, and add it, with the groups that end and begin there."""
    more = draw(_MOSTLY)  # drawn to no end too, so that steps before the last that there may be can be left out
    if len(sketch.leaves) >= (sketch.most if more else least):
        return False
    while len(sketch.around) > 0 and draw(shape.closes):
        sketch.close()
    while len(sketch.around) < _DEEPEST and draw(shape.opens):
        sketch.open(_needs(draw, sketch, shape))
    sketch.leaf(_needs(draw, sketch, shape))
    if draw(shape.recommends) and len(sketch.before) > 1:
        own, others = sketch.leaves[-1], tuple(sketch.before[-2::-1])
        if draw(st.booleans()):  # what comes before recommends what comes after: they may run in circles
            sketch.recommends[draw(st.sampled_from(others))] = Needs(own)
        else:
            sketch.recommends[own] = draw(expressions(others, tuple(sketch.closed), 1))
    return True


def _needs(draw: st.DrawFn, sketch: Sketch, shape: Shape) -> Requirement | None:
    needs = draw(_MOSTLY)  # drawn for the first too, so that it can be left out without moving what follows
    return shape.needs(draw, sketch) if needs and sketch.before else None
