"""Models by the names that policies use."""

from typing import Any

from attrs import asdict, fields

from competencies.errors import near_miss
from mastery.errors import PolicyError
from mastery.models.protocol import MasteryModel
from mastery.models.sums import Sums

__all__ = ["model", "named"]

_MODELS: dict[str, type[Any]] = {"sums": Sums}


def model(name: str, **parameters: object) -> MasteryModel:
    """Return the model of this name; raises PolicyError for an unknown name or parameters that do not fit."""
    if name not in _MODELS:
        raise PolicyError(
            "This model cannot be built",
            [f"one of {', '.join(_MODELS)} was wanted, got {name!r}{near_miss(str(name), _MODELS)}"],
        )
    known = [a.name for a in fields(_MODELS[name])]
    faults = [f"model: {p!r} is no setting of {name}{near_miss(p, known)}" for p in parameters if p not in known]
    if faults:
        raise PolicyError("This model cannot be built", faults)
    try:
        built: MasteryModel = _MODELS[name](**parameters)
    except (TypeError, ValueError) as fault:
        raise PolicyError("This model cannot be built", [f"model: {fault}"]) from None
    return built


def named(built: MasteryModel) -> dict[str, Any]:
    """Return the name and parameters that `model` builds an equal value from."""
    for name, kind in _MODELS.items():
        if isinstance(built, kind):
            return {"name": name, **{k: False if v is None else v for k, v in asdict(built).items()}}
    raise PolicyError("This policy cannot be written down", [f"its model {built!r} has no name: it is not one of ours"])
