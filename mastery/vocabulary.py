"""The words in which facts speak: why work was assessed, what became of it, what was decided, what credit rests on."""

from enum import StrEnum

__all__ = ["NAMING_A_FACT", "WITH_UNTIL", "Basis", "Context", "DecisionKind", "Outcome", "Purpose"]


class Purpose(StrEnum):
    """Why work was assessed."""

    FORMATIVE = "formative"
    INTERIM = "interim"
    SUMMATIVE = "summative"
    DIAGNOSTIC = "diagnostic"
    CHECK = "check"
    SELF = "self"


class Context(StrEnum):
    """Whether the task was of a familiar or of a novel sort."""

    FAMILIAR = "familiar"
    NOVEL = "novel"


class Outcome(StrEnum):
    """What became of the work: only a scored piece has a score."""

    SCORED = "scored"
    MISSED = "missed"
    EXCUSED = "excused"


class DecisionKind(StrEnum):
    """What a person may decide."""

    GRANT = "grant"
    WAIVE = "waive"
    REVOKE = "revoke"
    UNLOCK = "unlock"
    HOLD = "hold"
    PAUSE = "pause"
    PIN = "pin"
    EXCUSE = "excuse"
    VOID = "void"


class Basis(StrEnum):
    """What credit rests on."""

    DEMONSTRATED = "demonstrated"
    GRANTED = "granted"
    WAIVED = "waived"
    INFERRED = "inferred"
    KEPT = "kept"


WITH_UNTIL = frozenset({DecisionKind.UNLOCK, DecisionKind.HOLD, DecisionKind.PAUSE, DecisionKind.PIN})
NAMING_A_FACT = frozenset({DecisionKind.EXCUSE, DecisionKind.VOID})
