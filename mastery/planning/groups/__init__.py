"""Groups for tomorrow: temporary, by need, each with its focus and its reasons."""

__all__: list[str] = []
