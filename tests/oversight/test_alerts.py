"""Alerts: for professional standards alone, closed with an outcome, their noise measured."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from audit.actions import Action
from audit.models import Event
from audit.oversight.models import Alert, HrHash, ReviewItem, RuleSetting
from tests.officers import officer, reading, signed_in, unit
from tests.oversight.trail import NOW, collect_at, did, judge, viewed
from wmp_search.access.models import Officer

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)
ADDRESSES = ["/misuse", "/misuse/limited", "/misuse/rules", "/misuse/listed", "/misuse/cases"]


@pytest.fixture(autouse=True)
def _at_ten() -> Any:
    with time_machine.travel(LATER, tick=False):
        yield


def standards(**fields: Any) -> Client:
    """An investigator of professional standards who has said why the trail is read."""
    return reading(signed_in(officer("professional-standards", **fields)), "integrity")


def raised(about: Officer | None, **fields: Any) -> Alert:
    """An alert with one event as evidence."""
    event = viewed(about or officer("officer"), 41)
    return Alert.objects.create(
        **{
            "rule": "self",
            "key": str(event),
            "officer_id": about.pk if about else None,
            "officer": about.username if about else "",
            "unit_id": about.unit_id if about else None,
            "subjects": ["41"],
            "events": [event],
            "first_at": NOW,
            "last_at": NOW,
            "raised_at": NOW,
            "score": 10,
            **fields,
        }
    )


def test_an_alert_shows_rule_officer_evidence_and_facts() -> None:
    constable, about = officer("officer", username="jones"), officer("supervisor")
    alert = raised(constable, rule="colleague", facts={"about": about.pk, "looks": 1})
    client = standards()
    assert "Looked up a colleague" in client.get("/misuse").content.decode()
    page = client.get(f"/misuse/alerts/{alert.pk}").content.decode()
    for words in ("jones", "Viewed a person", about.username, f"/audit/officer/{constable.pk}"):
        assert words in page
    assert "/audit/person/41" in page


@pytest.mark.parametrize("role", ["officer", "supervisor", "administrator", "auditor", "analyst"])
def test_to_everybody_else_the_pages_do_not_exist(role: str) -> None:
    constable = officer("officer")
    alert = raised(constable)
    reader = reading(signed_in(officer(role)))
    for address in (*ADDRESSES, f"/misuse/alerts/{alert.pk}"):
        assert reader.get(address).status_code == 404, address
    assert "/misuse" not in reader.get("/").content.decode()
    alert.refresh_from_db()
    assert reader.post(f"/misuse/alerts/{alert.pk}", {"outcome": "misuse"}).status_code == 404
    assert alert.state == "new"


def test_neither_the_officer_nor_the_line_manager_meets_an_alert_in_the_trail() -> None:
    constable, pk = officer("officer", username="jones"), 41
    for day in range(4):
        viewed(constable, pk, at=NOW - timedelta(days=2 * day))
    assert judge("no_link")
    standards().get("/misuse")
    assert Event.objects.filter(action=Action.ALERT_RAISED).exists()
    sergeant = reading(signed_in(officer("supervisor")))
    for address in ("/audit", "/reviews", f"/audit/officer/{constable.pk}", "/audit/person/41"):
        shown = sergeant.get(address).content.decode().casefold()
        assert "alert" not in shown, address
        assert "possible misuse" not in shown, address
        assert "/misuse" not in shown, address
    assert "alert" not in signed_in(constable).get("/for-you").content.decode().casefold()


def test_an_alert_is_taken_closed_once_and_both_are_recorded_hidden() -> None:
    alert = raised(officer("officer"))
    client = standards()
    client.post(f"/misuse/alerts/{alert.pk}", {"do": "take"})
    alert.refresh_from_db()
    assert alert.state == "open"
    answer = {"outcome": "legitimate", "note": "The officer was asked to by the sergeant"}
    client.post(f"/misuse/alerts/{alert.pk}", answer)
    alert.refresh_from_db()
    assert (alert.state, alert.outcome, alert.closed_at) == ("closed", "legitimate", LATER)
    again = client.post(f"/misuse/alerts/{alert.pk}", {"outcome": "misuse"}, follow=True)
    assert "closed this alert already" in again.content.decode()
    row = Event.objects.get(action=Action.ALERT_CLOSED)
    assert (row.detail["before"], row.detail["outcome"]) == ("open", "legitimate")
    assert "There are none" in client.get("/misuse").content.decode()
    assert "Looked up themselves" in client.get("/misuse?closed=1").content.decode()


def test_closing_needs_an_outcome() -> None:
    alert = raised(officer("officer"))
    page = standards().post(f"/misuse/alerts/{alert.pk}", {"note": "?"}).content.decode()
    assert "There is a problem" in page
    assert Alert.objects.get().state == "new"


@pytest.mark.parametrize("how", ["own", "household", "one of many", "whose data"])
def test_an_investigator_never_reads_an_alert_about_themselves(how: str) -> None:
    investigator, other = officer("professional-standards"), officer("officer")
    about: Officer | None = investigator if how == "own" else other
    facts: dict[str, Any] = {}
    if how == "household":
        for one in (investigator, other):
            HrHash.objects.create(
                officer_id=one.pk, relation="self", kind="address", digest=b"the same home"
            )
    if how == "one of many":
        about, facts = None, {"who": [other.pk, investigator.pk]}
    if how == "whose data":
        facts = {"about": investigator.pk}
    alert = raised(about, facts=facts)
    client = reading(signed_in(investigator))
    assert f"/misuse/alerts/{alert.pk}" not in client.get("/misuse").content.decode()
    assert client.get(f"/misuse/alerts/{alert.pk}").status_code == 404
    assert f"/misuse/alerts/{alert.pk}" in standards().get("/misuse").content.decode()


def test_the_noise_of_each_rule_is_measured_by_what_alerts_turned_out_to_be() -> None:
    closed = {"state": "closed", "closed_at": NOW + timedelta(hours=3)}
    for outcome in ("misuse", "legitimate", "legitimate", "concern", "unclear"):
        raised(officer("officer"), outcome=outcome, **closed)
    raised(officer("officer"))
    page = standards().get("/misuse/rules").content.decode()
    cells = page.split("Looked up themselves</th>")[1].split("</tr>")[0]
    shown = [cell.split("<")[0] for cell in cells.split('">')[1:]]
    assert shown == ["6", "5", "2", "50%", "3.0"]


def test_a_threshold_is_changed_for_a_unit_and_recorded_and_counts() -> None:
    client, central = standards(), unit("Central")
    form = {"which": "no_link:days", "role": "", "unit": central.pk, "value": "2"}
    client.post("/misuse/rules", form)
    assert RuleSetting.objects.get().value == 2
    row = Event.objects.get(action=Action.MISUSE_CHANGED)
    assert (row.detail["before"], row.detail["value"]) == (None, 2)
    constable, elsewhere = officer("officer"), officer("officer", in_unit="Harbour")
    for who in (constable, elsewhere):
        for day in (0, 2):
            viewed(who, 41, at=NOW - timedelta(days=day))
    assert [a.officer_id for a in judge("no_link")] == [constable.pk]
    client.post("/misuse/rules", {**form, "value": ""})
    assert not RuleSetting.objects.exists()


def test_what_is_one_threshold_for_the_force_is_not_set_for_a_unit_and_counts_if_set() -> None:
    client = standards()
    form = {"which": "burst:officers", "role": "", "unit": unit("Central").pk, "value": "3"}
    assert "one for the whole force" in client.post("/misuse/rules", form).content.decode()
    client.post("/misuse/rules", {**form, "unit": ""})
    for _ in range(3):
        viewed(officer("officer"), 41)
    assert len(judge("burst")) == 1


def test_professional_standards_see_emergency_access_its_review_and_covert_looks() -> None:
    looker, owner = officer("officer", username="looker"), officer("officer")
    did(looker, Action.BREAK_GLASS_OPENED)
    told = [{"person": 77, "level": "covert", "officer": owner.pk, "unit": None}]
    viewed(looker, 77, detail={"owner": told})
    collect_at()
    page = standards().get("/misuse/limited").content.decode()
    assert page.count("looker") == 2
    assert "person 77" in page
    assert "Overdue" not in page
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        assert "Overdue" in standards().get("/misuse/limited").content.decode()


def test_a_line_manager_does_not_learn_from_an_event_that_a_record_is_covert() -> None:
    looker, owner = officer("officer"), officer("officer")
    told = [{"person": 77, "level": "covert", "officer": owner.pk, "unit": None}]
    event = viewed(looker, 77, detail={"owner": told})
    ReviewItem.objects.create(
        kind="sample",
        event_at=NOW,
        event_id=event,
        officer_id=looker.pk,
        officer=looker.username,
        unit_id=looker.unit_id,
        created_at=NOW,
        due_at=LATER,
    )
    sergeant = reading(signed_in(officer("supervisor")))
    page = sergeant.get(f"/reviews/{ReviewItem.objects.get().pk}").content.decode()
    assert looker.username in page
    assert "covert" not in page.casefold()
