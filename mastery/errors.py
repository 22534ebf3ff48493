"""Everything that can go wrong with facts, policies and stores, as one tree.

MasteryError
|-- FactError            a fact cannot be built or placed; carries every fault
|-- PolicyError          a policy cannot be read, or could never be satisfied; carries every fault
|-- ImportFault          a file of evidence cannot be imported; carries every fault with line and column
|-- PlanError            what a plan is made from cannot be used; carries every fault
|-- RosterError          files of a roster cannot be read; carries every fault with file and line
`-- StoreError           a store cannot do what was asked
|-- KeyConflict      a key is in use for another content
`-- AdoptionConflict a store lives by another framework or policy, or by none yet
"""

from collections.abc import Sequence

__all__ = [
    "AdoptionConflict",
    "FactError",
    "ImportFault",
    "KeyConflict",
    "MasteryError",
    "PlanError",
    "PolicyError",
    "RosterError",
    "StoreError",
]


class MasteryError(Exception):
    """Root of all errors that this package raises on purpose."""


class _Faults(MasteryError, ValueError):
    """An error with a list of faults, all told at once."""

    def __init__(self, what: str, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        lines = self.faults[0] if len(self.faults) == 1 else "".join(f"\n  - {fault}" for fault in self.faults)
        super().__init__(f"{what}: {lines}")


class FactError(_Faults):
    """A fact cannot be built or placed: what was wanted and what came, for every fault."""


class PolicyError(_Faults):
    """A policy cannot be read, or no learner could ever satisfy it."""


class ImportFault(_Faults):
    """A file of evidence cannot be imported, and nothing of it was; faults name line and column."""


class PlanError(_Faults):
    """What a plan is made from, such as a file of requirements, cannot be used as it is."""


class RosterError(_Faults):
    """Files of a roster cannot be read as they are, and nothing of them was taken; faults name file and line."""


class StoreError(MasteryError):
    """A store cannot do what was asked of it; nothing was changed."""


class KeyConflict(StoreError):
    """A fact's key is in use for another content; the same content twice is no conflict."""

    def __init__(self, key: str, differences: Sequence[str]) -> None:
        self.key = key
        self.differences = tuple(differences)
        super().__init__(
            f"The key {key!r} is already in use for another fact ({'; '.join(differences)}). "
            "A key names one fact for ever: give the new fact its own key, or void the old one."
        )


class AdoptionConflict(StoreError):
    """A store lives by another framework or policy than the one given, or by none yet."""
