"""Figures that add up: learner, group, class, school."""

__all__: list[str] = []
