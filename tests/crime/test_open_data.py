"""Eight months of data.police.uk through the product's own source file: what the page of trends
says equals what DuckDB counts straight from the files.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings as django_settings
from django.test import Client

from ingest.pipeline import Plan, refresh
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index
from tests.shared_data import SHARED, needs

FOLDER = "police_uk", "cambridgeshire_2024"
MONTHS = tuple(date(2024, month, 1) for month in range(1, 9))
COMBINATIONS = 50
AREAS = {  # how an area may be asked for → the same rows of the files
    "": "true",
    "code": '"LSOA code" = $area',
    "name": '"LSOA name" = $area',
    "authority": """regexp_replace("LSOA name", ' [^ ]+$', '') = $area""",
}
ROW = re.compile(r'href="/crimes/trends/(\d{4})-(\d{1,2})[^"]*">([\d,]+)<')


@dataclass(frozen=True)
class Asked:
    """One combination: the category and area of the form, the first and last month added up."""

    category: str
    kind: str
    area: str
    first: date
    last: date


class Files:
    """The street files as they are published, in DuckDB; every column is text."""

    def __init__(self, folder: Path) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(
            # said, not guessed: a guess took the few quoted names apart at their commas
            "CREATE TABLE street AS SELECT * FROM read_csv($files, header = true, delim = ',', "
            "quote = '\"', escape = '\"', all_varchar = true)",
            {"files": str(folder / "*-street.csv.gz")},
        )

    def values(self, what: str) -> dict[str, int]:
        """What there is, and how often."""
        found = self.connection.execute(
            f"SELECT {what}, count(*) FROM street WHERE {what} <> '' GROUP BY 1 ORDER BY 1"
        )
        return dict(found.fetchall())

    def count(self, asked: Asked) -> int:
        where, values = [AREAS[asked.kind], "Month BETWEEN $first AND $last"], {}
        if asked.category:
            where.append('"Crime type" = $category')
            values["category"] = asked.category
        if asked.kind:
            values["area"] = asked.area
        values |= {"first": f"{asked.first:%Y-%m}", "last": f"{asked.last:%Y-%m}"}
        found = self.connection.execute(
            f"SELECT count(*) FROM street WHERE {' AND '.join(where)}", values
        ).fetchone()
        assert found
        return int(found[0])


def combinations(files: Files) -> list[Asked]:
    """Fifty of them, the same each time; areas of each kind alike often, busy ones more so."""
    rng = random.Random(20_261_130)  # noqa: S311
    areas = {
        "": {"": 1},
        "code": files.values('"LSOA code"'),
        "name": files.values('"LSOA name"'),
        "authority": files.values("""regexp_replace("LSOA name", ' [^ ]+$', '')"""),
    }
    categories = ["", *files.values('"Crime type"')]
    kinds = [kind for kind in AREAS for _ in range(-(-COMBINATIONS // len(AREAS)))]
    made = []
    for kind in kinds[:COMBINATIONS]:
        first, last = sorted(rng.choices(MONTHS, k=2))
        category, among = rng.choice(categories), areas[kind]
        area = rng.choices(list(among), list(among.values()))[0]
        made.append(Asked(category, kind, area, first, last))
    return made


def of_page(client: Client, asked: Asked) -> int:
    """The period's total of the page: its table of months, added up."""
    answer = client.get("/crimes/trends", {"area": asked.area, "category": asked.category})
    assert answer.status_code == 200
    rows = {
        date(int(year), int(month), 1): int(count.replace(",", ""))
        for year, month, count in ROW.findall(answer.content.decode())
    }
    return sum(count for month, count in rows.items() if asked.first <= month <= asked.last)


@pytest.mark.slow  # half a minute on its own
@pytest.mark.django_db
@needs(*FOLDER)
def test_page_totals_are_those_of_the_files(tmp_path: Path, settings: Any) -> None:
    settings.SOURCES_DIRS = [Path(django_settings.BASE_DIR) / "samples" / "sources"]
    (tmp_path / "police_uk").mkdir()
    for path in SHARED.joinpath(*FOLDER).glob("*.csv.gz"):
        (tmp_path / "police_uk" / path.name).symlink_to(path)
    report = refresh(Plan(feeds=tmp_path, systems=["police_uk"], resolve=False, index=False))
    loaded = Counter(batch.stream for batch in report.batches if batch.state == "loaded")
    assert loaded == {"street": 8, "outcomes": 8, "stop_and_search": 8}
    index()
    files = Files(tmp_path / "police_uk")
    client = with_purpose(signed_in(officer("officer")))
    asked = combinations(files)
    wanted = {one: files.count(one) for one in asked}
    assert sum(count > 0 for count in wanted.values()) > COMBINATIONS / 2
    shown = {one: of_page(client, one) for one in asked}
    assert {one: (shown[one], wanted[one]) for one in asked if shown[one] != wanted[one]} == {}
    whole = Asked("", "", "", MONTHS[0], MONTHS[-1])
    assert of_page(client, whole) == files.count(whole) == 56_870
