"""Pseudonymised extracts: two people, who is never in one, expiry, and attempts to link them."""

import hashlib
import hmac
import io
from datetime import date, timedelta
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from audit.models import Event
from people.models import Person, Restriction
from tests.officers import officer, signed_in, unit
from tests.people_data import person, record
from wmp_search.access.services import ChangeRefusedError
from wmp_search.extracts import build, limits, people, services
from wmp_search.extracts.columns import COLUMNS
from wmp_search.extracts.models import Extract

ALL = list(COLUMNS)
WHY = "How the ages of people recorded differ by area"
ASKED = {
    "columns": ["age", "sex", "area"],
    "reference": "DPIA-2026-041",
    "days": 14,
    "reason": WHY,
}
K = limits.load().k
NAMES = ("Quillfeather", "Umberslade", "Tattershall")
PLACES = ("B1 1AA", "B1 1AB", "WV1 4DF")


def towns_people(count: int) -> list[Person]:
    """Adults of three places, both sexes and two ages, each with a surname and a birth."""
    return [
        person(
            record(
                given_names="Ann",
                surname=NAMES[n % 3],
                sex="MF"[n // 3 % 2],
                born_on=date((1970, 1990)[n // 6 % 2], 1 + n % 12, 1 + n % 28),
                addresses=[{"house": str(n), "street": "High Street", "postcode": PLACES[n % 3]}],
            )
        )
        for n in range(count)
    ]


def some_people(count: int) -> pl.DataFrame:
    """As `people.read` gives them: some groups are common, some rare."""
    rows = range(count)
    return pl.DataFrame(
        {
            "id": [10_000 + n for n in rows],
            "sex": ["MF"[n % 2] for n in rows],
            "age": [18 + n * n % 60 for n in rows],
            "district": [f"B{1 + n % 7}" if n % 20 else f"WV{n % 3}" for n in rows],
            "seen": [2015 + n % 9 for n in rows],
            "records": [1 + n % 3 for n in rows],
            "mopi": [1 + n % 2 for n in rows],
        }
    )


def table_of(content: bytes) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(content))


def scientist(**fields: Any) -> Client:
    return signed_in(officer("data-scientist", **fields))


def asked(client: Client, **changed: Any) -> Extract:
    answer = client.post("/extracts/new", {**ASKED, **changed})
    assert answer.status_code == 302, answer.content.decode()
    return Extract.objects.first()  # type: ignore[return-value]


def decide(client: Client, held: Extract, do: str = "approve") -> None:
    client.post(f"/extracts/{held.pk}", {"reason": "Asked for by the board", "do": do})
    held.refresh_from_db()


def made(client: Client, **changed: Any) -> Extract:
    held = asked(client, **changed)
    decide(signed_in(officer("records-manager")), held)
    services.make_waiting()
    held.refresh_from_db()
    return held


@pytest.mark.django_db
def test_an_extract_is_asked_for_approved_by_another_made_and_taken_as_a_disclosure() -> None:
    towns_people(160)
    client = scientist()
    held = asked(client)
    assert services.make_waiting() == 0, "nobody has approved it"
    decide(signed_in(officer("records-manager")), held)
    assert services.make_waiting() == 1
    content = client.post(f"/extracts/{held.pk}/file").content
    held.refresh_from_db()
    assert hashlib.sha256(content).hexdigest() == held.sha256
    assert (held.state, held.taken) == ("ready", 1)
    rows = table_of(content)
    assert rows.columns == ["token", "age", "sex", "area"]
    assert len(rows) == held.report["rows"] == 160 - held.report["left_out"]
    assert min(rows.group_by("age", "sex", "area").len()["len"].to_list()) >= K
    taken = Event.objects.get(action="extract.taken")
    assert taken.detail["sha256"] == held.sha256
    assert taken.detail["reason"] == WHY
    assert taken.result_count == len(rows)
    said = pq.read_metadata(io.BytesIO(content)).metadata
    assert said[b"extract"] == str(held.pk).encode()
    assert b"Do not try to find out" in said[b"rule"]


@pytest.mark.django_db
def test_nobody_approves_their_own_question_nor_takes_that_of_another() -> None:
    towns_people(60)
    both = officer("data-scientist", "records-manager")
    held = asked(signed_in(both))
    decide(signed_in(both), held)
    assert held.state == "asked"
    with pytest.raises(IntegrityError), transaction.atomic():
        Extract.objects.filter(pk=held.pk).update(decided_by=both)
    decide(signed_in(officer("records-manager")), held)
    services.make_waiting()
    other = scientist()
    assert other.get(f"/extracts/{held.pk}").status_code == 404
    assert other.post(f"/extracts/{held.pk}/file").status_code == 404
    mixed = signed_in(officer("data-scientist", "records-manager"))
    assert mixed.post(f"/extracts/{held.pk}/file").status_code == 302
    assert not Event.objects.filter(action="extract.taken").exists()


@pytest.mark.django_db
def test_a_refused_question_makes_nothing_and_cannot_be_approved_later() -> None:
    towns_people(60)
    held = asked(scientist())
    manager = signed_in(officer("records-manager"))
    decide(manager, held, "refuse")
    decide(manager, held, "approve")
    assert services.make_waiting() == 0
    assert (held.state, held.content) == ("refused", None)


@pytest.mark.django_db
def test_the_form_asks_for_columns_a_project_a_reason_and_an_end() -> None:
    client = scientist()
    page = client.post("/extracts/new", {"days": limits.load().days + 1}).content.decode()
    for words in (
        "Choose at least one column",
        "Enter the project&#x27;s reference",
        "Enter what question it will answer",
        f"less than or equal to {limits.load().days}",
    ):
        assert words in page, words
    assert client.post("/extracts/new", {**ASKED, "columns": ["surname"]}).status_code == 200
    assert not Extract.objects.exists()


@pytest.mark.django_db
def test_restricted_masked_harmed_young_and_made_up_people_are_never_in_it() -> None:
    known = {one.pk for one in towns_people(6)}
    keeper = officer("supervisor")
    for level in Restriction.Level.values:
        Restriction.objects.create(
            person=towns_people(1)[0], level=level, reason="x", owner_unit=unit("North"),
            owner=keeper, review_on="2099-01-01", set_at=timezone.now(),
        )  # fmt: skip
    grown = date(1980, 1, 1)
    person(record("domestic_abuse", born_on=grown))
    person(record(born_on=grown), record("domestic_abuse", born_on=grown))
    person(record(born_on=grown, tier=3))
    person(record(born_on=grown, unmasked_tier=0))
    (harmed,) = towns_people(1)
    Person.objects.filter(pk=harmed.pk).update(harmed_at=[0])
    (mention,) = towns_people(1)
    Person.objects.filter(pk=mention.pk).update(is_mention=True)
    today = timezone.localdate()
    person(record(born_on=today - timedelta(days=365 * 17)))
    person(record(born_on=today - timedelta(days=365 * 19), born_precision="A"))
    person(record(surname="Nobirth"))
    assert set(people.read()["id"]) == known


def test_a_token_is_hmac_sha256_of_the_number_under_the_extracts_own_key() -> None:
    key = b"a key of this test, and no other"
    built = build.build(some_people(400), ["sex"], limits.load(), {}, key)
    expected = {
        hmac.new(key, str(10_000 + n).encode(), hashlib.sha256).hexdigest()[:32]
        for n in range(400)
    }
    assert set(table_of(built.content)["token"]) == expected


def test_columns_become_coarser_until_every_row_has_its_likes_and_rare_people_go() -> None:
    crowd = some_people(3_000)
    built = build.build(crowd, ["age", "sex", "area"], limits.load(), {})
    rows = table_of(built.content)
    smallest = rows.group_by("age", "sex", "area").len()["len"].min()
    assert smallest == built.report["k"] >= K
    assert built.report["left_out"] == len(crowd) - len(rows) <= 300
    wider = build.build(crowd, ALL, limits.load(), {})
    assert wider.report["step"] > build.build(crowd, ["sex"], limits.load(), {}).report["step"]
    assert min(table_of(wider.content).group_by(ALL).len()["len"].to_list()) >= K


@pytest.mark.django_db
def test_where_too_few_are_alike_no_file_is_made() -> None:
    towns_people(K - 1)
    client = scientist()
    held = made(client, columns=["sex"])
    assert (held.state, held.content, held.sha256) == ("failed", None, "")
    assert "Too few people are alike" in client.get(f"/extracts/{held.pk}").content.decode()


@pytest.mark.django_db
def test_somebody_with_names_births_and_postcodes_cannot_tell_whose_a_row_is() -> None:
    """The attacker knows all that is known of everybody, and how the columns were made."""
    everybody = towns_people(160)
    content = bytes(made(scientist(), columns=ALL).content or b"")
    rows = table_of(content)
    known = people.read()  # the attacker's own table, names and numbers beside it
    step = int(pq.read_metadata(io.BytesIO(content)).metadata[b"step"])
    made_of = ", ".join(f'{COLUMNS[name].at(step)} as "{name}"' for name in ALL)
    with duckdb.connect() as db:
        db.register("known", known.to_arrow())
        db.register("rows", rows.to_arrow())
        db.execute(f"create table mine as select id, {made_of} from known")
        candidates = db.execute(
            f"select id, count(*) from mine join rows using ({', '.join(map(repr_, ALL))}) "
            "group by id"
        ).fetchall()
    assert candidates, "the attempt met the rows"
    assert min(count for _, count in candidates) >= K
    tokens = set(rows["token"])
    for one in everybody:
        number = str(one.pk).encode()
        guesses = {hashlib.sha256(number).hexdigest()[:32], hashlib.md5(number).hexdigest()}  # noqa: S324
        guesses.add(hmac.new(b"", number, hashlib.sha256).hexdigest()[:32])
        assert not guesses & tokens
    text = "\n".join(str(row) for row in rows.rows())
    assert not [name for name in (*NAMES, *PLACES, "High Street") if name in text]


def repr_(name: str) -> str:
    return f'"{name}"'


def test_two_extracts_of_the_same_people_cannot_be_joined() -> None:
    crowd = some_people(3_000)
    first, second = (
        table_of(build.build(crowd, columns, limits.load(), {}).content)
        for columns in (["age", "sex"], ["sex", "area"])
    )
    assert not set(first["token"]) & set(second["token"])
    again = table_of(build.build(crowd, ["age", "sex"], limits.load(), {}).content)
    assert not set(first["token"]) & set(again["token"])
    joined = first.join(again, on=["age", "sex"]).group_by("token").len()
    least = min(joined["len"].to_list())
    assert least >= K, "by values each row has as many partners as it has likes"
    alike = first.with_row_index().join(again.with_row_index(), on=["index", "age", "sex"])
    assert len(alike) < len(first), "nor by the order of rows"


@pytest.mark.django_db
def test_no_key_is_kept_and_the_file_is_destroyed_on_its_last_day() -> None:
    towns_people(60)
    client = scientist()
    held = made(client, columns=["sex"])
    fields = {field.name for field in Extract._meta.get_fields()}
    assert not {name for name in fields if "key" in name}
    with time_machine.travel(timezone.now() + timedelta(days=14, hours=1), tick=False):
        with pytest.raises(ChangeRefusedError):
            services.take(_request_of(held), held.pk)
        assert services.destroy_expired() == 1
        assert services.destroy_expired() == 0
    held.refresh_from_db()
    assert (held.state, held.content) == ("destroyed", None)
    assert held.sha256, "the ledger keeps what it was"
    assert Event.objects.filter(action="extract.destroyed").count() == 1


def _request_of(held: Extract) -> Any:
    """As much of a request as `take` reads before it refuses."""

    class Scope:
        officer_id = held.asked_by_id

    class Request:
        scope = Scope()

    return Request()
