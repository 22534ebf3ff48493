"""Mastery models: each turns the counted evidence of one competency into an estimate. `model(name, ...)` builds one."""

from mastery.models.protocol import Estimate, MasteryModel
from mastery.models.registry import model, named
from mastery.models.sums import Sums

__all__ = ["Estimate", "MasteryModel", "Sums", "model", "named"]
