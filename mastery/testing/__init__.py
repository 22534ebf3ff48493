"""Testing with learners: Hypothesis strategies that draw what they do and under which rules, and laws that always hold.

`policies()`, `evidence(framework)`, `facts(framework)` and `courses()` draw; `mastery.testing.laws` holds what must be
true, each law a function that you can call with your own evaluation, engine, model or store, and `laws.check()` puts
all of them to drawn courses. `ProgressionMachine` and `StoreContract` try an engine and a store step by step.
Everything drawn prints as Python that can be pasted. docs/laws.md tells the laws.

    pip install mastery[testing]
"""

from importlib import import_module
from typing import Any

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

__all__ = [
    "Course",
    "Palette",
    "ProgressionMachine",
    "StoreContract",
    "courses",
    "evidence",
    "facts",
    "laws",
    "policies",
]

_ON_FIRST_USE = {"ProgressionMachine": "machine", "StoreContract": "store_contract"}  # the latter needs pytest too


def __getattr__(name: str) -> Any:
    if name in _ON_FIRST_USE:
        return getattr(import_module(f"mastery.testing.{_ON_FIRST_USE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
