"""Fields of forms that may be left empty."""

from __future__ import annotations

from typing import Any

from pydantic import BeforeValidator

__all__ = ["BLANK"]


def _none_for_blank(given: Any) -> Any:
    return None if given == "" else given


BLANK = BeforeValidator(_none_for_blank)
"""For a parameter that may be None: a field left empty is None."""
