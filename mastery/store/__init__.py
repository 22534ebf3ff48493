"""Stores: they keep facts and adoptions, and know nothing of what they mean. `SQLiteStore` loads on first use."""

from typing import TYPE_CHECKING, Any

from mastery.store.memory import MemoryStore
from mastery.store.protocol import Adoption, Store

if TYPE_CHECKING:
    from mastery.store.sqlite import SQLiteStore

__all__ = ["Adoption", "MemoryStore", "SQLiteStore", "Store"]


def __getattr__(name: str) -> Any:
    if name == "SQLiteStore":
        from mastery.store.sqlite import SQLiteStore

        return SQLiteStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
