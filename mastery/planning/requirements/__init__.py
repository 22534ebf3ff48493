"""Requirements for a course, a credential or graduation: what is met, what is not, and the cheapest way to the rest."""

from mastery.planning.requirements.book import Balance, Clause, RequirementBook, RequirementVersion
from mastery.planning.requirements.met import CategoryState, ClauseState, LearnerRequirements, ToShow
from mastery.planning.requirements.reading import requirements_from_toml
from mastery.planning.requirements.report import ClauseCount, RequirementReport, assigned, requirements_of

__all__ = [
    "Balance",
    "CategoryState",
    "Clause",
    "ClauseCount",
    "ClauseState",
    "LearnerRequirements",
    "RequirementBook",
    "RequirementReport",
    "RequirementVersion",
    "ToShow",
    "assigned",
    "requirements_from_toml",
    "requirements_of",
]
