"""The purposes that every force begins with (policing.md 2.1; reasons in ADR 0012).

They hold from the beginning of time, so that every event has a label. An administrator changes
them on the page "Purposes".
"""

from collections.abc import Callable
from datetime import UTC, datetime

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
RAW, MASKED, RESTRICTED, GANGS = (
    "record.view_raw",
    "person.view_masked",
    "person.view_restricted",
    "gang.view",
)
STREET = [MASKED, RAW]
LITTLE = [RESTRICTED, MASKED, RAW, GANGS]
STOPPED, ARRESTED, CRIME, TRAFFIC, ADMINISTRATION, SUPPORT = 1, 4, 6, 7, 8, 9

# code, label, PNC category, covers victims, withholds, what it is for
PURPOSES = [
    ("STOP", "Person or vehicle stopped", STOPPED, False, STREET,
     "Somebody is stopped in the street or a vehicle is stopped"),
    ("ARREST", "Arrest or custody", ARRESTED, False, STREET,
     "Somebody is arrested, booked in or interviewed"),
    ("CRIME-INV", "Crime investigation", CRIME, True, [],
     "A recorded crime: suspects, witnesses, victims, lines of enquiry"),
    ("INTEL-DEV", "Intelligence development", SUPPORT, False, STREET,
     "Developing intelligence under a tasking, before there is a crime number"),
    ("SAFEGUARD", "Safeguarding", None, True, [],
     "Protecting a child or an adult at risk"),
    ("MISSING", "Missing person", None, True, [],
     "Finding a missing person"),
    ("DOMESTIC", "Domestic abuse", CRIME, True, [],
     "Responding to or investigating domestic abuse"),
    ("OFFICER-SAFETY", "Officer safety", None, True, STREET,
     "What may harm officers or others at a place they are about to go to"),
    ("TRAFFIC", "Traffic", TRAFFIC, False, LITTLE,
     "Road traffic offences and collisions"),
    ("WARRANT", "Warrant or wanted person", ARRESTED, False, STREET,
     "Finding somebody who is wanted or executing a warrant"),
    ("LICENSING", "Licensing or vetting", ADMINISTRATION, False, LITTLE,
     "Firearms, alcohol and taxi licences, vetting"),
    ("DISCLOSURE", "Court or disclosure", SUPPORT, True, [],
     "Case papers, disclosure to prosecution and defence, court results"),
    ("DATA-QUALITY", "Data quality", ADMINISTRATION, True, [MASKED],
     "Checking and correcting what is recorded"),
    ("TRAINING", "Training (synthetic data only)", None, False, LITTLE,
     "Learning to use the system on made-up people"),
]  # fmt: skip
# code, label, withholds, roles it is open to, offered in the list, challenge, what it is for
SPECIAL = [
    ("SAR", "Subject access request", [], ["purpose.subject_access"], True, 0,
     "Answering somebody who asks what is held about them"),
    ("AUDIT", "Audit or professional standards", [], ["audit.view_all", "misuse.view"], True, 0,
     "Looking at what an officer saw, for one of the four purposes of DPA 2018 s.62(4)"),
    ("BREAK-GLASS", "Threat to life", [], ["break_glass.use"], False, 0,
     "Opened by the emergency page only; every look is reviewed"),
]  # fmt: skip
GIVEN = {"disclosure": "purpose.subject_access", "analyst": "person.search_wide"}


def create(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    model = apps.get_model("access", "PurposeVersion")
    rows = [
        model(
            code=code,
            label=label,
            category=category,
            covers_victims=victims,
            withholds=withholds,
            description=text,
        )
        for code, label, category, victims, withholds, text in PURPOSES
    ]
    rows += [
        model(
            code=code,
            label=label,
            covers_victims=True,
            needs_reference=listed,
            withholds=withholds,
            open_to=open_to,
            listed=listed,
            challenge_percent=challenge,
            description=text,
        )
        for code, label, withholds, open_to, listed, challenge, text in SPECIAL
    ]
    for place, row in enumerate(rows, start=1):
        row.version, row.place, row.from_at = 1, place * 10, BEGINNING
    model.objects.bulk_create(rows)
    for slug, permission in GIVEN.items():
        _change(apps, lambda held, p=permission: [*held, p], slug=slug)


def remove(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("access", "PurposeVersion").objects.all().delete()
    taken = set(GIVEN.values())
    _change(apps, lambda held: [p for p in held if p not in taken])


def _change(apps: Apps, change: Callable[[list[str]], list[str]], **which: str) -> None:
    """Write the roles' permissions anew, each once and in order."""
    for role in apps.get_model("access", "Role").objects.filter(**which):
        role.permissions = list(dict.fromkeys(change(role.permissions)))
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("access", "0005_purposes")]
    operations = [migrations.RunPython(create, remove)]
