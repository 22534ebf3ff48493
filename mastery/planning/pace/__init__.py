"""How long a goal may take: a forecast from a learner's own record, and the smallest plan that gets there by a date."""

from mastery.planning.pace.class_pace import ClassPace, class_pace
from mastery.planning.pace.forecast import Forecast, OwnRecord, Span
from mastery.planning.pace.one_pace import pace_of
from mastery.planning.pace.outlook import Outlook, Pace, PaceLeg, PacePlan

__all__ = [
    "ClassPace",
    "Forecast",
    "Outlook",
    "OwnRecord",
    "Pace",
    "PaceLeg",
    "PacePlan",
    "Span",
    "class_pace",
    "pace_of",
]
