"""Frameworks and policies for the laws: those that `mastery.testing` picks."""

from mastery.testing.rules import framework, policy

__all__ = ["framework", "policy"]
