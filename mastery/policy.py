"""`Policy`: which model, what counts, how much is enough. A plain value; TOML in, JSON in and out."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import asdict, field, fields, frozen, validators

from competencies.errors import near_miss
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.errors import PolicyError
from mastery.models import MasteryModel, Sums, model, named
from mastery.retention import Retention

__all__ = ["Policy"]


@frozen
class Policy:
    """The rules of progression.

    `check` None: no knowledge check is asked for, and none decides before credit. `floors` names competencies that
    stay among the first steps until they are met; `choice` says how many ready steps a learner may choose from
    (1: assigned, None: any). Raises PolicyError when no learner could ever satisfy it.
    """

    model: MasteryModel = field(factory=Sums, validator=validators.instance_of(MasteryModel))  # type: ignore[type-abstract]
    criteria: Criteria = field(factory=Criteria, validator=validators.instance_of(Criteria))
    check: CheckRule | None = field(factory=CheckRule, validator=validators.optional(validators.instance_of(CheckRule)))
    retention: Retention = field(factory=Retention, validator=validators.instance_of(Retention))
    floors: tuple[str, ...] = field(default=(), converter=tuple)
    choice: int | None = field(default=None, validator=validators.optional(validators.ge(1)))

    def __attrs_post_init__(self) -> None:
        faults = []
        bar, highest = self.criteria.mastered_at, self.model.highest
        if bar > highest:
            faults.append(f"mastered_at is {bar}, and {self.model!r} gives at most {highest}: nobody could reach it")
        if self.criteria.occasions > self.criteria.pieces:
            faults.append(
                f"{self.criteria.occasions} occasions are wanted of {self.criteria.pieces} pieces: ask for as many pieces"
            )
        if faults:
            raise PolicyError("This policy could never be satisfied", faults)

    @cached_property
    def version(self) -> str:
        """The content hash: 32 hexadecimal digits, equal for equal policies, in any process."""
        content = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the policy as JSON values, in the shape that its TOML has; raises PolicyError for a model without a name."""
        return {
            "model": named(self.model),
            "criteria": {**asdict(self.criteria), "counts": sorted(self.criteria.counts)},
            "check": False if self.check is None else _without_none(asdict(self.check)),
            "retention": {**asdict(self.retention), "due_after_days": self.retention.due_after_days or False},
            "floors": list(self.floors),
            "choice": self.choice or False,
        }

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Policy:
        """Return the policy that plain values describe; what is left out stays as in `Policy()`.

        `check = false`, `due_after_days = false` and `choice = false` say none. Raises PolicyError with every fault.
        """
        faults = list(_strange(data, {a.name for a in fields(cls)}, "policy"))
        values: dict[str, Any] = {}
        for name, build in _SECTIONS.items():
            if name in data:
                values[name] = _section(name, data[name], build, faults)
        if "floors" in data:
            values["floors"] = data["floors"]
        if data.get("choice"):
            values["choice"] = data["choice"]
        if faults:
            raise PolicyError("This policy cannot be read", faults)
        try:
            return cls(**values)
        except (TypeError, ValueError) as fault:
            if isinstance(fault, PolicyError):
                raise
            raise PolicyError("This policy cannot be read", [str(fault)]) from None

    @classmethod
    def from_toml(cls, text: str) -> Policy:
        """Return the policy that TOML describes; raises PolicyError."""
        try:
            return cls.from_mapping(tomllib.loads(text))
        except tomllib.TOMLDecodeError as fault:
            raise PolicyError("This policy is not TOML", [str(fault)]) from None

    @classmethod
    def load(cls, path: str | Path) -> Policy:
        """Return the policy in a TOML file; raises PolicyError, which names the file."""
        try:
            return cls.from_toml(Path(path).read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as fault:
            raise PolicyError("This policy cannot be read", [f"{path}: {fault}"]) from None


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _retention(**values: Any) -> Retention:
    if values.get("due_after_days") is False:
        values["due_after_days"] = None
    return Retention(**values)


def _model(name: str = "sums", **parameters: Any) -> MasteryModel:
    return model(name, **parameters)


_SECTIONS: dict[str, Any] = {"model": _model, "criteria": Criteria, "check": CheckRule, "retention": _retention}
_KNOWN = {"criteria": Criteria, "check": CheckRule, "retention": Retention}


def _strange(data: Mapping[str, Any], known: set[str], where: str) -> list[str]:
    return [
        f"{where}: {name!r} is no setting{near_miss(name, known)} (there are: {', '.join(sorted(known))})"
        for name in data
        if name not in known
    ]


def _section(name: str, given: Any, build: Any, faults: list[str]) -> Any:
    if name == "check" and given is False:
        return None
    if not isinstance(given, Mapping):
        faults.append(f"{name}: a table of settings was wanted, got {given!r}")
        return None
    if name in _KNOWN:
        strange = _strange(given, {a.name for a in fields(_KNOWN[name])}, name)
        if strange:
            faults += strange
            return None
    try:
        return build(**given)
    except PolicyError as fault:
        faults += fault.faults
    except (TypeError, ValueError) as fault:
        faults.append(f"{name}: {fault}")
    return None
