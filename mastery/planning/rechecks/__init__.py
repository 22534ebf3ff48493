"""Which rechecks are due, on which day each, and what harder work would refresh them."""

__all__: list[str] = []
