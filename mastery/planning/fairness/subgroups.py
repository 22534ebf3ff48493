"""`Subgroups`: who is in which, by one column of a file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

__all__ = ["NOT_GIVEN", "Subgroups"]

NOT_GIVEN = "not given"
"""The subgroup of whoever has no entry, or an empty one."""


def _kept(given: Any) -> Any:
    """Return a mapping as one that nobody can change; anything else as it is, for the validator."""
    return MappingProxyType(dict(given)) if isinstance(given, Mapping) else given


@frozen
class Subgroups:
    """The subgroup of each learner by one column of a file; whoever is not in it is in the subgroup 'not given'.

    An empty text is no entry. Raises TypeError for what is no text or no mapping, ValueError for an empty name of the
    column or of a learner.
    """

    column: str = field()
    of: Mapping[str, str] = field(converter=_kept)

    @column.validator
    def _is_named(self, _: object, column: object) -> None:
        if not isinstance(column, str):
            raise TypeError(f"column: a text was wanted, got {column!r}")
        if not column:
            raise ValueError("column: the name of a column was wanted, got an empty text")

    @of.validator
    def _is_by_learner(self, _: object, of: object) -> None:
        if not isinstance(of, Mapping):
            raise TypeError(f"of: a mapping of learners to subgroups was wanted, got {of!r}")
        for learner, subgroup in of.items():
            if not isinstance(learner, str) or not isinstance(subgroup, str):
                raise TypeError(f"of: texts were wanted, got {subgroup!r} for {learner!r}")
            if not learner:
                raise ValueError(f"of: a learner was wanted for the subgroup {subgroup!r}, got an empty text")

    def subgroup(self, learner: str) -> str:
        """Return the subgroup of a learner."""
        return self.of.get(learner) or NOT_GIVEN
