"""One learner's facts for the laws: those that `mastery.testing` picks."""

from mastery.testing.log import FIRST_DAY, UNCORRECTED, UNWITHDRAWN, Palette, day, evidence, facts

__all__ = ["FIRST_DAY", "UNCORRECTED", "UNWITHDRAWN", "Palette", "day", "evidence", "facts"]
