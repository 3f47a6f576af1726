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
from audit.oversight.models import Alert, Canary, HrHash, ReviewItem, RuleSetting, Shift
from audit.oversight.rules import RULES
from audit.oversight.rules.habits import is_empty
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
    Canary.objects.create(person_id=str(pk), set_by=0, set_at=NOW)
    event = searched(constable, "whitlock", people=[1, pk])
    (alert,) = judge("canary")
    assert (alert.events, alert.officer_id) == ([event], constable.pk)
    assert (alert.raised_at - NOW).total_seconds() <= 60


def test_the_canarys_own_keeper_and_other_people_raise_nothing() -> None:
    keeper, pk = officer("professional-standards"), someone()
    Canary.objects.create(person_id=str(pk), set_by=keeper.pk, set_at=NOW)
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
