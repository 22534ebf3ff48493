"""Mastery models: each turns the counted evidence of one competency into an estimate. `model(name, ...)` builds one."""

from mastery.models.averaging import BestOf, ExponentialAverage, Highest, Latest, Mean, WeightedAverage
from mastery.models.bkt import BKT
from mastery.models.counting import InARow, MOfN, NTimes, Points
from mastery.models.levels import Levels
from mastery.models.protocol import Estimate, MasteryModel, RunningModel, Tally
from mastery.models.registry import model, named, names, register
from mastery.models.sums import Sums

__all__ = [
    "BKT",
    "BestOf",
    "Estimate",
    "ExponentialAverage",
    "Highest",
    "InARow",
    "Latest",
    "Levels",
    "MOfN",
    "MasteryModel",
    "Mean",
    "NTimes",
    "Points",
    "RunningModel",
    "Sums",
    "Tally",
    "WeightedAverage",
    "model",
    "named",
    "names",
    "register",
]
