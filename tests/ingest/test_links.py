"""Crimes, outcomes, involvements, gangs and memberships find each other, whoever comes first."""

import pytest

from crime.models import Crime, Involvement, Outcome
from crime.search import SPEC
from gangs.models import Gang, Membership
from ingest.models import Batch, Rejection
from people.models import NominalRecord
from tests.ingest.conftest import Feed
from wmp_search.search.models import OutboxEntry

HEAD = """
system = "trial"
title = "Trial"
tier = "open"
trust = 50
retention_class = "x"
schedule = "0 * * * *"
delivery = "full"
"""


def stream(name: str, kind: str, fields: str, key: str = '["ID"]') -> str:
    return (
        f'[[stream]]\nname = "{name}"\nkind = "{kind}"\npath = "{name}.csv"\nformat = "csv"\n'
        f"key = {key}\n[stream.fields]\n{fields}\n"
    )


CRIMES = stream("crimes", "crime", 'offence_code = "HO"\noccurred_from = "AT"\nstatus = "S"')
OUTCOMES = stream("outcomes", "outcome", 'crime_ref = "C"\noutcome = "O"\noutcome_on = "D"')
NOMINALS = stream("nominals", "person", 'surname = "N"')
INVOLVEMENTS = stream(
    "involvements",
    "involvement",
    'crime_ref = "C"\nnominal_ref = "P"\nrole = { column = "R", values = { S = "suspect" } }',
    '["C", "P"]',
)
GANGS = stream("gangs", "gang", 'name = "N"\naliases = { column = "A", split = ";" }')
MEMBERSHIPS = stream(
    "memberships",
    "membership",
    'nominal_ref = "P"\ngang_ref = "G"\nstatus = "S"\ngrade = "GR"\nrationale = "W"\n'
    'authorised_by = "BY"\nauthorised_on = "ON"\nreview_on = "REV"',
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def crimes(feed: Feed) -> Feed:
    feed.source(HEAD + CRIMES + OUTCOMES + NOMINALS + INVOLVEMENTS)
    return feed


def queued(entity: str) -> list[int]:
    found = OutboxEntry.objects.filter(entity=entity).values_list("entity_id", flat=True)
    ids = sorted(set(found))
    OutboxEntry.objects.all().delete()
    return ids


def test_ends_that_come_later_are_found(crimes: Feed) -> None:
    crimes.file("involvements.csv", "C,P,R\nC1,P1,S\nC1,P2,S\n")
    crimes.file("outcomes.csv", "ID,C,O,D\nO1,C1,Charged,2024-02-01\n")
    crimes.refresh()
    assert not Involvement.objects.exclude(crime=None, record=None).exists()
    crimes.file("crimes.csv", "ID,HO,AT,S\nC1,001/01,2024-01-01 10:00,Open\n")
    crimes.file("nominals.csv", "ID,N\nP1,SMITH\n")
    crimes.refresh()
    crime, record = Crime.objects.get(), NominalRecord.objects.get()
    assert list(
        Involvement.objects.order_by("nominal_ref").values_list("crime_id", "record_id")
    ) == [
        (crime.pk, record.pk),
        (crime.pk, None),
    ]
    assert Outcome.objects.get().crime_id == crime.pk
    assert queued("crime") == [crime.pk]


def test_ends_that_came_before_are_found(crimes: Feed) -> None:
    crimes.file("crimes.csv", "ID,HO,AT,S\nC1,001/01,,Open\nC2,001/01,,Open\n")
    crimes.file("nominals.csv", "ID,N\nP1,SMITH\n")
    crimes.refresh()
    one, two = Crime.objects.order_by("source_ref")
    assert (one.crime_number, one.category) == ("C1", "Violence and sexual offences")
    assert queued("crime") == [one.pk, two.pk]
    crimes.file("involvements.csv", "C,P,R\nC1,P1,S\n")
    crimes.file("outcomes.csv", "ID,C,O,D\nO1,C1,Charged,2024-02-01\n")
    crimes.refresh()
    assert Involvement.objects.get().crime_id == Outcome.objects.get().crime_id == one.pk
    assert Involvement.objects.get().record_id == NominalRecord.objects.get().pk
    assert queued("crime") == [one.pk]


def test_an_outcome_that_moves_to_another_crime_queues_both(crimes: Feed) -> None:
    crimes.file("crimes.csv", "ID,HO,AT,S\nC1,001/01,,\nC2,001/01,,\n")
    crimes.file("outcomes.csv", "ID,C,O,D\nO1,C1,Charged,\n")
    crimes.refresh()
    queued("crime")
    crimes.file("outcomes.csv", "ID,C,O,D\nO1,C2,Charged,\n")
    crimes.refresh()
    one, two = Crime.objects.order_by("source_ref")
    assert Outcome.objects.get().crime_id == two.pk
    assert queued("crime") == [one.pk, two.pk]


@pytest.mark.parametrize(
    "outcomes", ["O1,C1,Charged,2024-03-01\n", "", "O1,C2,Charged,2024-02-01\n"]
)
def test_a_document_made_before_its_outcome_changed_has_an_older_version(
    crimes: Feed, outcomes: str
) -> None:
    crimes.file("crimes.csv", "ID,HO,AT,S\nC1,001/01,,\nC2,001/01,,\nC3,001/01,,\n")
    crimes.file("outcomes.csv", "ID,C,O,D\nO1,C1,Charged,2024-02-01\nO2,C3,Charged,\n")
    crimes.refresh()
    pks = list(Crime.objects.order_by("source_ref").values_list("pk", flat=True))
    before = {int(d.doc_id): d.version or 0 for d in SPEC.documents(pks)}
    crimes.file("outcomes.csv", f"ID,C,O,D\n{outcomes}O2,C3,Charged,\n")
    crimes.refresh()
    after = {int(d.doc_id): d.version or 0 for d in SPEC.documents(pks)}
    moved = pks[:2] if "C2" in outcomes else pks[:1]
    assert {pk for pk in pks if after[pk] > before[pk]} == set(moved)


def test_a_vanished_involvement_and_a_vanished_crime_queue_their_crime(crimes: Feed) -> None:
    crimes.file("crimes.csv", "ID,HO,AT,S\nC1,001/01,,\nC2,001/01,,\n")
    crimes.file("involvements.csv", "C,P,R\nC1,P1,S\nC2,P1,S\n")
    crimes.refresh()
    one, two = Crime.objects.order_by("source_ref")
    queued("crime")
    crimes.file("involvements.csv", "C,P,R\nC2,P1,S\n")
    crimes.refresh()
    assert queued("crime") == [one.pk]
    crimes.file("crimes.csv", "ID,HO,AT,S\nC1,001/01,,\n")
    crimes.refresh()
    two.refresh_from_db()
    assert two.deleted_at is not None
    assert queued("crime") == [two.pk]


def test_unchanged_crimes_are_not_queued_when_the_source_file_changes(crimes: Feed) -> None:
    crimes.file("crimes.csv", "ID,HO,AT,S\nC1,001/01,,Open\n")
    crimes.refresh()
    queued("crime")
    crimes.source(HEAD + CRIMES + OUTCOMES + NOMINALS + INVOLVEMENTS + "# a comment\n")
    assert [b.unchanged for b in crimes.refresh()] == [1]
    assert queued("crime") == []


def test_an_unknown_offence_code_is_rejected_and_the_rest_loads(crimes: Feed) -> None:
    crimes.file("crimes.csv", "ID,HO,AT,S\nC1,001/01,,\nC2,999/98,,\nC3,1/2,,\n")
    (batch,) = crimes.refresh()
    assert (batch.state, batch.added, batch.rejected) == (Batch.State.LOADED, 2, 1)
    rejection = Rejection.objects.get()
    assert (rejection.line, rejection.column) == (3, "HO")
    assert rejection.reason == "unknown Home Office offence code 999/98"


def test_an_unmapped_role_is_unclassified(crimes: Feed) -> None:
    crimes.file("involvements.csv", "C,P,R\nC1,P1,S\nC1,P2,Z\nC1,P3,\n")
    (batch,) = crimes.refresh()
    roles = dict(Involvement.objects.values_list("nominal_ref", "role"))
    assert roles["P1"] == "suspect"
    assert roles["P2"] == "unclassified"
    # no role at all is a link without a role: refused (policing.md C1)
    assert (batch.added, batch.rejected) == (2, 1)


def test_gangs_and_memberships_are_tied_and_queued(feed: Feed) -> None:
    feed.source(HEAD + GANGS + NOMINALS + MEMBERSHIPS)
    feed.file("gangs.csv", "ID,N,A\nG1,The Blue Gate,BG;Gate Boys\n")
    feed.file("nominals.csv", "ID,N\nP1,SMITH\n")
    row = "M1,P1,G1,Associate,2B,Seen with,Insp Hale,2024-01-01,2024-07-01"
    feed.file(
        "memberships.csv", f"ID,P,G,S,GR,W,BY,ON,REV\n{row}\nM2,P1,G1,Member,2B,,X,2024-01-01,\n"
    )
    batches = {b.stream: b for b in feed.refresh()}
    gang, membership = Gang.objects.get(), Membership.objects.get()
    assert gang.aliases == ["BG", "Gate Boys"]
    assert (membership.gang_id, membership.status) == (gang.pk, "associate")
    assert membership.record_id == NominalRecord.objects.get().pk
    assert batches["memberships"].rejected == 1
    rejection = Rejection.objects.get()
    assert (rejection.column, rejection.reason) == ("W", "empty, but required")
    assert queued("gang") == [gang.pk]


def test_a_gang_that_people_restricted_stays_restricted(feed: Feed) -> None:
    feed.source(HEAD + GANGS)
    feed.file("gangs.csv", "ID,N,A\nG1,Blue Gate,\n")
    feed.refresh()
    Gang.objects.update(restricted=True)
    feed.file("gangs.csv", "ID,N,A\nG1,Blue Gate Crew,\n")
    feed.refresh()
    gang = Gang.objects.get()
    assert (gang.name, gang.restricted) == ("Blue Gate Crew", True)
