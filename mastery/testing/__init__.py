"""Testing with learners: Hypothesis strategies that draw what they do and under which rules, and laws that always hold.

`policies()`, `evidence(framework)`, `facts(framework)` and `courses()` draw; `mastery.testing.laws` holds what must be
true, each law a function that you can call with your own evaluation, engine, model or store, and `laws.check()` puts
all of them to drawn courses. Everything drawn prints as Python that can be pasted. docs/laws.md tells the laws.

    pip install mastery[testing]
"""

try:
    from mastery.testing import laws
    from mastery.testing.course import Course
    from mastery.testing.drawn import courses, evidence, facts, policies
    from mastery.testing.log import Palette
except ModuleNotFoundError as fault:
    if (fault.name or "").partition(".")[0] != "hypothesis":
        raise
    needed = "mastery.testing draws its examples with Hypothesis, which is not installed: "
    raise ModuleNotFoundError(needed + "pip install mastery[testing]", name="hypothesis") from None

__all__ = ["Course", "Palette", "courses", "evidence", "facts", "laws", "policies"]
