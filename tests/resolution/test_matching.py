"""Who is joined and who is kept apart: records in, people out, through the database."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from ingest.resolution import given_names, model, working_set, workspace
from ingest.resolution.run import resolve
from people.models import Link, Person
from tests.resolution.loading import load
from tests.resolution.synthetic import World

pytestmark = pytest.mark.django_db

HOME = {"house": "12", "street": "Mill Road", "town": "Dudley", "postcode": "DY1 4EJ"}
ELSEWHERE = {"house": "7", "street": "Park Lane", "town": "Walsall", "postcode": "WS2 8AB"}


def record(given: str, surname: str, born: date | None = None, **fields: Any) -> dict[str, Any]:
    return {
        "given_names": given,
        "surname": surname,
        "born_on": born,
        "born_precision": "D" if born else "",
        "addresses": [HOME],
    } | fields


def crowd(seed: int = 77, people: int = 300) -> list[dict[str, Any]]:
    """Others around the people of a case: name frequencies need a population."""
    world = World(seed)
    world.populate(people)
    return world.records(mean=3)


def people_of(cases: Sequence[dict[str, Any]]) -> list[int]:
    """The person of each record, after a run among the crowd."""
    ids = load([*cases, *crowd()])
    resolve()
    links = dict(Link.objects.filter(record__in=ids[: len(cases)]).values_list("record", "person"))
    return [links[i] for i in ids[: len(cases)]]


def test_one_person_under_typing_errors_a_nickname_and_swapped_names() -> None:
    born = date(1978, 4, 23)
    people = people_of(
        [
            record("Robert", "Cartwright", born),
            record("Rob", "Cartwright", born),
            record("Robert", "Cartwrihgt", born),
            record("Cartwright", "Robert", born),
            record("Robert James", "Cartwright", date(1978, 4, 28)),
        ]
    )
    assert len(set(people)) == 1


def test_a_record_without_birth_joins_by_name_and_address() -> None:
    born = date(1978, 4, 23)
    people = people_of(
        [record("Leonora", "Cartwright", born), record("Leonora", "Cartwright", phones=["0121"])]
    )
    assert len(set(people)) == 1


def test_twins_stay_apart_even_with_one_record_each() -> None:
    born = date(1999, 6, 2)
    people = people_of(
        [
            record("Daniel", "Cartwright", born, phones=["01213334444"]),
            record("Matthew", "Cartwright", born, phones=["01213334444"]),
        ]
    )
    assert len(set(people)) == 2


def test_twins_whose_names_differ_by_a_letter_stay_apart_but_a_slip_does_not_part() -> None:
    born = date(1999, 6, 2)
    names = ["Jade", "Jake", "Kamran", "Imran", "Tanveen", "Tanvir", "Christopher", "Christohper"]
    people = people_of([record(name, "Cartwright", born) for name in names])
    assert len(set(people)) == 7
    assert people[6] == people[7]


def test_brothers_with_one_record_each_at_one_address_stay_apart() -> None:
    births = [date(1997, 9, 9), date(1997, 7, 1), date(1999, 9, 9)]
    cases = [
        record(n, "Cartwright", b) for n, b in zip(["Luke", "Harry", "Joe"], births, strict=True)
    ]
    assert len(set(people_of(cases))) == 3


def test_a_sister_or_a_brother_of_no_known_birth_is_not_the_other_at_that_address() -> None:
    names, births = ["Luke", "Archie", "Sophie"], [date(1982, 11, 26), None, date(2009, 1, 1)]
    cases = [record(n, "Cartwright", b) for n, b in zip(names, births, strict=True)]
    assert len(set(people_of(cases))) == 3


def test_a_middle_name_or_a_short_form_at_the_same_address_is_the_same_person() -> None:
    people = people_of(
        [
            record("Jennifer Sophie", "Cartwright", date(1982, 11, 26)),
            record("Sophie", "Cartwright"),
            record("Jenny", "Cartwright"),
        ]
    )
    assert len(set(people)) == 1


def test_father_and_son_of_one_whole_name_at_one_address_with_one_record_each() -> None:
    father, son = date(1961, 2, 11), date(1988, 9, 3)
    people = people_of([record("Harold David", "Ollerenshaw", b) for b in (father, son)])
    assert people[0] != people[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Md", "Mohammed"),  # one name in other letters
        ("Yusuf", "Yousaf"),
        ("Mohammed", "Imran"),  # an honorific, and the name its bearer is called by
        ("Aman", "Amandeep"),  # short for it, at either end
        ("Jinder", "Harjinder"),
    ],
)
def test_forms_of_a_name_of_one_birth_are_not_taken_for_twins(one: str, other: str) -> None:
    born = date(1991, 8, 14)
    people = people_of([record(name, "Cartwright", born) for name in (one, other)])
    assert people[0] == people[1]


def test_an_honorific_name_makes_nobody_their_brother() -> None:
    born = date(1991, 8, 14)
    twin, brother, of_no_birth = "Imran", "Hamza", "Waseem"
    cases = [record("Mohammed Bilal", "Cartwright", born), record(twin, "Cartwright", born)]
    cases += [record(brother, "Cartwright", date(1993, 2, 5)), record(of_no_birth, "Cartwright")]
    assert len(set(people_of(cases))) == 4


def test_births_a_month_apart_do_not_part_a_rare_name_in_one_town() -> None:
    town = {"house": "", "street": "", "town": "Dudley", "postcode": ""}
    births = [date(1998, 12, 15), date(1999, 1, 14), date(1994, 3, 2)]
    people = people_of([record("Leonora", "Ollerenshaw", b, addresses=[town]) for b in births])
    assert people[0] == people[1] != people[2]


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("1986-04-03", "1986-04-03", "exact"),
        ("1986-04-03", "1986-03-04", "day and month swapped, or 1 January"),
        ("1986-01-01", "1986-01-01", "day and month swapped, or 1 January"),
        ("1986-04-03", "1986-04-08", "one slip of the pen"),
        ("1986-04-29", "1986-05-11", "within a month"),
        ("1986-04-03", "1986-09-03", "one slip of the pen"),
        ("1986-04-03", "1986-12-03", "same year and day or month"),
        ("1986-04-23", "1996-04-23", "one slip of the pen"),
        ("1989-12-23", "1990-12-23", "year off by 1 or 10"),
        ("1986-04-23", "1987-11-09", "year close"),
        ("1986-04-23", "1957-11-09", "All other comparisons"),
    ],
)
def test_births_are_compared_in_levels(one: str, other: str, level: str) -> None:
    birth = next(
        c for c in model.load().splink["comparisons"] if c["output_column_name"] == "birth"
    )
    with workspace.opened() as space:
        space.run(f"create table pair as select '{one}' as dob_l, '{other}' as dob_r, "
                  f"{one[:4]} as y0_l, {other[:4]} as y0_r")  # fmt: skip
        found = next(
            told["label_for_charts"]
            for told in birth["comparison_levels"]
            if told["sql_condition"] == "ELSE"
            or space.value(f"select {told['sql_condition']} from pair")
        )
    assert found == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Bob Cartwright", "Robert Cartwright", "another form or spelling"),
        ("Mohd Miah", "Mohammed Miah", "another form or spelling"),
        ("Nasreen Chowdhury", "Nasreen Chaudhry", "another form or spelling"),
        ("Md Hossain", "Muhammad Hussain", "another form or spelling"),
        ("Tariq Sarwar", "Mohammed Tariq Sarwar", "a part of the name left out"),
        ("Tariq Sarwar", "Syed Tariq Sarwar", "a part of the name left out"),
        ("Baljit Kaur", "Baljit Kaur Purewal", "a part of the name left out"),
        ("Balljit Kaur", "Baljit Kaur Purewal", "a part of the name left out"),
        ("Jack Cartwright", "Joshua Jack Cartwright", "surname exact"),  # perhaps his father
        ("James Cartwright", "Jacob Cartwright", "surname exact"),  # perhaps his brother
        ("Baljit Kaur", "Baljit Purewal", "given name exact"),
        ("Tariq Hoque", "Tariq Hussain", "given name exact"),
    ],
)
def test_names_are_compared_in_levels(one: str, other: str, level: str) -> None:
    comparisons = model.load().splink["comparisons"]
    name = next(c for c in comparisons if c["output_column_name"] == "name")
    with workspace.opened() as space:
        given_names.build(space)
        for side, full in (("l", one), ("r", other)):
            space.run(
                f"""create table side_{side} as
                with part as (select string_split('{full.upper()}', ' ') as p),
                told as (select p[1] as g, case when len(p) > 2 then p[2] end as m, p[-1] as s
                    from part)
                select g as g_{side}, m as m_{side}, s as s_{side}, g || ' ' || s as gs_{side},
                    []::varchar[] as aliases_{side}, coalesce(formal, []) as formal_{side},
                    coalesce(spellings, []) as spellings_{side},
                    g in (select word from honorific) as honorific_{side}
                from told left join known_as using (g) left join spelt_as using (s)"""
            )
        found = next(
            told["label_for_charts"]
            for told in name["comparison_levels"]
            if told["sql_condition"] == "ELSE"
            or space.value(f"select {told['sql_condition']} from side_l, side_r")
        )
    assert found == level


def test_a_name_alone_does_not_join_births_that_differ_outright() -> None:
    names = {"given": "Leon Christopher", "surname": "Ollerenshaw"}
    one, other = record(**names, born=date(1985, 8, 13)), record(**names, born=date(2001, 5, 4))
    people = people_of([one, other | {"addresses": [ELSEWHERE]}])
    assert people[0] != people[1]


def test_a_given_name_and_a_birth_do_not_join_unlike_surnames_without_more() -> None:
    born = date(1984, 6, 19)
    bella = record("Bella", "Callaghan", born)
    people = people_of(
        [bella, record("Bella", "Ollerenshaw", born, addresses=[ELSEWHERE])],
    )
    assert people[0] != people[1]


def test_twins_with_many_records_stay_apart() -> None:
    born = date(1999, 6, 2)
    cases = [record("Daniel", "Cartwright", born, phones=["0121333"]) for _ in range(5)]
    cases += [record("Matthew", "Cartwright", born, phones=["0121333"]) for _ in range(5)]
    people = people_of(cases)
    assert set(people[:5]).isdisjoint(people[5:])
    assert len(set(people)) == 2


def test_father_and_son_of_one_name_at_one_address_stay_apart() -> None:
    father, son = date(1961, 2, 11), date(1988, 9, 3)
    cases = [record("Harold", "Cartwright", father, phones=["0121333"]) for _ in range(3)]
    cases += [record("Harold", "Cartwright", son, phones=["0121333"]) for _ in range(3)]
    people = people_of(cases)
    assert set(people[:3]).isdisjoint(people[3:])


def test_a_household_is_not_one_person() -> None:
    births = [date(1970, 1, 9), date(1972, 5, 5), date(1999, 3, 3), date(2002, 11, 8)]
    names = ["Harold", "Maureen", "Daniel", "Sophie"]
    cases = [
        record(name, "Cartwright", born, phones=["01213334444"])
        for name, born in zip(names, births, strict=True)
        for _ in range(2)
    ]
    assert len(set(people_of(cases))) == 4


def test_one_name_and_home_born_within_a_month_is_a_slip_of_the_pen() -> None:
    births = [date(1981, 7, 22), date(1981, 8, 1), date(1983, 8, 3)]
    people = people_of(
        [record("Harold", "Cartwright", born, phones=["01213334444"]) for born in births]
    )
    assert people[0] == people[1] != people[2]


def test_two_valid_pnc_ids_split_a_name_and_birth_that_agree_loosely() -> None:
    cases = [
        record("John", "Cartwright", date(1980, 3, 4), pnc_id="2001/0000001X", addresses=[HOME])
        for _ in range(3)
    ]
    cases += [
        record("John", "Cartwright", date(1980, 3, 6), pnc_id="2010/0000002Y", addresses=[HOME])
        for _ in range(3)
    ]
    people = people_of(cases)
    assert set(people[:3]).isdisjoint(people[3:])


def test_one_pnc_id_joins_a_married_name() -> None:
    people = people_of(
        [
            record("Maureen", "Cartwright", date(1980, 3, 4), pnc_id="2001/0000001X"),
            record(
                "Maureen",
                "Ollerenshaw",
                date(1980, 3, 4),
                pnc_id="2001/0000001X",
                addresses=[ELSEWHERE],
            ),
        ]
    )
    assert len(set(people)) == 1


def test_a_thin_record_is_an_unresolved_mention() -> None:
    cases = [
        record("Leonora", "Cartwright", date(1978, 4, 23)),
        record("Leonora", "Cartwright", addresses=[]),
    ]
    people = people_of(cases)
    assert people[0] != people[1]
    assert Person.objects.get(pk=people[1]).is_mention
    assert not Person.objects.get(pk=people[0]).is_mention


def test_a_year_from_an_age_tells_father_from_son() -> None:
    father, son = date(1950, 2, 11), date(1986, 9, 3)
    aged = {"born_on": date(1986, 1, 1), "born_precision": "A"}
    people = people_of(
        [
            record("Harold", "Cartwright", father),
            record("Harold", "Cartwright", son),
            record("Harold", "Cartwright") | aged,
        ]
    )
    assert people[2] == people[1] != people[0]


def test_a_population_of_households_is_resolved_well() -> None:
    world = World(4242)
    world.populate(1500)
    rows = world.records()
    ids = load(rows)
    resolve()
    links = dict(Link.objects.values_list("record", "person"))
    precision, recall = pairwise([links[i] for i in ids], [r["truth"] for r in rows])
    assert precision >= 0.98
    assert recall >= 0.92


def test_matching_reads_no_ethnicity_religion_or_nationality() -> None:
    assert set(working_set.MATCHING) == {
        "id",
        "given_names",
        "surname",
        "names",
        "born_on",
        "born_precision",
        "sex",
        "pnc_id",
        "cro",
        "addresses",
        "phones",
        "emails",
        "vehicles",
        "other_ids",
    }
    forbidden = ("ethnic", "religio", "national", "origin", "language")
    read = " ".join([*working_set.COLUMNS, *(sql for sql, _ in working_set.COLUMNS.values())])
    assert not [word for word in forbidden if word in read]


def pairwise(found: Sequence[int], truth: Sequence[int]) -> tuple[float, float]:
    """Precision and recall over all pairs, counted the plain way."""

    def pairs(keys: Sequence[Any]) -> int:
        sizes: dict[Any, int] = defaultdict(int)
        for key in keys:
            sizes[key] += 1
        return sum(n * (n - 1) // 2 for n in sizes.values())

    both = pairs(list(zip(found, truth, strict=True)))
    return both / pairs(found), both / pairs(truth)
