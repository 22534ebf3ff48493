"""Groups for tomorrow: temporary, by need, each with its focus and its reasons."""

from mastery.planning.groups.groupings import Alone, Group, Grouping, Member, Score
from mastery.planning.groups.plan import GroupPlan, plan_groups
from mastery.planning.groups.problem import Found, Problem, Solver
from mastery.planning.groups.searching import search
from mastery.planning.groups.setting import EarlierGroup, GroupRules, earlier_text, read_earlier
from mastery.planning.groups.solving import solve_exactly

__all__ = [
    "Alone",
    "EarlierGroup",
    "Found",
    "Group",
    "GroupPlan",
    "GroupRules",
    "Grouping",
    "Member",
    "Problem",
    "Score",
    "Solver",
    "earlier_text",
    "plan_groups",
    "read_earlier",
    "search",
    "solve_exactly",
]
