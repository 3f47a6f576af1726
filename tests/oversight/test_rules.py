"""Each rule: one trail that raises it and one that does not. Officers' data as hashes only."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from audit.actions import Action
from audit.models import Event
from audit.oversight import hr
from audit.oversight.models import (
    Alert,
    Case,
    CaseEvent,
    HrHash,
    ListedPerson,
    ReviewItem,
    RuleSetting,
    Shift,
)
from audit.oversight.rules import RULES
from audit.oversight.rules.habits import is_empty
from tests.crime_data import crime, involve
from tests.officers import officer, unit
from tests.oversight.trail import NOW, collect_at, did, judge, searched, viewed
from tests.people_data import person, record
from wmp_search.access.models import Officer
from wmp_search.access.purpose_models import Task

pytestmark = pytest.mark.django_db
TASK = "T/4410/26"
HOME = {"house": "14", "street": "Lime Tree Avenue", "postcode": "B13 9QQ"}


def staff(who: Officer, relation: str = "self", **particulars: str) -> None:
    """Personnel data of one officer, beside what is loaded already."""
    row = {"officer": who.username, "relation": relation, **particulars}
    HrHash.objects.bulk_create(
        HrHash(officer_id=who.pk, relation=relation, kind=kind, digest=digest)
        for kind, digest in hr.particulars(row)
    )


def unit_task() -> None:
    Task.objects.create(
        reference=TASK,
        kind="task",
        title="Door to door",
        unit=unit("Central"),
        purpose_code="CRIME-INV",
        open_from=NOW - timedelta(days=60),
    )


def someone(**fields: Any) -> int:
    return person(record(**{"given_names": "Dana", "surname": "Whitlock", **fields})).pk


def watch(pk: int, why: str, **fields: Any) -> None:
    """Put the person on a list of professional standards, an hour ago unless told otherwise."""
    given = {"set_by": 0, "set_at": NOW - timedelta(hours=1), **fields}
    ListedPerson.objects.create(person_id=str(pk), why=why, **given)


def fixtures(code: str) -> tuple[int, int]:
    """How many tests of this file say that the rule raises something, and how many that not."""
    raises = quiet = 0
    for text in re.split(r"^def ", Path(__file__).read_text(), flags=re.MULTILINE):
        if not text.startswith("test_") or f'judge("{code}"' not in text:
            continue
        says_nothing = re.search(rf'judge\("{code}".*\) == \[\]', text) is not None
        quiet += says_nothing
        raises += not says_nothing or text.count(f'judge("{code}"') > 1
    return raises, quiet


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_a_trail_that_raises_it_and_one_that_does_not(code: str) -> None:
    assert min(fixtures(code)) >= 1


def test_a_rule_without_its_two_fixtures_is_found() -> None:
    assert fixtures("a rule that nobody tests") == (0, 0)


def test_an_officer_who_searches_for_the_own_vehicle_is_found_though_nobody_was() -> None:
    constable = officer("officer")
    staff(constable, vehicle="BD51 SMR")
    event = searched(constable, "bd51smr", understood={"identifier": "BD51SMR"})
    (alert,) = judge("self")
    assert (alert.officer_id, alert.events, alert.subjects) == (constable.pk, [event], [])


def test_an_officer_who_opens_the_own_page_is_found() -> None:
    constable = officer("officer")
    staff(constable, given_names="Dana", surname="Whitlock", born_on="1990-02-03")
    pk = someone(born_on=date(1990, 2, 3))
    viewed(constable, pk)
    assert [a.subjects for a in judge("self")] == [[str(pk)]]


def test_another_person_with_the_officers_name_is_not_the_officer() -> None:
    constable = officer("officer")
    staff(constable, given_names="Dana", surname="Whitlock", born_on="1990-02-03")
    viewed(constable, someone(born_on=date(1971, 5, 3)))
    assert judge("self") == []


def test_somebody_at_the_officers_address_is_family() -> None:
    constable = officer("officer")
    staff(constable, **HOME)
    viewed(constable, someone(addresses=[HOME]))
    assert len(judge("family")) == 1


def test_a_son_named_in_personnel_data_is_family() -> None:
    constable = officer("officer")
    staff(constable, "household", given_names="Dana", surname="Whitlock", born_on="2009-02-03")
    searched(constable, "whitlock", understood={"name": "dana whitlock", "born_on": "2009-02-03"})
    assert len(judge("family")) == 1


def test_a_stranger_in_the_same_town_is_not_family() -> None:
    constable = officer("officer")
    staff(constable, **HOME)
    viewed(constable, someone(addresses=[{**HOME, "house": "2", "postcode": "B1 1AA"}]))
    assert judge("family") == []


def test_the_phone_of_a_colleague_in_any_spelling_is_found() -> None:
    constable, sergeant = officer("officer"), officer("supervisor")
    staff(sergeant, phone="+44 7700 900123")
    viewed(constable, someone(phones=["07700900123"]))
    (alert,) = judge("colleague")
    assert (alert.officer_id, alert.facts["about"]) == (constable.pk, sergeant.pk)


def test_an_officer_who_looks_at_nobody_of_the_force_raises_nothing() -> None:
    constable, sergeant = officer("officer"), officer("supervisor")
    staff(sergeant, phone="+44 7700 900123")
    viewed(constable, someone(phones=["07700900999"]))
    assert judge("colleague") == []


def test_a_colleague_in_whose_case_the_officer_works_raises_nothing() -> None:
    constable, sergeant = officer("officer"), officer("supervisor")
    staff(sergeant, phone="+44 7700 900123")
    pk = someone(phones=["07700900123"], role="victim", event_ref="20/778899/26")
    viewed(constable, pk, purpose_reference="20/778899/26")
    assert judge("colleague") == []
    viewed(constable, pk, purpose_reference="20/000001/26")
    assert len(judge("colleague")) == 1


def test_two_looks_at_people_of_the_own_postcode_are_about_neighbours() -> None:
    constable = officer("officer")
    staff(constable, **HOME)
    for house in ("16", "18"):
        viewed(constable, someone(addresses=[{**HOME, "house": house}]))
    assert [a.facts["looks"] for a in judge("neighbour")] == [2]


def test_one_look_at_a_neighbour_is_nothing() -> None:
    constable, other = officer("officer"), officer("officer")
    staff(constable, **HOME)
    pk = someone(addresses=[{**HOME, "house": "16"}])
    viewed(constable, pk)
    viewed(other, pk)
    assert judge("neighbour") == []


def flurry(count: int, pk: int, **fields: Any) -> None:
    for i in range(count):
        viewed(officer("officer"), pk, at=NOW - timedelta(minutes=5 * i), **fields)


def test_ten_officers_at_one_person_within_an_hour_are_a_flurry() -> None:
    pk = someone()
    flurry(10, pk)
    (alert,) = judge("burst")
    assert (alert.officer_id, alert.subjects, alert.facts["officers"]) == (None, [str(pk)], 10)


@pytest.mark.parametrize(
    "linked", [{"purpose_reference": "20/778899/26"}, {"purpose_reference": TASK}]
)
def test_ten_officers_with_the_crime_of_that_person_or_a_task_are_not(linked: Any) -> None:
    unit_task()
    flurry(10, someone(event_ref="20/778899/26"), **linked)
    assert judge("burst") == []


def test_nine_officers_are_not_a_flurry_and_a_unit_may_say_otherwise() -> None:
    flurry(9, someone())
    assert judge("burst") == []


def test_a_canary_is_reported_within_a_minute_of_a_search_that_lists_it() -> None:
    constable, pk = officer("officer"), someone()
    watch(pk, "canary")
    event = searched(constable, "whitlock", people=[1, pk])
    (alert,) = judge("canary")
    assert (alert.events, alert.officer_id) == ([event], constable.pk)
    assert (alert.raised_at - NOW).total_seconds() <= 60


def test_a_canary_that_was_opened_stays_so_when_it_is_listed_again() -> None:
    constable, pk = officer("officer"), someone()
    watch(pk, "canary")
    viewed(constable, pk)
    judge("canary")
    later = NOW + timedelta(minutes=1)
    searched(constable, "whitlock", people=[pk], at=later)
    (alert,) = judge("canary", until=later + timedelta(seconds=30))
    assert (alert.facts, len(alert.events)) == ({"opened": True}, 2)


def test_the_canarys_own_keeper_and_other_people_raise_nothing() -> None:
    keeper, pk = officer("professional-standards"), someone()
    watch(pk, "canary", set_by=keeper.pk)
    viewed(keeper, pk)
    viewed(officer("officer"), someone())
    assert judge("canary") == []


def test_an_export_two_minutes_after_a_look_is_found() -> None:
    constable, pk = officer("officer"), someone()
    viewed(constable, pk, at=NOW - timedelta(minutes=2))
    did(constable, Action.PERSON_EXPORTED, pk)
    (alert,) = judge("view_export")
    assert (alert.facts["seconds"], len(alert.events)) == (120, 2)


@pytest.mark.parametrize(
    ("minutes", "purpose"), [(20, {}), (2, {"purpose_reference": TASK})], ids=["later", "task"]
)
def test_an_export_later_or_for_a_task_is_not(minutes: int, purpose: Any) -> None:
    unit_task()
    constable, pk = officer("officer"), someone()
    viewed(constable, pk, at=NOW - timedelta(minutes=minutes), **purpose)
    did(constable, Action.PERSON_EXPORTED, pk)
    assert judge("view_export") == []


def days(who: Officer, pk: int, count: int, **fields: Any) -> None:
    for i in range(count):
        viewed(who, pk, at=NOW - timedelta(days=2 * i), **fields)


def test_three_days_at_one_victim_are_found_and_the_officer_in_the_case_is_not() -> None:
    constable, oic = officer("officer"), officer("officer")
    pk = someone(role="victim", event_ref="20DA/4471/26")
    days(constable, pk, 3)
    days(oic, pk, 9, purpose_reference="20DA 4471 26")
    assert [a.officer_id for a in judge("victim")] == [constable.pk]


def test_two_days_at_one_victim_are_nothing() -> None:
    days(officer("officer"), someone(role="victim"), 2)
    assert judge("victim") == []


def test_four_days_at_one_suspect_without_a_link_are_found() -> None:
    constable = officer("officer")
    days(constable, someone(), 4)
    assert [a.facts["days"] for a in judge("no_link")] == [4]


def test_four_days_at_one_suspect_for_a_task_are_not() -> None:
    unit_task()
    days(officer("officer"), someone(), 4, purpose_reference=TASK)
    assert judge("no_link") == []


def test_a_dozen_female_victims_in_a_week_are_found() -> None:
    constable = officer("officer")
    for _ in range(12):
        viewed(constable, someone(role="victim", sex="F"))
    assert [a.officer_id for a in judge("victims")] == [constable.pk]


def test_a_dozen_of_them_for_their_own_cases_or_male_are_not() -> None:
    constable = officer("officer")
    for i in range(12):
        reference = f"20DA/{5000 + i}/26"
        own_case = someone(role="victim", sex="F", event_ref=reference)
        viewed(constable, own_case, purpose_reference=reference)
        viewed(constable, someone(role="victim", sex="M"))
    assert judge("victims") == []


def test_somebody_in_the_public_eye_opened_without_a_link_is_found() -> None:
    constable, pk = officer("officer"), someone()
    watch(pk, "figure")
    viewed(constable, pk)
    assert [(a.officer_id, a.subjects) for a in judge("public_figure")] == [
        (constable.pk, [str(pk)])
    ]


def test_such_a_person_in_a_result_or_for_their_own_crime_is_not() -> None:
    constable, pk = officer("officer"), someone(event_ref="20/778899/26")
    watch(pk, "figure")
    searched(constable, "whitlock", people=[pk])
    viewed(constable, pk, purpose_reference="20/778899/26")
    viewed(constable, someone())
    assert judge("public_figure") == []


def test_a_look_near_the_contact_is_found_when_the_complaint_comes_weeks_later() -> None:
    constable, pk = officer("officer"), someone(event_ref="20/778899/26")
    contact = NOW - timedelta(days=40)
    viewed(constable, pk, at=contact - timedelta(hours=5), purpose_reference="20/778899/26")
    collect_at(contact)
    assert judge("complaint") == []
    watch(pk, "contact", contact_at=contact, set_at=NOW)
    (alert,) = judge("complaint")
    assert (alert.officer_id, alert.facts["from_contact"]) == (constable.pk, -5)
    assert alert.facts["linked"] is True


def test_a_look_days_from_the_contact_is_not() -> None:
    constable, pk = officer("officer"), someone()
    watch(pk, "contact", contact_at=NOW - timedelta(days=4))
    viewed(constable, pk)
    viewed(constable, someone())
    assert judge("complaint") == []


@pytest.mark.parametrize("by", ["alert", "event"])
def test_an_officer_who_returns_to_somebody_in_the_own_case_is_found(by: str) -> None:
    constable, pk = officer("officer"), someone()
    before = viewed(constable, pk, at=NOW - timedelta(days=2))
    opened = {"opened_by": 0, "opened_at": NOW - timedelta(days=1)}
    case = Case.objects.create(title="PSD/1", officer_id=constable.pk, **opened)
    moment = NOW - timedelta(days=2)
    if by == "event":
        seen = {"event_at": moment, "event_id": before}
        CaseEvent.objects.create(case=case, added_by=0, added_at=NOW, **seen)
    else:
        during = {"first_at": moment, "last_at": moment, "raised_at": moment}
        named = {"rule": "no_link", "key": "1", "officer_id": constable.pk, "score": 1}
        Alert.objects.create(case=case, subjects=[str(pk)], **named, **during)
    event = viewed(constable, pk)
    (alert,) = judge("own_case")
    assert (alert.officer_id, alert.events) == (constable.pk, [event])


def test_others_in_the_case_of_a_colleague_and_people_outside_it_are_not() -> None:
    constable, colleague, pk = officer("officer"), officer("officer"), someone()
    before = viewed(constable, pk, at=NOW - timedelta(days=2))
    opened = {"opened_by": 0, "opened_at": NOW - timedelta(days=1)}
    case = Case.objects.create(title="PSD/1", officer_id=constable.pk, **opened)
    seen = {"event_at": NOW - timedelta(days=2), "event_id": before}
    CaseEvent.objects.create(case=case, added_by=0, added_at=NOW, **seen)
    viewed(colleague, pk)
    viewed(constable, someone())
    assert judge("own_case") == []


def closed(who: Officer, action: Action = Action.OFFICER_DEACTIVATED, hours_ago: int = 5) -> None:
    at = NOW - timedelta(hours=hours_ago)
    did(officer("administrator"), action, who.pk, subject_kind="officer", at=at)


def test_anything_done_with_a_closed_account_or_three_attempts_are_found() -> None:
    leaver, knocker = officer("officer"), officer("officer")
    closed(leaver)
    closed(knocker)
    viewed(leaver, 41)
    for _ in range(3):
        did(knocker, Action.SIGN_IN_FAILED, subject_kind="")
    found = {a.officer_id: a.facts["got_in"] for a in judge("closed_account")}
    assert found == {leaver.pk: True, knocker.pk: False}


def test_two_attempts_work_before_leaving_and_an_account_opened_again_are_not() -> None:
    leaver, returner = officer("officer"), officer("officer")
    viewed(leaver, 41, at=NOW - timedelta(hours=6))
    for who in (leaver, returner):
        closed(who)
    closed(returner, Action.OFFICER_ACTIVATED, hours_ago=3)
    viewed(returner, 41)
    did(leaver, Action.SIGNED_OUT, subject_kind="")
    for _ in range(2):
        did(leaver, Action.SIGN_IN_FAILED, subject_kind="")
    assert judge("closed_account") == []


def cold(**fields: Any) -> int:
    """A person whose one event, 20/778899/19, ended seven years ago."""
    return someone(event_ref="20/778899/19", event_on=date(2019, 5, 1), **fields)


def test_two_days_under_the_number_of_a_case_closed_long_ago_are_found() -> None:
    constable = officer("officer")
    days(constable, cold(), 2, purpose_reference="20/778899/19")
    (alert,) = judge("closed_case")
    assert (alert.officer_id, alert.facts["ended_on"]) == (constable.pk, "2019-05-01")


def test_one_day_a_case_of_this_year_or_a_task_are_not() -> None:
    Task.objects.create(
        reference="20/778899/19", kind="crime", title="Review of an old case",
        unit=unit("Cold cases"), purpose_code="CRIME-INV", open_from=NOW - timedelta(days=60),
    )  # fmt: skip
    days(officer("officer"), cold(), 1, purpose_reference="20/778899/19")
    days(officer("officer", in_unit="Cold cases"), cold(), 3, purpose_reference="20/778899/19")
    this_year = someone(event_ref="20/778899/26", event_on=date(2026, 5, 1))
    days(officer("officer"), this_year, 3, purpose_reference="20/778899/26")
    assert judge("closed_case") == []


@pytest.mark.parametrize(("outcome", "found"), [("No further action", 1), ("", 0)])
def test_a_crime_ends_with_its_outcome_and_one_without_is_open(outcome: str, found: int) -> None:
    suspect = record(given_names="Dana", surname="Whitlock")
    pk = person(suspect).pk
    made = crime("20CR/000077/20", outcome=outcome)
    made.outcomes.update(outcome_on=date(2020, 6, 1))
    involve(suspect, made, "suspect")
    days(officer("officer"), pk, 2, purpose_reference="20CR/000077/20")
    assert len(judge("closed_case")) == found
    assert judge("no_link") == []


def nothing(who: Officer, text: str, days_ago: int, **fields: Any) -> None:
    at = NOW - timedelta(days=days_ago)
    searched(who, text, understood={"name": text}, at=at, result_count=0, **fields)


def test_the_same_name_on_three_days_without_a_result_is_found_in_any_order() -> None:
    constable = officer("officer")
    for days_ago, text in ((9, "Petra Lindqvist"), (4, "lindqvist petra"), (0, "petra lindqvist")):
        nothing(constable, text, days_ago)
    (alert,) = judge("nothing_found")
    assert (alert.officer_id, alert.facts["days"]) == (constable.pk, 3)
    assert "lindqvist" not in f"{alert.key} {alert.facts}".casefold()


def test_three_names_found_names_and_searches_for_a_task_are_not() -> None:
    unit_task()
    constable = officer("officer")
    for day, name in enumerate(("petra lindqvist", "ola berg", "ida holm")):
        nothing(constable, name, day)
        nothing(constable, "nils dahl", day, purpose_reference=TASK)
        found = {"understood": {"name": "sven ek"}, "people": [41]}
        searched(constable, "sven ek", at=NOW - timedelta(days=day), **found)
    assert judge("nothing_found") == []


def test_an_officer_of_whom_intelligence_is_held_and_who_opens_it_is_found() -> None:
    constable = officer("officer")
    staff(constable, phone="07700 900123")
    pk = someone(phones=["07700900123"], role="subject")
    viewed(constable, pk)
    assert [a.subjects for a in judge("own_file")] == [[str(pk)]]


def test_the_own_record_as_a_victim_and_intelligence_about_others_are_not() -> None:
    constable = officer("officer")
    staff(constable, phone="07700 900123")
    viewed(constable, someone(phones=["07700900123"], role="victim"))
    viewed(constable, someone(phones=["07700900999"], role="subject"))
    assert judge("own_file") == []


def test_a_declared_associate_is_found_and_is_no_colleague_of_others() -> None:
    constable, other = officer("officer"), officer("officer")
    staff(constable, "associate", given_names="Dana", surname="Whitlock", born_on="1990-02-03")
    pk = someone(born_on=date(1990, 2, 3))
    for who in (constable, other):
        viewed(who, pk)
    assert [a.officer_id for a in judge("associate")] == [constable.pk]
    assert judge("colleague") == []


def test_somebody_else_of_that_name_is_not_the_associate() -> None:
    constable = officer("officer")
    staff(constable, "associate", given_names="Dana", surname="Whitlock", born_on="1990-02-03")
    viewed(constable, someone(born_on=date(1971, 2, 3)))
    assert judge("associate") == []


def on_shift(who: Officer, hours_ago: int) -> None:
    start = NOW - timedelta(hours=hours_ago)
    Shift.objects.create(officer_id=who.pk, starts_at=start, ends_at=start + timedelta(hours=9))


def test_looks_outside_the_roster_are_found() -> None:
    constable = officer("officer")
    on_shift(constable, 30)
    for _ in range(3):
        searched(constable)
    assert [a.facts["looks"] for a in judge("off_duty")] == [3]


def test_looks_in_the_shift_and_in_an_hour_of_overtime_are_not() -> None:
    constable = officer("officer")
    on_shift(constable, 10)
    for _ in range(5):
        searched(constable)
    assert judge("off_duty") == []


@pytest.mark.parametrize(("usual_hour", "found"), [(0, 0), (13, 1)])
def test_without_a_roster_the_usual_hours_count(usual_hour: int, found: int) -> None:
    constable = officer("officer")
    for day in range(2, 14):
        searched(constable, at=NOW - timedelta(days=day) + timedelta(hours=usual_hour))
    for _ in range(3):
        searched(constable)
    assert len(judge("off_duty")) == found


def test_far_more_people_than_peers_are_found() -> None:
    constable = officer("officer")
    for peer in range(12):
        viewed(officer("officer"), *range(peer + 5))
    viewed(constable, *range(100, 200))
    (alert,) = judge("volume")
    assert (alert.officer_id, alert.facts["people"]) == (constable.pk, 100)


def test_a_busy_day_like_that_of_the_peers_is_not() -> None:
    for peer in range(12):
        viewed(officer("officer"), *range(60 + 5 * peer))
    assert judge("volume") == []


def test_twenty_times_the_same_reason_is_one_alert_and_one_question_to_review() -> None:
    constable = officer("officer")
    for _ in range(20):
        searched(constable, purpose_reference="looking at links of the group")
    assert len(judge("reasons")) == 1
    item = ReviewItem.objects.get(kind="reason")
    assert (item.officer_id, item.unit_id) == (constable.pk, constable.unit_id)
    assert len(judge("reasons")) == 1
    assert ReviewItem.objects.count() == 1


def test_of_two_copied_reasons_the_supervisor_gets_the_earliest_search() -> None:
    constable = officer("officer")
    for minutes, reason in ((5, "a look around the estate"), (60, "members of the group again")):
        for _ in range(20):
            searched(constable, purpose_reference=reason, at=NOW - timedelta(minutes=minutes))
    (alert,) = judge("reasons")
    assert alert.facts["searches"] == 40
    assert ReviewItem.objects.get(kind="reason").event_at == NOW - timedelta(hours=1)


def test_twenty_times_the_same_crime_is_good_work() -> None:
    constable = officer("officer")
    for _ in range(20):
        searched(constable, purpose_reference="20/123456/26")
    for i in range(19):
        searched(constable, purpose_reference="stopped on Broad Street after a report")
        searched(
            constable, purpose_reference=f"neighbour of the house on fire, flat {'abc'[i % 3]}"
        )
    assert judge("reasons") == []


@pytest.mark.parametrize(
    "reason",
    ["enquiry enquiry enquiry", "aaaaaaaaaaaaaaaaaa", "asdfghjklasdf", "police enquiries"],
)
def test_such_reasons_say_nothing(reason: str) -> None:
    assert is_empty(reason)


@pytest.mark.parametrize("reason", ["domestic at Lime Tree Avenue", "missing from care home"])
def test_such_reasons_say_something(reason: str) -> None:
    assert not is_empty(reason)


def test_a_threshold_may_differ_by_role_and_unit() -> None:
    constable, detective = officer("officer"), officer("officer", in_unit="Public protection")
    pk = someone(role="victim")
    RuleSetting.objects.create(rule="victim", name="days", unit_id=detective.unit_id, value=5)
    RuleSetting.objects.create(rule="victim", name="days", role="officer", value=2)
    days(constable, pk, 2)
    days(detective, pk, 4)
    assert [a.officer_id for a in judge("victim")] == [constable.pk]


def test_an_occurrence_met_again_gains_evidence_and_no_twin() -> None:
    constable = officer("officer")
    staff(constable, vehicle="BD51 SMR")
    searched(constable, understood={"identifier": "BD51SMR"})
    judge("self")
    searched(constable, understood={"identifier": "BD51SMR"}, at=NOW + timedelta(minutes=1))
    (alert,) = judge("self", until=NOW + timedelta(minutes=2))
    assert len(alert.events) == 2
    assert Event.objects.filter(action=Action.ALERT_RAISED).count() == Alert.objects.count()


def test_no_personal_data_of_staff_stands_in_the_tables() -> None:
    constable = officer("officer")
    hr.replace(
        [
            {
                "officer": constable.username,
                "relation": "self",
                "given_names": "Dana",
                "surname": "Whitlock",
                "born_on": "1990-02-03",
                "phone": "07700 900123",
                **HOME,
            }
        ]
    )
    viewed(constable, someone(born_on=date(1990, 2, 3)))
    assert judge("self")
    with connections["audit"].cursor() as cursor:
        for table in ("hrhash", "match", "alert", "subject"):
            cursor.execute(f"SELECT t::text FROM oversight_{table} t")
            text = " ".join(row[0] for row in cursor.fetchall()).casefold()
            for word in ("whitlock", "1990-02-03", "900123", "b13 9qq", "b139qq"):
                assert word not in text, table


def test_emergency_access_that_nobody_reviewed_in_a_day_is_an_alert() -> None:
    constable = officer("officer")
    did(constable, Action.BREAK_GLASS_OPENED)
    collect_at()
    late = judge("unreviewed", until=NOW + timedelta(hours=25))
    assert [a.officer_id for a in late] == [constable.pk]


def test_emergency_access_within_its_day_or_reviewed_is_not() -> None:
    did(officer("officer"), Action.BREAK_GLASS_OPENED)
    assert judge("unreviewed", until=NOW + timedelta(hours=23)) == []
    ReviewItem.objects.update(state="done", decided_at=NOW, decided_by=0)
    assert judge("unreviewed", until=NOW + timedelta(hours=25)) == []
