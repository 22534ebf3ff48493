"""Whether the gates treat subgroups alike: a report, from a file that is joined for it and for nothing else."""

from mastery.planning.fairness.audit import (
    FairnessReport,
    FairnessRules,
    GateAudit,
    SubgroupCell,
    audit_gates,
)
from mastery.planning.fairness.reading import columns_of, read_subgroups
from mastery.planning.fairness.subgroups import Subgroups

__all__ = [
    "FairnessReport",
    "FairnessRules",
    "GateAudit",
    "SubgroupCell",
    "Subgroups",
    "audit_gates",
    "columns_of",
    "read_subgroups",
]
