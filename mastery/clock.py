"""The clock that everything goes by unless it is given another."""

from datetime import UTC, datetime

__all__ = ["present"]


def present() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)
