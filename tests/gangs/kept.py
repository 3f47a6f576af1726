"""Memberships kept here, for tests: a unit, its officers, people with evidence, through the pages.

unit = gangs_unit(); who = suspected(); pk = kept(unit, who, gang())
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from gangs.kept_models import KeptMembership, MembershipProposal
from gangs.models import Gang
from people.models import NominalRecord, Person
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import person, record
from wmp_search.access.models import Officer

RATIONALE = "Arrested with two evidenced members for a robbery in the area they claim"
UNIT = "Gangs unit"


@dataclass(slots=True)
class GangsUnit:
    """Two officers of one unit, signed in: who proposes and who authorises."""

    author: Officer
    supervisor: Officer
    clients: dict[int, Client] = field(default_factory=dict)

    @property
    def proposing(self) -> Client:
        return self.clients[self.author.pk]

    @property
    def deciding(self) -> Client:
        return self.clients[self.supervisor.pk]

    def sign_in(self) -> None:
        """Anew, as after a night."""
        for one in (self.author, self.supervisor):
            self.clients[one.pk] = with_purpose(signed_in(one))


def gangs_unit(name: str = UNIT) -> GangsUnit:
    made = GangsUnit(
        officer("gangs-officer", in_unit=name), officer("gangs-supervisor", in_unit=name)
    )
    made.sign_in()
    return made


def arrest(surname: str = "Wick", **fields: Any) -> NominalRecord:
    """A custody record of last month."""
    given = {
        "given_names": "Jordan",
        "surname": surname,
        "born_on": date(1995, 3, 2),
        "role": "arrested",
        "event_kind": "arrest",
        "event_on": timezone.localdate() - timedelta(days=30),
    }
    return record("custody", **{**given, **fields})


def report(surname: str = "Wick", **fields: Any) -> NominalRecord:
    """A graded intelligence report of last month."""
    given = {
        "given_names": "Jordan",
        "surname": surname,
        "born_on": date(1995, 3, 2),
        "role": "subject",
        "event_kind": "intelligence",
        "event_summary": "Collects money for the gang",
        "event_on": timezone.localdate() - timedelta(days=20),
        "grade": "2B",
        "grade_scheme": "3x5x2",
        "handling": "Lawful sharing permitted",
    }
    return record("intelligence", **{**given, **fields})


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody with enough evidence."""

    person: Person
    arrest: NominalRecord
    report: NominalRecord


def suspected(surname: str = "Wick", **fields: Any) -> Subject:
    one, two = arrest(surname, **fields), report(surname, **fields)
    return Subject(person(one, two), one, two)


def asked(who: Subject, gang: Gang, **changed: Any) -> dict[str, Any]:
    """What is sent to propose: enough for a member; `changed` wins."""
    today = timezone.localdate()
    return {
        "gang": gang.pk,
        "status": "member",
        "rationale": RATIONALE,
        "valid_from": today.isoformat(),
        "review_on": (today + timedelta(days=28)).isoformat(),
        f"criterion_{who.arrest.pk}": "offending_together",
        f"grade_{who.arrest.pk}": "1/A/P",
        f"criterion_{who.report.pk}": "intelligence",
        **changed,
    }


def propose(unit: GangsUnit, who: Subject, gang: Gang, **changed: Any) -> Any:
    """Through the page."""
    address = f"/people/{who.person.pk}/membership"
    return unit.proposing.post(address, asked(who, gang, **changed))


def decide(unit: GangsUnit, proposal: int, decision: str = "authorise", **more: Any) -> Any:
    address = f"/memberships/proposals/{proposal}"
    return unit.deciding.post(address, {"decision": decision, **more})


def kept(unit: GangsUnit, who: Subject, gang: Gang, **changed: Any) -> KeptMembership:
    """Proposed and authorised through the pages."""
    answer = propose(unit, who, gang, **changed)
    assert answer.status_code == 302, answer.content.decode()
    made = MembershipProposal.objects.latest("pk")
    assert decide(unit, made.pk).status_code == 302
    return KeptMembership.objects.latest("pk")


def remove(unit: GangsUnit, version: KeptMembership, ended: str = "left") -> Any:
    given = {"ended": ended, "reason": "He moved away and works in Leeds now"}
    return unit.proposing.post(f"/memberships/{version.pk}/remove", given)
