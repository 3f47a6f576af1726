"""A crime, its outcomes and who was involved; a gang and its memberships. For tests."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from crime.models import Crime, Involvement, Outcome
from gangs.models import Gang, Membership
from people.models import NominalRecord
from tests.people_data import CHANGED, next_id
from wmp_search.search import outbox


def crime(number: str = "20CR/000005/26", *, outcome: str = "", **fields: Any) -> Crime:
    """One recorded crime, with an outcome if one is given."""
    defaults: dict[str, Any] = {
        "source_ref": number,
        "crime_number": number,
        "offence": "Burglary in a dwelling",
        "offence_code": "028/01",
        "occurred_from": datetime(2024, 5, 2, 22, 30, tzinfo=UTC),
        "location": "Slade Road",
        "postcode": "B23 7PJ",
        "changed_at": CHANGED,
    }
    made = Crime.objects.create(pk=next_id(), system="crime_recording", **{**defaults, **fields})
    if outcome:
        Outcome.objects.create(
            pk=next_id(),
            system=made.system,
            crime_ref=made.source_ref,
            crime=made,
            outcome=outcome,
            outcome_on=date(2024, 6, 1),
        )
    outbox.queue("crime", [made.pk])
    return made


def involve(record: NominalRecord, in_crime: Crime, role: str) -> Involvement:
    """The record's role in the crime."""
    return Involvement.objects.create(
        pk=next_id(),
        system=in_crime.system,
        nominal_ref=record.source_ref,
        crime_ref=in_crime.source_ref,
        record=record,
        crime=in_crime,
        role=role,
        recorded_on=date(2024, 5, 3),
    )


def gang(name: str = "Canal Street Crew", **fields: Any) -> Gang:
    """One gang."""
    defaults: dict[str, Any] = {"source_ref": name, "area": "Aston", "changed_at": CHANGED}
    made = Gang.objects.create(pk=next_id(), system="gangs", name=name, **{**defaults, **fields})
    outbox.queue("gang", [made.pk])
    return made


def affiliate(
    record: NominalRecord, to: Gang, status: str = "member", **fields: Any
) -> Membership:
    """The record's affiliation to the gang, authorised and not yet due for review."""
    defaults: dict[str, Any] = {
        "grade": "2B",
        "rationale": "Charged with evidenced members",
        "authorised_by": "DI Farrell",
        "authorised_on": timezone.localdate() - timedelta(days=30),
        "review_on": date(2099, 1, 1),
    }
    return Membership.objects.create(
        pk=next_id(),
        system="gangs",
        nominal_ref=record.source_ref,
        gang_ref=to.source_ref,
        record=record,
        gang=to,
        status=status,
        **{**defaults, **fields},
    )
