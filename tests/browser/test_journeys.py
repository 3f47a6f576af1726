"""What each role comes for, with the keyboard alone: on a phone, at a desk, without JavaScript.

One row for every role that a force begins with; a role without a row fails the test. What a role
does besides has tests of its own beside this one.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from audit.oversight import drawing
from audit.oversight.models import Alert
from ingest.models import Batch, SourceRecord
from people.models import NominalRecord
from tests.browser.hand import (
    Step,
    answer,
    arrive,
    choose,
    menu,
    press,
    see,
    take,
    tick,
    unfold,
    write,
)
from tests.browser.screens import watched
from tests.crime_data import affiliate, crime, gang, involve
from tests.gangs.kept import asked, suspected
from tests.officers import PASSWORD, officer, signed_in, with_purpose
from tests.oversight.trail import viewed
from tests.people_data import CHANGED, index, person, record
from wmp_search.access.models import Officer, Role
from wmp_search.access.scope import Tier
from wmp_search.desk.models import Feedback
from wmp_search.retention import compute, rules

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME = "Agnieszka Kowalczyk-Featherstonehaugh"
# the officer's pages have tests without JavaScript beside this one (test_officer_journey)
WAYS = [
    "phone",
    *(pytest.param(w, marks=pytest.mark.slow) for w in ("desk", "without JavaScript")),
]
PERSON = 41  # a number in the trail; nobody has to stand behind it


@dataclass(frozen=True)
class Journey:
    """What stands ready, and the steps from the start page on."""

    ready: Callable[[], Any]
    steps: tuple[Step, ...]


def somebody() -> None:
    """A person of custody and the PNC, suspect in a burglary; one record as it was delivered."""
    held = _record("custody", markers=[{"code": "VI", "label": "Violent"}])
    suspect = _record("crime_recording", role="suspect")
    person(held, suspect, _record("domestic_abuse", role="victim"))
    involve(suspect, crime(outcome="Charged"), "suspect")
    batch = Batch.objects.create(
        system="custody", stream="detainees", file_name="custody_20260105.txt", state="loaded"
    )
    SourceRecord.objects.create(
        pk=held.pk, system="custody", stream="detainees", source_ref=held.source_ref,
        kind="person", raw={"SURNAME": "KOWALCZYK-FEATHERSTONEHAUGH"}, row_hash=b"x" * 32,
        batch=batch, line=12, loaded_at=CHANGED,
    )  # fmt: skip
    index()


def _record(system: str, **fields: Any) -> NominalRecord:
    given, _, surname = NAME.partition(" ")
    return record(system, given_names=given, surname=surname, born_on=date(1989, 6, 8), **fields)


def practice() -> None:
    person(
        record(
            "practice", tier=int(Tier.PRACTICE), source_ref="P/1", given_names="Robin",
            surname="Hartley",
        )
    )  # fmt: skip
    index()


def a_look() -> None:
    """Constable Jones of the unit Central looked at somebody a moment ago."""
    viewed(officer("officer", username="jones"), PERSON, at=timezone.now())


def a_look_to_review() -> None:
    a_look()
    assert drawing.draw(timezone.localdate()) == 1


def an_alert() -> None:
    jones, now = officer("officer", username="jones"), timezone.now()
    Alert.objects.create(
        rule="victim", key="fixture", officer_id=jones.pk, officer="jones", score=3,
        subjects=[str(PERSON)], events=[viewed(jones, PERSON, at=now)], facts={"days": 3},
        first_at=now, last_at=now, raised_at=now,
    )  # fmt: skip


def a_newcomer() -> None:
    officer(username="fielding", first_name="Joe", last_name="Fielding")


def a_suspect() -> None:
    """Somebody with enough evidence for a membership, and a gang."""
    suspected("Featherstonehaugh")
    gang()
    index()


def a_proposal() -> None:
    """A membership that a colleague of the same unit has proposed."""
    colleague = with_purpose(signed_in(officer("gangs-officer", username="begum")))
    who = suspected("Featherstonehaugh")
    answer = colleague.post(f"/people/{who.person.pk}/membership", asked(who, gang()))
    assert answer.status_code == 302


def a_report() -> None:
    """An item of intelligence about somebody."""
    person(
        _record(
            "intelligence", role="subject", event_kind="intelligence", grade="2B",
            grade_scheme="3x5x2", handling="Permitted",
            event_summary="Sells cannabis by the canal",
        )
    )  # fmt: skip


def somebody_harmed() -> None:
    """Somebody whom the gangs system records as at risk."""
    harmed = _record("gangs", role="victim")
    person(harmed)
    affiliate(harmed, gang(), "at_risk")


def a_held_delivery() -> None:
    Batch.objects.create(
        system="custody", stream="detainees", file_name="detainees.csv",
        state=Batch.State.HELD, error="detainees.csv: 50 of 100 rows cannot be taken",
    )  # fmt: skip


def an_idea() -> None:
    Feedback.objects.create(kind="idea", text="Let me sort by age", route="home", device="phone")


def nothing() -> None:
    """The page is there on the first day, too."""


def ask(words: str, purpose: str, reference: str) -> tuple[Step, ...]:
    """From the start page to what was found: three things to fill in, one to press."""
    return (
        write("Search everything", words),
        write("Why are you looking?", purpose),
        write("Reference or reason", reference),
        press("Search"),
    )


CITE_REPORT = re.compile("^Cite as: Intelligence")
CITE_ARREST = re.compile("^Cite as: Arrest")
GRADE_ARREST = re.compile("^3x5x2 grade: Arrest")


def somebody_old() -> None:
    """Somebody of whom nothing was recorded since 2010, and whose review is due."""
    person(record("custody", surname="Oldcastle", recorded_on=date(2010, 3, 1), role="arrested"))
    compute.compute()


NO_TO_ALL = tuple(answer(question, "No") for question in rules.load().questions.values())
READ_THE_TRAIL = (
    arrive("Reading the audit trail"),
    choose("To verify that the processing is lawful"),
    press("Continue"),
)
WHY = (
    write("Why are you looking?", "Crime investigation"),
    write("Reference or reason", "20/123456/26"),
    press("Continue"),
)
FOUND = (*ask("kowalczyk", "Crime investigation", "20/123456/26"), arrive("1 person for"))
JOURNEYS = {
    "officer": Journey(
        somebody,
        (
            *FOUND, press(NAME), arrive(NAME), see("Violent"),
            unfold(re.compile("^Crimes")), press("20CR/000005/26"), arrive("Burglary"), see(NAME),
        ),
    ),
    "supervisor": Journey(
        a_look_to_review,
        (
            menu("Reviews"), *READ_THE_TRAIL, arrive("Reviews"),
            press(re.compile("^Daily sample")), arrive("jones"), choose("Justified"),
            press("Save the decision"), arrive("Reviews"), see("Nothing waits for you"),
        ),
    ),
    "analyst": Journey(
        somebody,
        (
            *FOUND, press(NAME), arrive(NAME), unfold("Records and sources"),
            press(re.compile("^As delivered ?: Custody")), arrive("Custody"),
            see("KOWALCZYK-FEATHERSTONEHAUGH"), menu("Matches"), arrive("Matches to decide"),
        ),
    ),
    "gangs-officer": Journey(
        a_suspect,
        (
            *ask("featherstonehaugh", "Crime investigation", "20/123456/26"),
            arrive("1 person for"), press("Jordan Featherstonehaugh"), arrive("Jordan"),
            press("Propose a gang membership"), arrive("Propose a membership"), press("Propose"),
            see("There is a problem"), arrive("Propose a membership"), write("Gang", "Canal"),
            choose("Member, evidenced"), write(CITE_REPORT, "Graded"),
            write(CITE_ARREST, "Suspected"), write(GRADE_ARREST, "1/A/P"),
            write("Why", "Arrested with two evidenced members for a robbery"), press("Propose"),
            see("Another supervisor decides"), menu("Memberships"),
            arrive("Memberships of your unit"), see("another supervisor decides"),
        ),
    ),
    "gangs-supervisor": Journey(
        a_proposal,
        (
            menu("Memberships"), *WHY, arrive("Memberships of your unit"),
            press(re.compile("^Member, evidenced")), arrive("Proposal"), choose("Authorise"),
            press("Decide"), arrive("Member, evidenced"), see("Two independent records"),
            press("Reviewed"), arrive("Member, evidenced"),
            press("Tell one recipient"), arrive("Tell one recipient"), press("Membership"),
            arrive("Member, evidenced"), choose("They left the gang, or it is no more"),
            write("Why it ends", "He moved to Leeds and works there now"),
            press("Remove the membership"), arrive("Memberships of your unit"),
            see("No review is due within a month"), menu("Gangs"), press("Canal Street Crew"),
            arrive("Canal Street Crew"), see("Nobody you may see"), menu("Gang figures"),
            arrive("How gang memberships are kept"),
        ),
    ),
    "safeguarding": Journey(
        somebody_harmed,
        (
            menu("Gangs"), *WHY, press("Canal Street Crew"), arrive("Canal Street Crew"),
            see("At risk (safeguarding)"), press(NAME), arrive(NAME), see("Gangs"),
        ),
    ),
    "administrator": Journey(
        a_newcomer,
        (
            menu("Officers and roles"), arrive("Officers"),
            write("Name, user name or collar number", "fielding"), press("Find officers"),
            press("Joe Fielding"), arrive("Joe Fielding"), write("Role", "Officer"),
            press("Continue"), arrive("Give Joe Fielding the role Officer?"),
            press("Give the role"), see("Joe Fielding now has the role Officer"),
        ),
    ),
    "auditor": Journey(
        a_look,
        (
            menu("Audit"), *READ_THE_TRAIL, arrive("Audit"), unfold("Filter"),
            write("Officer (user name)", "jones"), press("Apply filter"), arrive("Audit"),
            see("Officer jones"), press(re.compile(r"^\d+ \w+ \d{4}, ")),
            arrive("Viewed a person"), see("As it was written"), press("Audit"), arrive("Audit"),
            press(re.compile("^Find who saw a person")), arrive("Search the audit trail"),
            write("Person number", str(PERSON)), press("Show who saw them"),
            arrive(f"Who saw person {PERSON}"), see("jones"),
            press("Search the audit trail"), arrive("Search the audit trail"),
            write("Officer (user name)", "jones"), press("Show what they did"), arrive("jones"),
            press("Search the audit trail"), arrive("Search the audit trail"),
            write("Words of the search", "bobby"), press("Find searches"),
            arrive("Who searched for these words"), see("Nobody that you may read about"),
            menu("Audit"), arrive("Audit"), press("Take an extract"),
            arrive("Extract of the audit trail"), press("Take the extract"),
            see("There is a problem"), arrive("Extract of the audit trail"),
            write("Who receives it", "Jane Smith"),
            write("Their organisation", "Information Commissioner"),
            write("Why they receive it", "Complaint about looks at one person"),
            take("Take the extract", ".zip"),
        ),
    ),
    "disclosure": Journey(
        somebody,
        (
            *ask("kowalczyk", "Subject access request", "SAR/26/0042"), arrive("1 person for"),
            press(NAME), arrive(NAME), unfold("Records and sources"), see("Domestic abuse"),
            press(re.compile("^As delivered ?: Custody")), arrive("Custody"),
            see("KOWALCZYK-FEATHERSTONEHAUGH"), press("WMP Search"),
            write("Search everything", "Xqzzv Ywvkq 1990"), press("Search"), arrive("0 people"),
            press("Issue a certificate of a negative search"),
            arrive("Certificate of a negative search"), see("SAR/26/0042"),
            press("WMP Search"), write("Search everything", "kowalczyk"), press("Search"),
            arrive("1 person for"), press(NAME), arrive(NAME), press("Print"), arrive("Print"),
            press("Make the copy"), see("There is a problem"), arrive("Print"),
            write("Who is the copy for?", "Jane Smith"),
            write("Which organisation are they from?", "Herself"),
            write("Why do they need a copy?", "Her own request for what is held about her"),
            press("Make the copy"), arrive(NAME), see("Jane Smith"),
            menu("Requests"), arrive("Requests for what is held"), press("Keep the request"),
            see("There is a problem"),
            press("WMP Search"), write("Search everything", "kowalczyk"), press("Search"),
            arrive("1 person for"), press(NAME), arrive(NAME), press(re.compile("^Contested")),
            arrive("What is contested"), press("Keep the statement"), see("There is a problem"),
            choose("Name: "), choose("A fact"),
            write("What the person says", "It was my maiden name"),
            write("Who says so", "Agnieszka"), write("Said on", "01012026"),
            write("What it rests on", "Marriage certificate"),
            choose("nobody can tell"), press("Keep the statement"),
            see("restricted from"), menu("Corrections"),
            arrive("Corrections and their notices"), press(re.compile("restricted")),
            arrive("Restricted: not to be used"),
        ),
    ),
    "records-manager": Journey(
        somebody_old,
        (
            menu("Retention"), arrive("Retention"),
            press("Review those who are due today"), arrive("Reviews that are due"),
            press(re.compile(r"^Person \d+")), arrive("Say why you are looking"),
            write("Why are you looking?", "Data quality"),
            write("Reference or reason", "Review of what is kept, November"), press("Continue"),
            arrive("Is this record still needed?"), see("Nothing"), press("Save the review"),
            see("There is a problem"), *NO_TO_ALL,
            choose("Dispose of it, if a second person agrees"),
            write("Why", "Nothing since 2010, and no risk is known"), press("Save the review"),
            see("Nobody whom you may see is due."), menu("Retention"), arrive("Retention"),
            write("Why", "Reviewed in November"), press("Propose their disposal"),
            arrive("Disposal of 1 person"), see("You proposed it"),
        ),
    ),
    "intelligence-analyst": Journey(
        a_report,
        (
            menu("Intelligence"), arrive("Search intelligence"), press("Search"),
            see("There is a problem"), write("Words", "sells cannabis"),
            write("Why are you looking?", "Crime investigation"),
            write("Reference or reason", "20/123456/26"), press("Search"),
            arrive("1 item of intelligence"), see("graded 3x5x2 2/B. Handling: Permitted."),
            see("Sells cannabis by the canal"), press(NAME), arrive(NAME),
            press(re.compile("^Search intelligence")), arrive("Search intelligence"),
            press("Search"), arrive("1 item of intelligence"),
        ),
    ),
    "data-scientist": Journey(
        nothing,
        (
            menu("Extracts"), arrive("Pseudonymised extracts"), press("Ask for an extract"),
            arrive("Ask for an extract"), press("Ask for it"), see("There is a problem"),
            tick("Age, in bands"),
            write("Project", "DPIA-2026-041"),
            write("What question will it answer?", "How reviews spread over age bands"),
            press("Ask for it"), arrive("Extract for DPIA-2026-041"),
            see("You asked for it: another person decides."),
        ),
    ),
    "professional-standards": Journey(
        an_alert,
        (
            menu("Alerts"), *READ_THE_TRAIL, arrive("Alerts"),
            press(re.compile("^Repeated looks at one victim")), arrive("jones"),
            choose("Concern, dealt with otherwise"), write("Note", "Spoken to; a neighbour"),
            press("Close the alert"), see("The alert is closed"),
        ),
    ),
    "ethics": Journey(
        nothing,
        (
            menu("Data quality"), arrive("Data quality"), press("How well search finds"),
            arrive("How well search finds"), press("Data quality"), arrive("Data quality"),
            press("How well matching works"), arrive("How well matching works"),
            menu("Data quality"), press("For the ethics panel"), arrive("For the ethics panel"),
            see("Scores or ranks people by risk"),
        ),
    ),
    "data-engineer": Journey(
        a_held_delivery,
        (
            menu("Feeds"), arrive("Feeds"), press("Custody: detainees.csv"),
            arrive("detainees.csv"), press("Decide"), see("There is a problem"),
            choose("Keep it out: the earlier state stands"),
            write("Why", "Half of it is of last year"), press("Decide"), arrive("Feeds"),
            see("Decided lately"),
        ),
    ),
    "product": Journey(
        an_idea,
        (
            menu("Feedback received"), arrive("Feedback received"), press("I have an idea"),
            see("Let me sort by age"), write("State", "Done"), write("You said", "Sort by age"),
            write("We did", "Results can be sorted by age"), press("Save"),
            arrive("Feedback received"), see("Nothing new."),
        ),
    ),
    "trainee": Journey(
        practice,
        (
            *ask("robin hartley", "Training", "Learning to search for people"),
            arrive("1 person for"), press("Robin Hartley"), arrive("Robin Hartley"),
            unfold("Records and sources"), see("P/1"),
        ),
    ),
}  # fmt: skip


@pytest.mark.django_db
def test_every_role_that_a_force_begins_with_has_a_journey() -> None:
    assert set(JOURNEYS) == set(Role.objects.values_list("slug", flat=True))


@pytest.mark.parametrize("role", JOURNEYS)
@pytest.mark.parametrize("way", WAYS)
def test_what_the_role_comes_for_is_done_with_the_keyboard_alone(
    browser: Browser, live_server: Any, way: str, role: str
) -> None:
    who = officer(role, username=f"the-{role}")
    JOURNEYS[role].ready()
    with seat(browser, live_server.url, way, who) as page:
        for step in JOURNEYS[role].steps:
            step(page)


@contextmanager
def seat(browser: Browser, address: str, way: str, who: Officer) -> Iterator[Page]:
    """Signed in by keyboard; every console error but a form's 400 fails the test."""
    with watched(browser, way, refusals=True) as page:
        page.goto(address)
        for step in (
            write("User name", who.username),
            write("Password", PASSWORD),
            press("Sign in"),
            press("I accept and continue"),
            see("Sign out"),
        ):
            step(page)
        yield page
