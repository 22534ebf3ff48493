"""What there is to learn and what comes first: competencies, prerequisite expressions, frameworks."""

from competencies.competency import CheckBlueprint, Competency, Kind, Level
from competencies.draft import Draft, Finding, Severity
from competencies.editions import EditionChanges, edition_changes, read_crosswalk, succeeding
from competencies.errors import (
    AmbiguousCode,
    CompetenciesError,
    CycleError,
    FormatError,
    FrameworkError,
    RequirementError,
    RequirementTextError,
    UnknownCompetency,
)
from competencies.formats import dump, load, read
from competencies.formats.native import from_json
from competencies.framework import Framework
from competencies.packs import pack, packs
from competencies.points import points
from competencies.requirement import NOTHING, All, Any, AtLeast, Needs, Requirement, Share, evaluate, mentions
from competencies.requirement_text import parse, text
from competencies.review import review

__all__ = [
    "NOTHING",
    "All",
    "AmbiguousCode",
    "Any",
    "AtLeast",
    "CheckBlueprint",
    "CompetenciesError",
    "Competency",
    "CycleError",
    "Draft",
    "EditionChanges",
    "Finding",
    "FormatError",
    "Framework",
    "FrameworkError",
    "Kind",
    "Level",
    "Needs",
    "Requirement",
    "RequirementError",
    "RequirementTextError",
    "Severity",
    "Share",
    "UnknownCompetency",
    "dump",
    "edition_changes",
    "evaluate",
    "from_json",
    "load",
    "mentions",
    "pack",
    "packs",
    "parse",
    "points",
    "read",
    "read_crosswalk",
    "review",
    "succeeding",
    "text",
]
