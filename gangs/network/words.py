"""What a link is called on a page: the role the record gives, never more.

Not used for anybody: leader, risk, broker, soldier. A child is never called a member or associate,
nor is somebody whom a gang harms (policing.md F2, requirements on gangs, decision 10).
"""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format

from gangs.affiliations import CHILD
from gangs.beside_models import GangRelation
from gangs.models import Status
from gangs.network.models import Kind
from people.models import InvolvementRole

_PLAIN = {
    Kind.ADDRESS: "Recorded at this address",
    Kind.PHONE: "Recorded with this phone",
    Kind.VEHICLE: "Recorded with this vehicle",
}
_ROLES = {str(value): str(label) for value, label in InvolvementRole.choices}
_STATUS = {
    Status.MEMBER.value: "Member, evidenced",
    Status.ASSOCIATE.value: "Associate",
    Status.EXPLOITED.value: "Exploited by this gang or its victim",
    Status.AT_RISK.value: "At risk from this gang",
}
_RELATIONS = {str(value): str(label) for value, label in GangRelation.Kind.choices}
AFFILIATED = frozenset({Status.MEMBER.value, Status.ASSOCIATE.value})
HARMED = "victim"


def of_link(kind: Kind, roles: Sequence[str]) -> str:
    """The link in words: "Victim, Suspect", "Member, evidenced", "Stated: Partner"."""
    if kind is Kind.HARMED and AFFILIATED.intersection(roles):
        return CHILD
    if kind in (Kind.AFFILIATED, Kind.HARMED):
        return ", ".join(_STATUS.get(role, role) for role in roles)
    if kind is Kind.RELATION:
        return ", ".join(_RELATIONS.get(role, role) for role in roles if role) or "Linked"
    if kind is Kind.STATED:
        return f"Stated: {', '.join(role for role in roles if role) or 'linked'}"
    if kind in _PLAIN:
        return _PLAIN[kind]
    harmed_first = sorted(roles, key=lambda role: role != HARMED)
    return ", ".join(_ROLES.get(role, role) for role in harmed_first)


def of_days(first: date | None, last: date | None, known: date | None) -> str:
    """The days of a link: "3 May 2024", "3 May 2024 to 2 Jun 2025", "Day not known".

    As known on a day, what came later is left out.
    """
    if known and last and last > known:
        last = first if first and first <= known else None
    if first is None and last is None:
        return "Day not known"
    days = [date_format(day, "j M Y") for day in (first, last) if day]
    return days[0] if len(set(days)) == 1 else " to ".join(days)


def of_sources(count: int, systems: Sequence[str]) -> str:
    """ "2 records, Custody and Intelligence"."""
    records = f"{count} record{'' if count == 1 else 's'}"
    return f"{records}, {' and '.join(systems)}" if systems else records
