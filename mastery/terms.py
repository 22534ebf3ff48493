"""`Terms`: what a policy asks for one competency - model, criteria, check, retention; read from plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import asdict, evolve, field, fields, frozen, validators

from competencies.errors import near_miss
from competencies.printing import Printed
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.errors import PolicyError
from mastery.models import Levels, MasteryModel, NTimes, Sums, model, named
from mastery.retention import Retention

__all__ = ["SECTIONS", "Terms", "read_section", "strange_settings", "terms_json", "tried"]

SECTIONS = ("model", "criteria", "check", "retention")


@frozen(repr=False)
class Terms(Printed):
    """Which model, what counts and how much is enough, whether a check confirms it, how long credit stays fresh.

    `check` None: no knowledge check is asked for, and none decides before credit.
    """

    model: MasteryModel = field(factory=Sums, validator=validators.instance_of(MasteryModel))  # type: ignore[type-abstract]
    criteria: Criteria = field(factory=Criteria, validator=validators.instance_of(Criteria))
    check: CheckRule | None = field(factory=CheckRule, validator=validators.optional(validators.instance_of(CheckRule)))
    retention: Retention = field(factory=Retention, validator=validators.instance_of(Retention))

    def faults(self) -> Iterable[str]:
        """Yield why no learner could ever satisfy these terms, or why a better score could lose credit."""
        bar, highest, criteria = self.criteria.mastered_at, self.model.highest, self.criteria
        if bar > highest:
            yield f"mastered_at is {bar}, and {self.model!r} gives at most {highest}: nobody could reach it"
        if isinstance(self.model, Levels) and bar > self.model.highest_by(criteria.counts):
            alone = f"practice alone gives at most {self.model.highest_by(criteria.counts)}"
            yield f"mastered_at is {bar}, and {alone}: let interim, summative or check work count"
        if isinstance(self.model, NTimes) and bar > self.model.mastered_at:
            yield (
                f"mastered_at is {bar}, and the model counts scores from {self.model.mastered_at}: a better score "
                "could lose credit; let the model's mastered_at be as high"
            )
        if criteria.occasions > criteria.pieces:
            pieces = "1 piece" if criteria.pieces == 1 else f"{criteria.pieces} pieces"
            yield f"{criteria.occasions} occasions are wanted of {pieces}: ask for more pieces"


def terms_json(terms: Terms) -> dict[str, Any]:
    """Return terms as JSON values, in the shape of their TOML; raises PolicyError for a model without a name."""
    return {
        "model": named(terms.model),
        "criteria": {**asdict(terms.criteria), "counts": sorted(terms.criteria.counts)},
        "check": False if terms.check is None else _false_for_none(asdict(terms.check)),
        "retention": _false_for_none(asdict(terms.retention)),
    }


def _false_for_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: False if value is None else value for name, value in values.items()}


def strange_settings(data: Mapping[str, Any], known: Iterable[str], where: str) -> list[str]:
    """Return a fault for each name that is no setting, with the near miss."""
    known = sorted(known)
    return [
        f"{where}: {name!r} is no setting{near_miss(str(name), known)} (there are: {', '.join(known)})"
        for name in data
        if name not in known
    ]


_KINDS: dict[str, Any] = {"criteria": Criteria, "check": CheckRule, "retention": Retention}


def read_section(name: str, given: Any, over: Any, where: str, faults: list[str]) -> Any:
    """Return a section of settings laid over `over`, setting by setting; faults go to `faults`.

    `over` is the section as it stands without what is given: None for a check where none is asked for.
    """
    if name == "check" and given is False:
        return None
    if not isinstance(given, Mapping):
        faults.append(f"{where}: a table of settings was wanted, got {given!r}")
        return over
    if name == "model":
        return _model(given, over, where, faults)
    kind = _KINDS[name]
    known = {a.name for a in fields(kind)}
    faults += strange_settings(given, known, where)
    values: dict[str, Any] = {}
    for setting, value in given.items():
        if setting in known:
            values.update(tried(kind, setting, value, f"{where}.{setting}", faults))
    return kind(**values) if over is None else evolve(over, **values)


def tried(kind: Any, setting: str, value: Any, where: str, faults: list[str]) -> dict[str, Any]:
    """Return the setting if it can be, alone: so that every fault is told, and each with its name."""
    try:
        kind(**{setting: value})
    except (TypeError, ValueError) as fault:
        said = str(fault.args[0]) if fault.args else str(fault)
        faults.append(f"{where}: {said.removeprefix(f'{setting}: ')}")
        return {}
    return {setting: value}


def _model(given: Mapping[str, Any], over: MasteryModel, where: str, faults: list[str]) -> MasteryModel:
    """Return the model; a name left out, or the one it has already, keeps the parameters that are not given."""
    try:
        before = named(over)
        kept = before if given.get("name", before["name"]) == before["name"] else {}
        return model(**{**kept, **given})
    except PolicyError as fault:
        prefix = where.removesuffix("model")
        faults += [f"{prefix}{one}" for one in fault.faults]
        return over
