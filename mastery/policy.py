"""`Policy`: which model, what counts, how much is enough. A plain value; TOML in, JSON in and out."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import field, fields, frozen, validators

from competencies import Competency, Framework, Kind
from competencies.converters import names
from competencies.printing import Printed
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.errors import PolicyError
from mastery.models import MasteryModel, Sums
from mastery.retention import Retention
from mastery.settings import count_or_none, is_like, member, optional, whole
from mastery.terms import SECTIONS, Terms, read_section, strange_settings, terms_json, tried

__all__ = ["Policy", "Special"]


def _texts(given: str | Iterable[str]) -> tuple[str, ...]:
    """Return one text, or several, as a tuple; raises ValueError for anything else."""
    found = (given,) if isinstance(given, str) else names(given)
    if not all(isinstance(text, str) and text for text in found):
        raise ValueError(f"a text, or a list of texts, was wanted, got {given!r}")
    return found


def _kinds(given: str | Iterable[str]) -> tuple[Kind, ...]:
    return tuple(member(Kind, "kind", text) for text in _texts(given))


@frozen(kw_only=True, repr=False)
class Special(Printed):
    """Terms of their own for some competencies: those that fit every selector given, by any one of its texts.

    `competency` names identifiers or codes, `kind` and `tag` what the framework says of a competency, `code` patterns
    of codes (* stands for any text, ? for one character). A group that fits means all its parts. Raises PolicyError
    without a selector.
    """

    competency: tuple[str, ...] = field(default=(), converter=_texts)
    kind: tuple[Kind, ...] = field(default=(), converter=_kinds)
    tag: tuple[str, ...] = field(default=(), converter=_texts)
    code: tuple[str, ...] = field(default=(), converter=_texts)
    terms: Terms = field(validator=validators.instance_of(Terms))

    def __attrs_post_init__(self) -> None:
        if not any(getattr(self, name) for name in SELECTORS):
            fault = f"one of {', '.join(SELECTORS)} was wanted to say for which competencies it is, got none"
            raise PolicyError("This special rule cannot be used", [fault])

    def fits(self, competency: Competency, formerly: Iterable[str] = ()) -> bool:
        """Whether the terms are for this competency or group, which earlier editions knew by the names `formerly`."""
        return (
            (not self.competency or not {competency.identifier, competency.code, *formerly}.isdisjoint(self.competency))
            and (not self.kind or competency.kind in self.kind)
            and (not self.tag or not set(self.tag).isdisjoint(competency.tags))
            and (not self.code or any(is_like(competency.code, pattern) for pattern in self.code))
        )


SELECTORS = ("competency", "kind", "tag", "code")


def _specials(given: Iterable[Special]) -> tuple[Special, ...]:
    return tuple(given)


@frozen(repr=False)
class Policy(Printed):
    """The rules of progression.

    `check` None: no knowledge check is asked for, and none decides before credit. `floors` names competencies that
    stay among the first steps until they are met; `choice` says how many ready steps a learner may choose from
    (1: assigned, None: any). `special` holds terms of their own for some competencies; the first that fits one is
    what it lives by. Raises PolicyError when no learner could ever satisfy it.
    """

    model: MasteryModel = field(factory=Sums, validator=validators.instance_of(MasteryModel))  # type: ignore[type-abstract]
    criteria: Criteria = field(factory=Criteria, validator=validators.instance_of(Criteria))
    check: CheckRule | None = field(factory=CheckRule, validator=validators.optional(validators.instance_of(CheckRule)))
    retention: Retention = field(factory=Retention, validator=validators.instance_of(Retention))
    floors: tuple[str, ...] = field(default=(), converter=names)
    choice: int | None = field(default=None, converter=count_or_none, validator=optional(whole(1)))
    special: tuple[Special, ...] = field(
        default=(), converter=_specials, validator=validators.deep_iterable(validators.instance_of(Special))
    )

    def __attrs_post_init__(self) -> None:
        faults = list(self.terms.faults())
        for n, special in enumerate(self.special, start=1):
            faults += [f"special {n}: {fault}" for fault in special.terms.faults()]
        if faults:
            raise PolicyError("This policy could never be satisfied", faults)

    @cached_property
    def terms(self) -> Terms:
        """What holds for a competency that no special rule fits."""
        return Terms(self.model, self.criteria, self.check, self.retention)

    def terms_of(self, framework: Framework, name: str) -> Terms:
        """Return what holds for a competency of a framework; raises UnknownCompetency."""
        return next((self.special[n].terms for n in self.fitting(framework, name)), self.terms)

    def fitting(self, framework: Framework, name: str) -> Iterator[int]:
        """Yield the positions of the special rules that fit a competency or a group around it: the first is in force.

        Raises UnknownCompetency.
        """
        around: list[tuple[Competency, set[str]]] = []
        identifier: str | None = framework.competency(name).identifier if self.special else None
        while identifier is not None:
            former = {old for old, successors in framework.formerly.items() if identifier in successors}
            around.append((framework.competency(identifier), former))
            identifier = framework.part_of.get(identifier)
        for n, special in enumerate(self.special):
            if any(special.fits(one, former) for one, former in around):
                yield n

    @cached_property
    def version(self) -> str:
        """The content hash: 32 hexadecimal digits, equal for equal policies, in any process."""
        content = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the policy as JSON values, in the shape of its TOML; raises PolicyError for a model without a name."""
        return {
            **terms_json(self.terms),
            "floors": list(self.floors),
            "choice": self.choice or False,
            "special": [
                {**{name: list(found) for name in SELECTORS if (found := getattr(one, name))}, **terms_json(one.terms)}
                for one in self.special
            ],
        }

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Policy:
        """Return the policy that plain values describe; what is left out stays as in `Policy()`.

        `false` says none, as in `check = false`; what a special rule leaves out stays as in the rest of the policy.
        Raises PolicyError with every fault.
        """
        faults = strange_settings(data, {a.name for a in fields(cls)}, "policy")
        values = _sections(data, Terms(), "", faults)
        for name in ("floors", "choice"):
            if name in data:
                values.update(tried(cls, name, data[name], name, faults))
        if "special" in data:
            values["special"] = _read_specials(data["special"], Terms(**{n: values[n] for n in SECTIONS}), faults)
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
        except PolicyError as fault:
            raise PolicyError(f"{where} cannot be used", fault.faults) from None
        except (ValueError, RecursionError) as fault:  # a number of too many digits is no TOMLDecodeError
            raise PolicyError(f"{where} is not TOML", [str(fault)]) from None

    @classmethod
    def load(cls, path: str | Path) -> Policy:
        """Return the policy in a TOML file; raises PolicyError, which names the file."""
        try:
            text = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise PolicyError(f"The policy {path} cannot be read", [str(fault)]) from None
        return cls.from_toml(text, where=f"The policy {path}")


def _sections(data: Mapping[str, Any], over: Terms, where: str, faults: list[str]) -> dict[str, Any]:
    """Return the sections of `data`, each laid over the one that stands."""
    return {
        name: read_section(name, data[name], getattr(over, name), f"{where}{name}", faults)
        if name in data
        else getattr(over, name)
        for name in SECTIONS
    }


def _read_specials(given: Any, over: Terms, faults: list[str]) -> tuple[Special, ...]:
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        faults.append(f"special: a list of tables was wanted ([[special]] in TOML), got {given!r}")
        return ()
    found = []
    for n, one in enumerate(given, start=1):
        where = f"special {n}: "
        faults += strange_settings(one, (*SELECTORS, *SECTIONS), f"special {n}")
        terms = Terms(**_sections(one, over, where, faults))
        try:
            found.append(Special(**{name: one[name] for name in SELECTORS if name in one}, terms=terms))
        except PolicyError as fault:
            faults += [where + told for told in fault.faults]
        except (TypeError, ValueError) as fault:
            faults.append(where + str(fault))
    return tuple(found)
