"""Search over intelligence, by somebody who tries to break rows D1-D7, through page and API.

Each question is asked of both; what the one hides the other must hide, and both count alike.
"""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit import disclosed, replays
from audit.actions import Action
from audit.models import Event
from gangs.intelligence.question import Question, QuestionError, graded
from gangs.intelligence.search import search
from gangs.network import build
from gangs.network.models import Node
from people import intelligence, lens
from people.models import Contested, NominalRecord, Person, Restriction
from tests.crime_data import affiliate, gang
from tests.officers import officer, signed_in, unit, with_purpose
from tests.people_data import CHANGED, person, record
from wmp_search.access.models import Officer
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db

PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}
ROLE = "intelligence-analyst"
SLADE = {"house": "12", "street": "Slade Road", "town": "Birmingham", "postcode": "B23 7PJ"}


def item(text: str = "Supplies cannabis from the towpath", **fields: Any) -> NominalRecord:
    """An item of intelligence of source 2, assessment B, that may be shared."""
    given = {
        "surname": "Wick",
        "given_names": "Jordan",
        "role": "subject",
        "event_kind": "intelligence",
        "event_on": date(2025, 6, 1),
        "event_summary": text,
        "grade": "2B",
        "grade_scheme": "3x5x2",
        "handling": "Lawful sharing permitted",
    }
    return record("intelligence", **{**given, **fields})


def analyst(**fields: Any) -> Officer:
    return officer(ROLE, **fields)


class Asked:
    """What page and API answered to one question: they must count alike."""

    def __init__(self, who: Officer | None = None, code: str = "CRIME-INV", **question: Any):
        purpose = {**PURPOSE, "code": code}
        client = signed_in(who or analyst())
        self.sent = client.post("/intelligence/search", {**question, **purpose})
        self.page = client.get(self.sent["Location"]).content.decode()
        body = {**question, "purpose": purpose}
        answer = client.post("/api/v1/intelligence/search", body, "application/json")
        assert answer.status_code == 200, answer.content
        self.api = answer.json()
        heading = re.search(r"<h1[^>]*>(?:More than )?(\d+) items? of intelligence", self.page)
        assert heading
        assert int(heading[1]) == self.api["total"]

    @property
    def total(self) -> int:
        return int(self.api["total"])

    @property
    def everything(self) -> str:
        return self.page + json.dumps(self.api)

    @property
    def records(self) -> list[int]:
        return [row["record"] for row in self.api["results"]]


def test_words_in_any_form_find_an_item_with_its_grade_and_handling_before_the_text() -> None:
    """D5: in one line, grade and handling first; in the API beside the text."""
    someone = person(item(grade="3E", text="Supplied cannabis at the towpath"))
    person(item("Keeps stolen bicycles", surname="Other"))
    asked = Asked(text="supplying CANNABIS")
    assert asked.total == 1
    at = asked.page.index("Supplied cannabis")
    before = asked.page[at - 120 : at]
    assert "Assessment, graded 3x5x2 3/E. Handling: Lawful sharing permitted." in before
    (row,) = asked.api["results"]
    assert (row["grade"], row["handling"]) == ("3x5x2 3/E", "Lawful sharing permitted")
    assert (row["person"]["id"], "bicycles" in asked.everything) == (someone.pk, False)


def test_a_search_is_recorded_before_the_answer_with_purpose_and_whom_it_showed() -> None:
    """A1, A3: one event each for page and API; a search that finds nothing, too. No text in it."""
    someone = person(one := item())
    Asked(text="cannabis")
    for event in Event.objects.filter(action=Action.INTELLIGENCE_SEARCHED):
        assert event.purpose_code == "CRIME-INV"
        assert (event.subject_kind, event.subject_ids) == ("person", [str(someone.pk)])
        assert event.shown[0]["records"] == [one.pk]
        assert event.query == {"text": "cannabis"}
        assert event.detail["reach"]["tier"] == 0
        assert "towpath" not in json.dumps([event.query, event.shown, event.detail])
    Asked(text="xylophone")
    counts = Event.objects.filter(action=Action.INTELLIGENCE_SEARCHED).order_by("at")
    assert list(counts.values_list("result_count", flat=True)) == [1, 1, 0, 0]


def test_nothing_is_searched_without_purpose_question_or_permission() -> None:
    """B1, B8, B9: no listing; a purpose for which gangs are withheld opens no intelligence."""
    person(item())
    client = signed_in(analyst())
    for form in (
        PURPOSE,  # no question
        {"grade": "2B", "since": "2025-01-01", "system": "intelligence", **PURPOSE},
        {"text": "*", **PURPOSE},
        {"text": "a", **PURPOSE},
        {"text": "cannabis"},  # no purpose
        {"text": "cannabis", "code": "CRIME-INV", "reference": "x"},
    ):
        assert client.post("/intelligence/search", form).status_code == 400, form
        given = {"code": form.get("code", ""), "reference": form.get("reference", "")}
        body = {**{k: v for k, v in form.items() if k not in PURPOSE}, "purpose": given}
        answer = client.post("/api/v1/intelligence/search", body, "application/json")
        assert answer.status_code == 400, form
    assert not Event.objects.filter(action=Action.INTELLIGENCE_SEARCHED).exists()
    for who, code in ((officer("analyst"), "CRIME-INV"), (analyst(), "LICENSING")):
        purpose = {**PURPOSE, "code": code}
        body = {"text": "cannabis", "purpose": purpose}
        api = signed_in(who).post("/api/v1/intelligence/search", body, "application/json")
        assert api.status_code == 403
        shown = signed_in(who).post(
            "/intelligence/search", {"text": "cannabis", **purpose}, follow=True
        )
        assert "towpath" not in shown.content.decode()
    assert not Event.objects.filter(action=Action.INTELLIGENCE_SEARCHED).exists()


CONDITIONAL = [
    ("2B", "3x5x2", "Lawful sharing permitted with conditions"),
    ("3/E/C", "3x5x2", ""),
    ("2bc", "3x5x2", ""),
    ("B/2/5", "5x5x5", ""),
    ("B25", "5x5x5", "P"),
    ("2BC", "", ""),
    ("A15", "", "P"),
    ("2B", "3x5x2", "Handling code: C"),
    ("2B", "3x5x2", "(C) A1"),
    ("2B", "3x5x2", "S2"),
    ("2B", "3x5x2", "WITH CONDITIONS of the owner"),
]
OPEN = [
    ("2B", "3x5x2", "Lawful sharing permitted"),
    ("2/B/P", "3x5x2", ""),
    ("B24", "5x5x5", ""),
    ("2B", "3x5x2", "Permitted"),
    ("", "", ""),
]


def test_d3_text_with_conditions_is_neither_found_nor_shown_nor_counted() -> None:
    """D3: by its words, its person, its gang, its place, however the condition is written. The
    answer is that of words that are nowhere.
    """
    crew = gang()
    whom = []
    for number, (grade, scheme, handling) in enumerate(CONDITIONAL):
        one = item("Covert zeppelin", grade=grade, grade_scheme=scheme, handling=handling,
                   surname=f"Wick{number}", note="Covert balloon", addresses=[SLADE])  # fmt: skip
        whom.append(person(one).pk)
        affiliate(one, crew)
    for question in ({"text": "zeppelin"}, {"text": "balloon"}, {"gang": crew.pk},
                     {"place": "B23 7PJ"}, {"person": whom[0]}):  # fmt: skip
        asked = Asked(**question)
        assert asked.total == 0, question
        assert "Covert" not in asked.everything
    nowhere, hidden = Asked(text="xylophone"), Asked(text="zeppelin")
    same = [re.sub(r"xylophone|zeppelin", "", a.page[a.page.index("<h1") :]) for a in
            (nowhere, hidden)]  # fmt: skip
    assert re.sub(r'value="[^"]*"', "", same[0]) == re.sub(r'value="[^"]*"', "", same[1])


def test_d3_the_rule_in_sql_is_the_rule_in_python() -> None:
    """D1, D3: what the text indexes hold is what a page may show."""
    made = [
        item(grade=grade, grade_scheme=scheme, handling=handling, event_kind=kind)
        for grade, scheme, handling in CONDITIONAL + OPEN
        for kind in ("intelligence", " Intelligence_report", "arrest")
    ]
    made.append(item(deleted_at=timezone.now()))
    by_python = {
        r.pk
        for r in made
        if intelligence.is_intelligence(r)
        and not intelligence.is_conditional(r)
        and r.deleted_at is None
    }
    with connection.cursor() as cursor:
        rule = intelligence.OPEN_TEXT.format(r="r")
        cursor.execute(f"SELECT id FROM people_nominalrecord r WHERE {rule}")
        assert {pk for (pk,) in cursor.fetchall()} == by_python
    assert len(by_python) == 3 * len(OPEN) - 1  # an arrest without a grade is no intelligence


@pytest.mark.parametrize(
    "condition",
    [
        intelligence.WORDS + " @@ plainto_tsquery('english', 'x')",
        intelligence.PLACES + " @@ plainto_tsquery('simple', 'x')",
    ],
)
def test_words_and_places_are_looked_up_in_an_index_that_holds_no_text_with_conditions(
    condition: str,
) -> None:
    """D3, D4: the planner proves the condition of both indexes from the statement's. Which of the
    two it takes for so few rows is its own affair.
    """
    rule = f"{intelligence.OPEN_TEXT} AND {condition}".format(r="r")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT id FROM people_nominalrecord r WHERE {rule}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan on people_intelligence_" in plan


def test_d4_no_identity_of_a_source_and_no_number_of_its_record_is_searched() -> None:
    """D4: only the sanitised text is. What its system calls the record is shown as elsewhere."""
    person(item(source_ref="CHIS/Zebedee", event_ref="INT/25/0001"))
    for words in ("Zebedee", "CHIS", "Jordan", "0001"):
        assert Asked(text=words).total == 0, words


def test_d1_d2_grades_are_asked_for_as_they_were_recorded() -> None:
    """D1, D2: 3x5x2 by its parts; 5x5x5 as recorded, never as if converted; none says so."""
    new = item(grade="2/B/P", handling="")
    other = item(grade="3D", surname="Other")
    old = item(grade="B24", grade_scheme="5x5x5", handling="", surname="Old")
    none = item(grade="", grade_scheme="", handling="", surname="None")
    for one in (new, other, old, none):
        person(one)
    for grade, found in (
        ("", {new.pk, other.pk, old.pk, none.pk}),
        ("2B", {new.pk}), ("2/b", {new.pk}), ("3", {other.pk}), ("D", {other.pk}),
        ("B", {new.pk}), ("B24", {old.pk}), ("B2", {old.pk}), ("1A", set()),
    ):  # fmt: skip
        given: dict[str, Any] = {"grade": grade} if grade else {}
        assert set(Asked(text="cannabis", **given).records) == found, grade
    page = Asked(text="cannabis").page
    assert "Assessment, graded 5x5x5 B/2/4 (legacy). Handling: as the grade says." in page
    assert "Assessment, not graded. Handling: not recorded." in page


@pytest.mark.parametrize("wrong", ["4", "F", "2F", "BC", "2BX", "C1A", "%", "2 or B"])
def test_a_grade_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(QuestionError):
        graded(wrong)


def test_days_and_system_narrow() -> None:
    early, late = item(event_on=date(2024, 1, 1)), item(event_on=None, surname="Late")
    late.recorded_on = date(2025, 2, 2)
    late.save()
    person(early)
    person(late)
    assert Asked(text="cannabis").records == [late.pk, early.pk]  # the newest first
    assert Asked(text="cannabis", since="2025-02-02").records == [late.pk]
    assert Asked(text="cannabis", until="2024-01-01").records == [early.pk]
    assert Asked(text="cannabis", system="custody").records == []
    with pytest.raises(QuestionError):
        Question(text="cannabis", since=date(2025, 1, 2), until=date(2025, 1, 1))


def test_a_place_is_one_address_and_neither_a_refuge_nor_a_contested_one() -> None:
    """Words of two addresses are none; what is hidden or restricted finds nobody (I5)."""
    both = item(addresses=[SLADE, {"house": "4", "street": "Church Lane", "town": "Dudley"}])
    who = person(both)
    asked = Asked(place="12 slade road")
    assert asked.records == [both.pk]
    assert "12 Slade Road, Birmingham, B23 7PJ" in asked.page
    assert "Church Lane" not in asked.everything
    assert Asked(place="b23 7pj").total == 1
    assert Asked(place="12 church lane").total == 0
    said = _contested(who, both, "addresses", "12 Slade Road, Birmingham, B23 7PJ")
    assert Asked(place="12 slade road").total == 0
    assert Asked(text="cannabis").total == 1
    said.delete()
    _refuge("12 Slade Road, Birmingham, B23 7PJ")
    assert Asked(place="12 slade road").total == 0


def _refuge(label: str) -> None:
    build.rebuild()
    build.curate(Node.objects.get(label=label).pk, is_shown=False)


def _contested(who: Person, one: NominalRecord, kind: str, value: str) -> Contested:
    return Contested.objects.create(
        person_id=who.pk, records=[one.pk], kind=kind, value=value, nature="fact",
        statement="I never lived there", stated_by="The person", stated_on=date(2026, 1, 9),
        basis="Letter", ground="accuracy", restricted_at=timezone.now(),
        recorded_by=officer("disclosure"),
    )  # fmt: skip


def test_i5_a_restricted_item_is_not_found_and_a_statement_stands_beside_one() -> None:
    who = person(one := item(event_ref="INT/1"))
    said = _contested(who, one, "events", "Intelligence INT/1")
    assert Asked(text="cannabis").total == 0
    assert Asked(person=who.pk).total == 0
    Contested.objects.filter(pk=said.pk).update(ground="", restricted_at=None)
    asked = Asked(text="cannabis")
    assert "I never lived there" in asked.page
    assert asked.api["results"][0]["statements"] == ["I never lived there"]


def test_a_gang_means_those_on_its_list_of_members_never_whom_it_harms() -> None:
    """F2, F4, C7: not the harmed, not a child, nobody whose membership ended, no hidden gang."""
    crew = gang("Canal Street Crew", aliases=["CSC"])
    member, harmed, child, ended = (
        item(surname=name, born_on=born)
        for name, born in (
            ("Member", date(1990, 1, 1)), ("Harmed", date(1990, 1, 1)),
            ("Child", date(timezone.localdate().year - 12, 1, 1)), ("Ended", date(1990, 1, 1)),
        )
    )  # fmt: skip
    for one in (member, harmed, child, ended):
        person(one)
    affiliate(member, crew)
    affiliate(harmed, crew, "exploited")
    affiliate(child, crew)
    affiliate(ended, crew, authorised_on=date(2020, 1, 1))
    for name in (str(crew.pk), "canal street crew", "csc"):
        if name.isdigit():
            assert Asked(gang=name).records == [member.pk]
        client = signed_in(analyst())
        page = client.post("/intelligence/search", {"gang": name, **PURPOSE}, follow=True)
        assert "1 item of intelligence" in page.content.decode(), name
    type(crew).objects.update(restricted=True)
    hidden, nowhere = Asked(gang=crew.pk), Asked(gang=99)
    assert (hidden.total, hidden.api["unknown"]) == (0, "gang") == (0, nowhere.api["unknown"])
    assert "Canal" not in hidden.everything


def test_who_is_hidden_is_not_found_by_words_number_or_place_and_not_counted() -> None:
    """K3, C8: restricted, masked, of a restricted system, only ever harmed, merged, withdrawn."""
    restricted, masked = item(addresses=[SLADE]), item(tier=2, unmasked_tier=0)
    domestic, victim = item(tier=1), item(role="victim")
    gone = item(deleted_at=timezone.now())
    people = {one: person(one) for one in (restricted, masked, domestic, victim, gone)}
    Restriction.objects.create(
        person=people[restricted], level="restricted", reason="Source", set_at=timezone.now(),
        owner_unit=unit("Sapphire"), owner=officer("supervisor"), review_on=date(2099, 1, 1),
    )  # fmt: skip
    lens.refresh()
    questions: list[dict[str, Any]] = [{"text": "cannabis"}, {"place": "Slade Road"}]
    for question in questions:
        assert Asked(code="INTEL-DEV", **question).total == 0, question
    assert Asked(text="cannabis").records == [victim.pk]  # this purpose covers victims
    for one, who in people.items():
        if one is not victim:
            assert Asked(person=who.pk).total == 0
    nobody = Asked(person=9_999_999)
    assert nobody.api["unknown"] == Asked(person=people[restricted].pk).api["unknown"] == "person"


def test_an_item_about_several_is_found_only_where_each_of_them_may_be() -> None:
    """Its text may name them: nobody learns of a hidden person by a search for the name."""
    one = item("Wick and Hidden plan a robbery", event_ref="INT/7")
    other = item("Wick and Hidden plan a robbery", event_ref="INT/7", surname="Hidden")
    person(one)
    hidden = person(other)
    assert Asked(text="hidden robbery").total == 2
    held = Restriction.objects.create(
        person=hidden, level="restricted", reason="Source", set_at=timezone.now(),
        owner_unit=unit("Sapphire"), owner=officer("supervisor"), review_on=date(2099, 1, 1),
    )  # fmt: skip
    assert Asked(text="hidden robbery").total == 0
    assert Asked(who=analyst(in_unit="Central"), text="robbery").total == 0
    held.lifted_at = timezone.now()
    held.save()
    other.handling = "Lawful sharing permitted with conditions"
    other.save()
    assert Asked(text="hidden robbery").total == 0  # what one copy withholds no other tells


def test_an_erased_a_changed_and_a_withdrawn_item_are_gone_at_once() -> None:
    """E4: the rows are searched, no copy of them; nothing is drained or built in between."""
    person(one := item())
    assert Asked(text="cannabis").total == 1
    NominalRecord.objects.filter(pk=one.pk).update(event_summary="Sells tools")
    assert (Asked(text="cannabis").total, Asked(text="tools").total) == (0, 1)
    NominalRecord.objects.filter(pk=one.pk).update(deleted_at=timezone.now())
    assert Asked(text="tools").total == 0
    NominalRecord.objects.filter(pk=one.pk).delete()
    assert Asked(text="tools").total == 0


def test_a_child_is_said_to_be_one_and_who_was_only_harmed_is_said_to_be_that() -> None:
    """C2, C7: no result looks like a suspect."""
    child = item(born_on=date(timezone.localdate().year - 9, 1, 1), role="suspect")
    victim = item(surname="Harmed", role="victim")
    person(child)
    person(victim)
    page = Asked(text="cannabis").page
    assert "Under 18" in page
    assert "Only ever recorded as victim" in page
    assert "Suspect" not in page


def test_at_most_two_hundred_are_counted_and_the_page_says_that_there_are_more() -> None:
    """No bulk: who needs the 201st has to say more."""
    someone = person(item())
    first = NominalRecord.objects.get()
    copies = [_copy(first, 500_000 + n) for n in range(210)]
    NominalRecord.objects.bulk_create(copies)
    someone.link_set.bulk_create(
        type(someone.link_set.get())(record_id=one.pk, person=someone, method="model", run_id=1)
        for one in copies
    )
    asked = Asked(text="cannabis")
    assert (asked.total, asked.api["more"], len(asked.records)) == (200, True, 20)
    assert "More than 200 items of intelligence" in asked.page
    body = {"text": "cannabis", "page": 11, "purpose": PURPOSE}
    answer = signed_in(analyst()).post("/api/v1/intelligence/search", body, "application/json")
    assert answer.status_code == 400


def _copy(one: NominalRecord, pk: int) -> NominalRecord:
    values = {f.attname: getattr(one, f.attname) for f in NominalRecord._meta.concrete_fields}
    return NominalRecord(**{**values, "id": pk, "source_ref": f"INT/{pk}", "changed_at": CHANGED})


def test_d7_the_marking_stands_at_top_and_bottom_and_no_word_is_in_an_address() -> None:
    person(item())
    asked = Asked(text="cannabis")
    body = asked.page[asked.page.index("<body") :]
    assert body.count("OFFICIAL-SENSITIVE</p>") == 2
    assert re.fullmatch(r"/intelligence/s/[0-9a-f-]{36}", asked.sent["Location"])
    another = with_purpose(signed_in(analyst()))
    assert another.get(asked.sent["Location"]).status_code == 404  # its own officer's alone


def test_who_may_not_search_intelligence_sees_no_replay_of_it() -> None:
    """A supervisor sees the event, not what was on the analyst's screen."""
    who = analyst(in_unit="Central")
    person(item())
    Asked(who=who, text="cannabis")
    event = Event.objects.filter(action=Action.INTELLIGENCE_SEARCHED).latest("at")
    supervisor = scope_of(officer("supervisor", in_unit="Central"))
    seen = replays.replay(supervisor, event)
    assert seen is not None
    assert seen.withheld


def test_the_statement_is_one_and_the_page_takes_few(django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        person(item(surname=f"Wick{number}"))
    scope = scope_of(analyst(), Purpose("CRIME-INV", "20/123456/26"))
    with django_assert_max_num_queries(12):
        assert search(Question(text="cannabis"), scope).total == 5


def test_the_person_is_told_of_the_look_as_a_search_and_not_that_there_is_intelligence() -> None:
    """I2: the annex of a request says that somebody looked, when and what for."""
    someone = person(item())
    Asked(text="cannabis")
    looks = disclosed.looks([someone.pk], [])
    assert [look.action for look in looks] == [Action.PERSON_SEARCHED.label] * 2
