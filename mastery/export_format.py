"""The lines of an export: what each kind holds, written and read back. docs/exports.md describes them.

A head, the adoptions, the facts in the order of their store, and a last line with counts and a digest of all before
it. Fields that are as they are by default are left out. Every line is JSON, alone on its line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from attrs import NOTHING, Attribute, define, field, fields

from competencies.errors import near_miss
from mastery.errors import FactError
from mastery.facts import Award, Decision, Evidence, Fact, utc
from mastery.store.protocol import Adoption

__all__ = ["FORMAT", "VERSION", "Digest", "Json", "adoption_line", "adoption_of", "end_line", "fact_line", "fact_of"]
__all__ += ["head_line", "is_export", "parsed"]

FORMAT, VERSION = "mastery export", 1
Json = dict[str, Any]
KINDS: Mapping[str, type[Fact]] = {"evidence": Evidence, "decision": Decision, "award": Award}
_NAMES = {kind: name for name, kind in KINDS.items()}


@define
class Digest:
    """A running digest of lines, the same whatever their ends."""

    _sum: Any = field(factory=lambda: hashlib.blake2b(digest_size=16), init=False)

    def add(self, line: str) -> None:
        """Take one more line."""
        self._sum.update(line.strip().encode("utf-8", "surrogatepass") + b"\n")

    def text(self) -> str:
        """Return the digest of all lines so far, in 32 hexadecimal digits."""
        return str(self._sum.hexdigest())


def _line(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:  # half a character, as some systems hand on: kept as it is, escaped
            text = json.dumps(value)
        for end in "\x85\u2028\u2029":  # what some readers take for the end of a line
            text = text.replace(end, f"\\u{ord(end):04x}")
    return text + "\n"


def head_line(learner: str | None) -> str:
    """Return the first line: what this is, and whose facts it holds (none: everybody's)."""
    return _line({"format": FORMAT, "version": VERSION, "learner": learner})


def end_line(adoptions: int, facts: int, digest: str) -> str:
    """Return the last line, by which a file that was cut off or edited is known."""
    return _line({"end": {"adoptions": adoptions, "facts": facts, "digest": digest}})


def adoption_line(adoption: Adoption) -> str:
    """Return the line of an adoption."""
    body = json.loads(adoption.body)
    when = _time_text(adoption.adopted_at)
    return _line({"adoption": adoption.kind, "version": adoption.version, "adopted_at": when, "body": body})


def fact_line(fact: Fact) -> str:
    """Return the line of a fact."""
    found: Json = {"fact": _NAMES[type(fact)]}
    for name, default in _WRITTEN[type(fact)]:
        value = getattr(fact, name)
        if value != default:
            found[name] = _written(value)
    return _line(found)


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return _time_text(value)
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _time_text(when: datetime) -> str:
    return when.isoformat().replace("+00:00", "Z")


def is_export(line: str) -> bool:
    """Return whether this is the first line of an export, of whatever version."""
    value = parsed(line.removeprefix("\ufeff"))
    return isinstance(value, dict) and value.get("format") == FORMAT


def parsed(line: str) -> object:
    """Return the JSON value of a line, or the fault as text where it is none."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as fault:
        return f"this is not JSON: {fault}"


# Reading: what is wrong is told in full, each fault with its field.


def adoption_of(value: Json) -> Adoption:
    """Return the adoption of a line; raises FactError with every fault."""
    faults = _strange(value, ("adoption", "version", "adopted_at", "body"))
    kind, body = value.get("adoption"), value.get("body")
    if kind not in ("framework", "policy"):
        faults.append(f"adoption: framework or policy was wanted, got {kind!r}")
    if not isinstance(body, dict):
        faults.append(f"body: a JSON object was wanted, got {_kind(body)}")
    version = _text("version", value.get("version"), faults)
    when = _time("adopted_at", value.get("adopted_at"), faults)
    if faults:
        raise FactError("This adoption cannot be read", faults)
    return Adoption(kind, version, json.dumps(body, ensure_ascii=False), utc(when, "adopted_at"))  # type: ignore[arg-type]


def fact_of(value: Json) -> Fact:
    """Return the fact of a line; raises FactError with every fault."""
    kind = value.get("fact")
    if not isinstance(kind, str) or kind not in KINDS:
        raise FactError("This fact cannot be read", [f"fact: one of {', '.join(KINDS)} was wanted, got {kind!r}"])
    made, written = KINDS[kind], _WRITTEN[KINDS[kind]]
    faults = _strange(value, ("fact", *(name for name, _ in written)))
    given: Json = {}
    for name, default in written:
        if name in value:
            given[name] = _READ.get(name, _text)(name, value[name], faults)
        elif default is NOTHING:
            faults.append(f"{name}: it is missing")
    if faults:
        raise FactError(f"This {kind} cannot be read", faults)
    return made(**given)


def _strange(value: Json, known: Iterable[str]) -> list[str]:
    known = list(known)
    return [f"{name}: there is no such field{near_miss(name, known)}" for name in value if name not in known]


def _kind(value: object) -> str:
    return "nothing" if value is None else repr(value) if len(repr(value)) < 40 else type(value).__name__


def _text(name: str, value: object, faults: list[str]) -> str:
    if not isinstance(value, str) or (name == "key" and not value):
        faults.append(f"{name}: a text was wanted, got {_kind(value)}")
    return str(value)


def _texts(name: str, value: object, faults: list[str]) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        return tuple(value)
    faults.append(f"{name}: a list of texts was wanted, got {_kind(value)}")
    return ()


def _number(name: str, value: object, faults: list[str]) -> float | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    faults.append(f"{name}: a number from 0 to 1 was wanted, got {_kind(value)}")
    return None


def _time(name: str, value: object, faults: list[str]) -> datetime:
    try:
        when = datetime.fromisoformat(value)  # type: ignore[arg-type]
        if when.utcoffset() is not None:
            return when
    except (TypeError, ValueError):
        pass
    faults.append(f"{name}: a time such as 2026-03-02T14:00:00Z was wanted, got {_kind(value)}")
    return datetime.min


_READ: Mapping[str, Callable[[str, object, list[str]], Any]] = {
    "score": _number,
    "support": _texts,
    **dict.fromkeys(("observed_at", "recorded_at", "earned_at", "until"), _time),
}


def _default(attribute: Attribute[Any]) -> object:
    """Return what a field holds where it is left out; NOTHING for one that never is."""
    return attribute.default if attribute.name not in ("recorded_at", "key") else NOTHING


_WRITTEN: dict[type, list[tuple[str, object]]] = {
    kind: [(a.name, _default(a)) for a in fields(kind) if a.init] for kind in (Evidence, Decision, Award)
}
