"""Policies as TOML text, the form in which people keep and edit them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mastery.policy import Policy

__all__ = ["to_toml"]


def to_toml(policy: Policy) -> str:
    """Return the policy as TOML, every setting said; `Policy.from_toml` reads an equal one back."""
    values = policy.to_json()
    lines = [f"{name} = {_value(values[name])}" for name in ("floors", "choice")]
    lines += _sections(values)
    for special in values["special"]:
        selectors = [name for name in special if isinstance(special[name], list)]
        lines += ["", "[[special]]", *(f"{name} = {_value(special[name])}" for name in selectors)]
        lines += _sections(special, "special.")
    return "\n".join(lines) + "\n"


def _sections(values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    if values["check"] is False:
        yield "check = false"  # before the tables, which would take it in
    for name in ("model", "criteria", "check", "retention"):
        if isinstance(values[name], Mapping):
            yield ""
            yield f"[{prefix}{name}]"
            yield from (f"{setting} = {_value(value)}" for setting, value in values[name].items())


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
