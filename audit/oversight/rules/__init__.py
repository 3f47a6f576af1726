"""The anomaly rules of policing.md §2.5, each one small function over a stretch of the trail.

A rule takes a `Window` and yields `Finding`s; run again over the same stretch it yields the same
keys, so an alert is raised once. To add a rule: write the function in one of these modules,
decorate it with `@rule(...)`, give it two fixtures in tests/oversight/test_rules.py.
"""

from audit.oversight.rules import acquaintances, habits, kept, records, returns
from audit.oversight.rules.base import RULES, Finding, Pace, Rule, Window

__all__ = [
    "RULES",
    "Finding",
    "Pace",
    "Rule",
    "Window",
    "acquaintances",
    "habits",
    "kept",
    "records",
    "returns",
]
