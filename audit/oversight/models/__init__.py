"""Tables of oversight, on the audit connection. Officers, units and people are ids only."""

from audit.oversight.models.collecting import Cursor, Match, Notice, SeenEvent, Subject, TaskEvent
from audit.oversight.models.misuse import (
    Alert,
    Case,
    CaseEvent,
    CaseExport,
    ListedPerson,
    RuleSetting,
)
from audit.oversight.models.reviews import Draw, ReviewItem, Sampling
from audit.oversight.models.staff import HrHash, Shift

__all__ = [
    "Alert",
    "Case",
    "CaseEvent",
    "CaseExport",
    "Cursor",
    "Draw",
    "HrHash",
    "ListedPerson",
    "Match",
    "Notice",
    "ReviewItem",
    "RuleSetting",
    "Sampling",
    "SeenEvent",
    "Shift",
    "Subject",
    "TaskEvent",
]
