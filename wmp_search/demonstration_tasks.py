"""Open tasks for the demonstration's accounts, so that a search costs one tap."""

from datetime import timedelta

from django.utils import timezone

from wmp_search.access import assigned
from wmp_search.access.models import Officer, Unit

# user name or unit, reference, kind, title, purpose, hours since it was opened
TASKS = (
    ("officer", "20CR/4471/26", "crime", "Burglary in a dwelling, Erdington", "CRIME-INV", 3),
    ("officer", "CU/2093/26", "custody", "Interview at Perry Barr", "ARREST", 6),
    ("sergeant", "20CR/4388/26", "crime", "Robbery, Handsworth", "CRIME-INV", 20),
    ("analyst", "TSK/118/26", "task", "Vehicle crime in the north", "INTEL-DEV", 30),
    ("disclosure", "SAR/77/26", "task", "Request received by post", "SAR", 50),
    ("Central neighbourhood team", "LOG 1453", "incident", "Missing from home", "MISSING", 1),
)


def load_tasks() -> int:
    """Open the tasks of those accounts and units that exist; returns how many."""
    now = timezone.now()
    officers = set(Officer.objects.values_list("username", flat=True))
    units = set(Unit.objects.values_list("name", flat=True))
    return assigned.load(
        {
            "officer" if whose in officers else "unit": whose,
            "reference": reference,
            "kind": kind,
            "title": title,
            "purpose": purpose,
            "from": (now - timedelta(hours=hours)).isoformat(),
        }
        for whose, reference, kind, title, purpose, hours in TASKS
        if whose in officers | units
    ).written
