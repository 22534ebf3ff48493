"""What a learner has shown and what they may do next: competency-based progression over a prerequisite graph."""

from mastery import models
from mastery.changes import Cause, CauseKind, Change, ChangeKind, changes
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.engine import Engine
from mastery.entry import Entry, EntryTo, entry
from mastery.errors import (
    AdoptionConflict,
    FactError,
    ImportFault,
    KeyConflict,
    MasteryError,
    PlanError,
    PolicyError,
    RosterError,
    StoreError,
)
from mastery.evidence_table import read_evidence
from mastery.explain import Why, why
from mastery.facts import Award, Basis, Context, Decision, DecisionKind, Evidence, Outcome, Purpose
from mastery.models import Estimate, MasteryModel, Sums
from mastery.opening import open_engine as open
from mastery.pathway import CheckOffer, Step, Withheld, next_steps, withheld
from mastery.policy import Policy, Special
from mastery.progress import Progress, evaluate
from mastery.publishing import Impact, impact
from mastery.receipt import Receipt
from mastery.restoring import restore
from mastery.retention import Currency, Lapse, Retention
from mastery.route import Leg, Route, path, route
from mastery.sensitivity import Sensitivity
from mastery.standing import Action, Overlay, Standing, Status, Wait, WaitKind
from mastery.store import Adoption, MemoryStore, Store
from mastery.terms import Terms

__all__ = [
    "Action",
    "Adoption",
    "AdoptionConflict",
    "Award",
    "Basis",
    "Cause",
    "CauseKind",
    "Change",
    "ChangeKind",
    "CheckOffer",
    "CheckRule",
    "Context",
    "Criteria",
    "Currency",
    "Decision",
    "DecisionKind",
    "Engine",
    "Entry",
    "EntryTo",
    "Estimate",
    "Evidence",
    "FactError",
    "Impact",
    "ImportFault",
    "KeyConflict",
    "Lapse",
    "Leg",
    "MasteryError",
    "MasteryModel",
    "MemoryStore",
    "Outcome",
    "Overlay",
    "PlanError",
    "Policy",
    "PolicyError",
    "Progress",
    "Purpose",
    "Receipt",
    "Retention",
    "RosterError",
    "Route",
    "Sensitivity",
    "Special",
    "Standing",
    "Status",
    "Step",
    "Store",
    "StoreError",
    "Sums",
    "Terms",
    "Wait",
    "WaitKind",
    "Why",
    "Withheld",
    "changes",
    "entry",
    "evaluate",
    "impact",
    "models",
    "next_steps",
    "open",
    "path",
    "read_evidence",
    "restore",
    "route",
    "why",
    "withheld",
]
