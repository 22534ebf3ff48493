"""When a learner may be there, at their own rate; shown, never enforced."""

__all__: list[str] = []
