"""Which rechecks are due, on which day each, and what harder work would refresh them."""

from mastery.planning.rechecks.plan import Recheck, RecheckPlan, plan_rechecks
from mastery.planning.rechecks.spreading import Spread
from mastery.planning.rechecks.tasks import Task, TaskFor

__all__ = ["Recheck", "RecheckPlan", "Spread", "Task", "TaskFor", "plan_rechecks"]
