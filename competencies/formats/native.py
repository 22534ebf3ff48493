"""Reads back what `Framework.to_json` says."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from competencies.competency import CheckBlueprint, Competency, Kind, Level
from competencies.content import FORMAT
from competencies.draft import Draft
from competencies.errors import FormatError
from competencies.framework import Framework

__all__ = ["from_json", "read"]

Kept = TypeVar("Kept")
_WORDS = {str: "a text", dict: "an object", list: "a list", int: "a whole number"}


def read(data: Any) -> Draft:
    """Return the draft of what `Framework.to_json` described; raises FormatError when it is something else."""
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        got = data.get("format") if isinstance(data, Mapping) else type(data).__name__
        raise FormatError(f"A framework in the format {FORMAT!r} was wanted, got {got!r}.")
    try:
        return Draft(
            _value(data, "title", str),
            [_competency(_is(row, dict, "a competency")) for row in _value(data, "competencies", list)],
            requires=_texts_by_name(data, "requires"),
            recommends=_texts_by_name(data, "recommends"),
            part_of=_texts_by_name(data, "part_of"),
            identifier=_value(data, "identifier", str),
            extras=_value(data, "extras", dict),
            formerly={
                former: tuple(_texts(names, f"formerly of {former}"))
                for former, names in _value(data, "formerly", dict, {}).items()
            },
        )
    except (KeyError, TypeError, ValueError) as fault:
        what = f"{fault.args[0]!r} is missing" if isinstance(fault, KeyError) else str(fault)
        raise FormatError(
            f"A framework in the format {FORMAT!r} was wanted, and this one is damaged: {what}."
        ) from None


def from_json(data: Mapping[str, Any]) -> Framework:
    """Return the framework that `Framework.to_json` described; raises FormatError or FrameworkError."""
    return read(data).framework()


def _is(value: Any, kind: type[Kept], where: str) -> Kept:
    if not isinstance(value, kind):
        raise TypeError(f"{where} was wanted to be {_WORDS[kind]}, got {repr(value)[:40]}")
    return value


def _value(row: Mapping[str, Any], name: str, kind: type[Kept], default: Kept | None = None) -> Kept:
    value = row[name] if default is None else row.get(name, default)
    return _is(value, kind, name)


def _texts(values: Any, where: str) -> Sequence[str]:
    return [_is(value, str, f"each of {where}") for value in _is(values, list, where)]


def _texts_by_name(data: Mapping[str, Any], name: str) -> dict[str, str]:
    return {key: _is(value, str, f"{name} of {key}") for key, value in _value(data, name, dict).items()}


def _competency(row: Mapping[str, Any]) -> Competency:
    return Competency(
        _value(row, "identifier", str),
        code=_value(row, "code", str, ""),
        statement=_value(row, "statement", str, ""),
        kind=_kind(_value(row, "kind", str)) if "kind" in row else None,
        item_type=_value(row, "item_type", str, ""),
        levels=[_level(level) for level in _value(row, "levels", list, [])],
        tags=_texts(row.get("tags", []), "tags"),
        alignments=_texts(row.get("alignments", []), "alignments"),
        check=_check(row["check"]) if row.get("check") else None,
        extras=_value(row, "extras", dict, {}),
    )


def _kind(word: str) -> Kind:
    kinds = [kind.value for kind in Kind]
    if word not in kinds:
        raise ValueError(f"kind was wanted to be one of {', '.join(kinds)}, got {repr(word)[:40]}")
    return Kind(word)


def _level(values: Any) -> Level:
    texts = _texts(values, "a level")
    if len(texts) != 2:
        raise ValueError(f"a level was wanted to be its name and its words, got {repr(texts)[:40]}")
    return Level(*texts)


def _check(values: Any) -> CheckBlueprint:
    if len(_is(values, list, "check")) != 3:
        raise ValueError(
            f"check was wanted to be a pass score, a number of questions and a list, got {repr(values)[:40]}"
        )
    pass_score, questions, items = values
    if not isinstance(pass_score, int | float):
        raise TypeError(f"the pass score of a check was wanted to be a number, got {repr(pass_score)[:40]}")
    return CheckBlueprint(pass_score, _is(questions, int, "the questions of a check"), _texts(items, "check items"))
