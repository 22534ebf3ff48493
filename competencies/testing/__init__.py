"""Testing with frameworks: Hypothesis strategies that draw them, and the laws that every one of them keeps.

`competencies()`, `requirements()`, `frameworks()` and `knowledge_states(framework)` draw; `competencies.testing.laws`
holds what must be true, each law a function that you can call with your own framework, evaluation, ways or format.
Everything drawn prints as Python that can be pasted, and shrinks to what a person reads in seconds.

    pip install mastery[testing]
"""

try:
    from competencies.testing import laws
    from competencies.testing.drawn import frameworks, knowledge_states
    from competencies.testing.expressions import requirements
    from competencies.testing.shapes import SHAPES
    from competencies.testing.words import competencies
except ModuleNotFoundError as fault:
    if (fault.name or "").partition(".")[0] != "hypothesis":
        raise
    needed = "competencies.testing draws its examples with Hypothesis, which is not installed: "
    raise ModuleNotFoundError(needed + "pip install mastery[testing]", name="hypothesis") from None

__all__ = ["SHAPES", "competencies", "frameworks", "knowledge_states", "laws", "requirements"]
