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

from competencies.converters import names
from competencies.errors import near_miss
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.errors import PolicyError
from mastery.models import MasteryModel, Sums, model, named
from mastery.retention import Retention
from mastery.settings import count_or_none, optional, whole

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
    floors: tuple[str, ...] = field(default=(), converter=names)
    choice: int | None = field(default=None, converter=count_or_none, validator=optional(whole(1)))

    def __attrs_post_init__(self) -> None:
        faults = []
        bar, highest = self.criteria.mastered_at, self.model.highest
        if bar > highest:
            faults.append(f"mastered_at is {bar}, and {self.model!r} gives at most {highest}: nobody could reach it")
        if self.criteria.occasions > self.criteria.pieces:
            faults.append(
                f"{self.criteria.occasions} occasions are wanted of {self.criteria.pieces} pieces: ask for more pieces"
            )
        if faults:
            raise PolicyError("This policy could never be satisfied", faults)

    @cached_property
    def version(self) -> str:
        """The content hash: 32 hexadecimal digits, equal for equal policies, in any process."""
        content = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the policy as JSON values, in the shape of its TOML; raises PolicyError for a model without a name."""
        return {
            "model": named(self.model),
            "criteria": {**asdict(self.criteria), "counts": sorted(self.criteria.counts)},
            "check": False if self.check is None else _false_for_none(asdict(self.check)),
            "retention": _false_for_none(asdict(self.retention)),
            "floors": list(self.floors),
            "choice": self.choice or False,
        }

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Policy:
        """Return the policy that plain values describe; what is left out stays as in `Policy()`.

        `false` says none, as in `check = false`. Raises PolicyError with every fault.
        """
        faults = _strange(data, {a.name for a in fields(cls)}, "policy")
        values: dict[str, Any] = {}
        for name, given in data.items():
            if name in _SECTIONS:
                values[name] = _section(name, given, faults)
            elif name in ("floors", "choice"):
                values.update(_tried(cls, name, given, name, faults))
        if faults:
            raise PolicyError("This policy cannot be read", faults)
        try:
            return cls(**values)
        except (TypeError, ValueError) as fault:
            if isinstance(fault, PolicyError):
                raise
            raise PolicyError("This policy cannot be read", [str(fault)]) from None

    @classmethod
    def from_toml(cls, text: str, *, where: str = "This policy") -> Policy:
        """Return the policy that TOML describes; raises PolicyError, whose message begins with `where`."""
        try:
            return cls.from_mapping(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, RecursionError) as fault:
            raise PolicyError(f"{where} is not TOML", [str(fault)]) from None
        except PolicyError as fault:
            raise PolicyError(f"{where} cannot be used", fault.faults) from None

    @classmethod
    def load(cls, path: str | Path) -> Policy:
        """Return the policy in a TOML file; raises PolicyError, which names the file."""
        try:
            text = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise PolicyError(f"The policy {path} cannot be read", [str(fault)]) from None
        return cls.from_toml(text, where=f"The policy {path}")


def _false_for_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: False if value is None else value for name, value in values.items()}


def _strange(data: Mapping[str, Any], known: set[str], where: str) -> list[str]:
    return [
        f"{where}: {name!r} is no setting{near_miss(name, known)} (there are: {', '.join(sorted(known))})"
        for name in data
        if name not in known
    ]


_SECTIONS: dict[str, Any] = {"model": None, "criteria": Criteria, "check": CheckRule, "retention": Retention}


def _section(name: str, given: Any, faults: list[str]) -> Any:
    if name == "check" and given is False:
        return None
    if not isinstance(given, Mapping):
        faults.append(f"{name}: a table of settings was wanted, got {given!r}")
        return None
    if name == "model":
        return _model(given, faults)
    kind, values = _SECTIONS[name], dict[str, Any]()
    known = {a.name for a in fields(kind)}
    faults += _strange(given, known, name)
    for setting, value in given.items():
        if setting in known:
            values.update(_tried(kind, setting, value, f"{name}.{setting}", faults))
    return kind(**values)


def _tried(kind: Any, setting: str, value: Any, where: str, faults: list[str]) -> dict[str, Any]:
    """Return the setting if it can be, alone: so that every fault is told, and each with its name."""
    try:
        kind(**{setting: value})
    except (TypeError, ValueError) as fault:
        said = str(fault.args[0]) if fault.args else str(fault)
        faults.append(f"{where}: {said.removeprefix(f'{setting}: ')}")
        return {}
    return {setting: value}


def _model(given: Mapping[str, Any], faults: list[str]) -> Any:
    parameters = {"name": "sums", **given}
    try:
        return model(**parameters)
    except PolicyError as fault:
        faults += fault.faults
        return None
