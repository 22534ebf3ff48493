"""Models by the names that policies use."""

from collections.abc import Callable
from dataclasses import asdict as dataclass_dict
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from typing import Any, TypeVar

from attrs import asdict, fields, has

from competencies.errors import near_miss
from mastery.errors import PolicyError
from mastery.models.averaging import BestOf, ExponentialAverage, Highest, Latest, Mean, WeightedAverage
from mastery.models.bkt import BKT
from mastery.models.counting import InARow, MOfN, NTimes, Points
from mastery.models.levels import Levels
from mastery.models.protocol import MasteryModel
from mastery.models.sums import Sums

__all__ = ["kind_of", "model", "named", "names", "register"]

Model = TypeVar("Model", bound=type[Any])

_MODELS: dict[str, type[Any]] = {
    "sums": Sums,
    "bkt": BKT,
    "m_of_n": MOfN,
    "in_a_row": InARow,
    "highest": Highest,
    "latest": Latest,
    "mean": Mean,
    "weighted_average": WeightedAverage,
    "exponential_average": ExponentialAverage,
    "n_times": NTimes,
    "best_of": BestOf,
    "points": Points,
    "levels": Levels,
}


def names() -> tuple[str, ...]:
    """Return the names of the models that there are."""
    return tuple(_MODELS)


def register(name: str) -> Callable[[Model], Model]:
    """Give a model of your own a name, so that policies can be written down with it. Use it as a decorator.

    The class is a frozen attrs class or dataclass whose fields are its parameters (numbers, texts, booleans or None),
    and has what MasteryModel asks for. Every process that reads such a policy registers it first. Raises PolicyError
    for a name that is in use or a class that is neither.
    """

    def keep(kind: Model) -> Model:
        taken = _MODELS.get(name)
        if taken is not None and (taken.__module__, taken.__qualname__) != (kind.__module__, kind.__qualname__):
            raise PolicyError("This model cannot be registered", [f"{name!r} is the name of {taken.__name__} already"])
        if not has(kind) and not is_dataclass(kind):
            fault = f"an attrs class or a dataclass was wanted, got {kind!r}"
            raise PolicyError("This model cannot be registered", [fault])
        _MODELS[name] = kind
        return kind

    return keep


def kind_of(name: object) -> type[Any]:
    """Return the class of the model of this name; raises PolicyError with the near miss."""
    if not isinstance(name, str) or name not in _MODELS:
        raise PolicyError(
            "This model cannot be built",
            [f"one of {', '.join(_MODELS)} was wanted, got {name!r}{near_miss(str(name), _MODELS)}"],
        )
    return _MODELS[name]


def model(name: str, **parameters: object) -> MasteryModel:
    """Return the model of this name; raises PolicyError for an unknown name or parameters that do not fit."""
    kind = kind_of(name)
    known = [a.name for a in (fields(kind) if has(kind) else dataclass_fields(kind))]
    faults = [f"model: {p!r} is no setting of {name}{near_miss(p, known)}" for p in parameters if p not in known]
    if faults:
        raise PolicyError("This model cannot be built", faults)
    try:
        built: MasteryModel = kind(**parameters)
    except (TypeError, ValueError) as fault:
        raise PolicyError("This model cannot be built", [f"model: {fault}"]) from None
    return built


def named(built: MasteryModel) -> dict[str, Any]:
    """Return the name and parameters that `model` builds an equal value from."""
    for name, kind in _MODELS.items():
        if built.__class__ is kind:
            values = asdict(built) if has(kind) else dataclass_dict(built)  # type: ignore[arg-type, call-overload]
            return {"name": name, **_written(built, values)}
    raise PolicyError(
        "This policy cannot be written down",
        [f"its model {built!r} has no name: give its class one with mastery.models.register"],
    )


def _written(built: MasteryModel, values: dict[str, Any]) -> dict[str, Any]:
    """Return parameters as files can say them: none is `false`, or left out where the model would not read that so."""
    said = {name: False if value is None else value for name, value in values.items()}
    if said == values:
        return said
    try:
        if built.__class__(**said) == built:
            return said
    except (TypeError, ValueError):
        pass
    return {name: value for name, value in values.items() if value is not None}
