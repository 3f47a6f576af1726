"""One person in eleven systems, as each system delivers them; and how to look for a word anywhere.

Every delivery is CSV, so that a test can be read; the systems, tiers and kinds are the real ones.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import redis
from django.conf import settings as django_settings

from tests import databases
from tests.ingest.conftest import Feed
from wmp_search.search import client

SURNAME = "Zathurianby"
BORN = "03/11/1971"
SYSTEMS = (
    "custody", "pnc", "intelligence", "domestic_abuse", "offender_management", "missing_persons",
    "stop_search", "incidents", "firearms", "crime_recording", "gangs",
)  # fmt: skip
PERSON = """
system = "{system}"
title = "{system}"
tier = "{tier}"
trust = 50
retention_class = "mopi_3"
schedule = "0 * * * *"
delivery = "full"

[[stream]]
name = "people"
kind = "person"
path = "people*.csv"
format = "csv"
key = ["ID"]
role = "suspect"

[stream.fields]
surname = "SURNAME"
given_names = "FORENAMES"
born_on = {{ column = "DOB", format = "%d/%m/%Y" }}
pnc_id = "PNC"
address = "ADDRESS"
note = "NOTE"
event_summary = "NOTE"
recorded_on = {{ column = "ON", format = "%d/%m/%Y" }}
"""
CRIMES = """
[[stream]]
name = "crimes"
kind = "crime"
path = "crimes.csv"
format = "csv"
key = ["CRIME"]

[stream.fields]
crime_number = "CRIME"
offence = "OFFENCE"

[[stream]]
name = "involvements"
kind = "involvement"
path = "involved.csv"
format = "csv"
key = ["CRIME", "ID"]

[stream.fields]
nominal_ref = "ID"
crime_ref = "CRIME"
role = "ROLE"

[[stream]]
name = "outcomes"
kind = "outcome"
path = "outcomes.csv"
format = "csv"
key = ["CRIME"]

[stream.fields]
crime_ref = "CRIME"
outcome = "OUTCOME"
"""
GANGS = """
[[stream]]
name = "gangs"
kind = "gang"
path = "gangs.csv"
format = "csv"
key = ["GANG"]

[stream.fields]
name = "NAME"

[[stream]]
name = "memberships"
kind = "membership"
path = "people*.csv"
format = "csv"
key = ["ID"]
when = "GANG"

[stream.fields]
nominal_ref = "ID"
gang_ref = "GANG"
status = { column = "STATUS", values = { Removed = "removed" } }
grade = { default = "2B" }
rationale = "NOTE"
authorised_by = { default = "DI Farrell" }
authorised_on = { column = "ON", format = "%d/%m/%Y" }
review_on = { column = "ON", format = "%d/%m/%Y" }
"""
HEADER = "ID,SURNAME,FORENAMES,DOB,PNC,ADDRESS,NOTE,ON,GANG,STATUS\n"
OTHERS = (
    *("Wilson,Tom,01/02/1990", "Khan,Amina,03/04/1985", "Stone,Rose,09/09/1966"),
    "Nowak,Piotr,12/12/1958",
)


def sources(feed: Feed) -> None:
    """The eleven source files."""
    more = {"crime_recording": CRIMES, "gangs": GANGS}
    for system in SYSTEMS:
        tier = "restricted" if system == "domestic_abuse" else "open"
        feed.source(PERSON.format(system=system, tier=tier) + more.get(system, ""), system)


def deliver(feed: Feed, *, note: str = "first") -> None:
    """The person and three others, from every system; `note` tells one delivery from another."""
    for number, system in enumerate(SYSTEMS):
        row = f"{system[:2].upper()}1,{SURNAME},Quillon,{BORN},1999/0123456X,1 Elm Road B1 1AA,"
        rows = [f"{row}Mr {SURNAME}: {note},02/03/20{number % 9 + 10},G1,Removed"]
        rows *= 2 if system == "custody" else 1  # the second one is rejected, and kept as such
        rows += [
            f"{system[:2].upper()}{n},{other},,{n} Oak Road B2 2BB,said {note},02/03/2014,,"
            for n, other in enumerate(OTHERS, start=2)
        ]
        feed.file("people.csv", HEADER + "\n".join(rows) + "\n", system)
    feed.file("crimes.csv", "CRIME,OFFENCE\nC1,Burglary\n", "crime_recording")
    feed.file("involved.csv", "CRIME,ID,ROLE\nC1,CR1,suspect\nC1,CR2,victim\n", "crime_recording")
    feed.file("outcomes.csv", "CRIME,OUTCOME\nC1,Charged\n", "crime_recording")
    feed.file("gangs.csv", "GANG,NAME\nG1,Canal Street Crew\n", "gangs")


def where_found(word: str, *folders: Path) -> list[str]:
    """Where the word stands, in any case: tables, indices, Redis, files below the folders."""
    return [*_tables(word), *_indices(word), *_redis(word), *_files(word, folders)]


def _tables(word: str) -> Iterator[str]:
    """Every table's text, by COPY; a binary column stands in it in hexadecimal."""
    name = str(django_settings.DATABASES["default"]["NAME"])
    wanted = _pattern(word)
    with databases.owner(name) as owner:
        rows = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()
        for (table,) in rows:
            if wanted.search(_copied(owner, table)):
                yield f"table {table}"


def _copied(owner: psycopg.Connection, table: str) -> bytes:
    with owner.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def _pattern(word: str) -> re.Pattern[bytes]:
    forms = {word, word.upper(), word.lower()}
    hexadecimal = [form.encode().hex() for form in forms]
    return re.compile("|".join([re.escape(word), *hexadecimal]).encode(), re.IGNORECASE)


def _indices(word: str) -> Iterator[str]:
    """Every index of this test, builds that wait for a roll-back, too."""
    names = client.indices(f"{django_settings.OPENSEARCH_PREFIX}-*")
    for name in names:
        client.refresh(name)
        everything: dict[str, Any] = {"query": {"match_all": {}}, "size": 1000}
        found = client.client().search(index=name, body=everything)
        if word.lower() in str(found["hits"]["hits"]).lower():
            yield f"index {name}"


def _redis(word: str) -> Iterator[str]:
    store = redis.Redis.from_url(django_settings.REDIS_URL)
    for key in store.scan_iter("*"):
        if _pattern(word).search(bytes(key) + (store.dump(key) or b"")):
            yield f"Redis {key!r}"


def _files(word: str, folders: tuple[Path, ...]) -> Iterator[str]:
    for path in (p for folder in folders for p in sorted(folder.rglob("*")) if p.is_file()):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            with duckdb.connect() as db:
                content = str(db.execute(f"from '{path}'").fetchall()).encode()
        if _pattern(word).search(content):
            yield f"file {path}"
