"""The pages: routes that answer people in HTML, each from a desk as the routes of `/v1` are."""

from mastery.adapters.http.pages import (
    ahead,
    classes,
    competencies,
    deciding,
    entering,
    fairness,
    grouping,
    home,
    learners,
    office,
    own,
    paces,
    policies,
    questions,
    reviewing,
    rules,
    signing,
    static,
)

__all__ = ["PAGES"]

_MODULES = (
    home,
    classes,
    questions,
    grouping,
    ahead,
    paces,
    fairness,
    learners,
    own,
    competencies,
    reviewing,
    deciding,
    entering,
    rules,
    policies,
    office,
    signing,
    static,
)
PAGES = tuple(module.router for module in _MODULES)
"""The routers of the pages, in the order in which they are tried."""
