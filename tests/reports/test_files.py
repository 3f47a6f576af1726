"""Files of reports: what stands inside, who gets them, and that they are safe to open."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from tests.crime_data import crime
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index
from wmp_search.access.models import Officer, RoleAssignment
from wmp_search.reports import files
from wmp_search.reports.models import ReportFile
from wmp_search.reports.periods import Period
from wmp_search.reports.writers import pdf_file

pytestmark = pytest.mark.django_db
ASKED = "/reports/download?of=crimes.crimes&by=category&last=3"
GIVEN = {
    "recipient": "Superintendent Okafor",
    "organisation": "This force",
    "reason": "For the tasking meeting on Monday",
}
FORMULA = '=HYPERLINK("http://x","y")'


@pytest.fixture(autouse=True)
def town(settings: Any) -> None:
    settings.PURPOSE_ASKS_AGAIN = False
    first = Period(last=2).resolved().first
    at = datetime(first.year, first.month, 9, 12, tzinfo=UTC)
    for number, category in enumerate(("Burglary", "Burglary", FORMULA, "+1", "@SUM(1)", "-1")):
        crime(f"20CR/{number:06}/26", occurred_from=at, category=category)
    crime("20CR/000009/26", occurred_from=at, category="Stalking", tier=1)
    index()


def client_of(who: Officer) -> Client:
    return with_purpose(signed_in(who))


def take(client: Client, form: str) -> Any:
    return client.post(ASKED, {"form": form, **GIVEN})


def test_csv_says_what_it_is_and_holds_no_formula() -> None:
    who = officer("supervisor", username="sergeant")
    answer = take(client_of(who), "csv")
    assert answer["Content-Disposition"] == 'attachment; filename="report.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == rows[-1] == ["OFFICIAL-SENSITIVE"]
    facts = {row[0]: row[1] for row in rows if len(row) == 2}
    assert facts["Copy made by"] == "sergeant"
    assert facts["Copy for"] == "Superintendent Okafor, This force"
    assert facts["Purpose"] == "Crime investigation, 20/123456/26"
    assert facts["Seen with"] == "open records, Crime investigation"
    assert "Newest delivery loaded" in facts
    assert [row for row in rows if row[:1] == ["Note"]]
    assert ["Burglary", "2"] in rows
    assert ["Total", "6"] in rows
    for row in rows:
        assert not [cell for cell in row if cell[:1] in ("=", "+", "-", "@", "\t")]


def test_excel_holds_the_same_and_no_formula() -> None:
    answer = take(client_of(officer("supervisor")), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for row in book["Report"] for cell in row if cell.value is not None]
    assert cells[0].value == cells[-1].value == "OFFICIAL-SENSITIVE"
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    values = [cell.value for cell in cells]
    assert FORMULA in values
    with zipfile.ZipFile(io.BytesIO(answer.content)) as inside:
        assert not [name for name in inside.namelist() if "externalLink" in name]
        assert b"<f>" not in inside.read("xl/worksheets/sheet1.xml")


def test_a_file_is_a_disclosure_in_the_trail() -> None:
    import hashlib

    answer = take(client_of(officer("supervisor")), "csv")
    event = Event.objects.filter(action="report.exported").latest("at")
    assert event.detail["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert event.detail["recipient"] == GIVEN["recipient"]
    assert event.detail["reason"] == GIVEN["reason"]
    assert event.detail["marking"] == "OFFICIAL-SENSITIVE"
    assert event.result_count == 6
    assert take(client_of(officer("supervisor")), "exe").status_code == 400


def test_an_invisible_record_changes_no_byte_of_a_file(monkeypatch: Any) -> None:
    now = timezone.now()
    monkeypatch.setattr("wmp_search.reports.running.timezone.now", lambda: now)
    client = client_of(officer("supervisor"))
    before = [take(client, form).content for form in ("csv", "xlsx")]
    first = Period(last=2).resolved().first
    at = datetime(first.year, first.month, 9, 12, tzinfo=UTC)
    crime("20CR/000010/26", occurred_from=at, category="Burglary", tier=1)
    index()
    assert [take(client, form).content for form in ("csv", "xlsx")] == before


def test_a_large_file_is_made_by_a_worker_for_its_owner_alone(monkeypatch: Any) -> None:
    monkeypatch.setattr(files, "AT_ONCE", 1)
    monkeypatch.setattr("wmp_search.reports.export_views._tell", lambda _pk: None)
    who = officer("supervisor")
    client = client_of(who)
    answer = take(client, "csv")
    address = answer["Location"]
    assert "being made" in client.get(address).content.decode()
    assert client_of(officer("supervisor")).get(address).status_code == 404
    assert files.make_waiting() == 1
    assert "Burglary,2" in client.get(f"{address}?take").content.decode()
    assert Event.objects.filter(action="report.exported", officer_id=who.pk).count() == 2
    ReportFile.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(address).status_code == 404
    assert files.forget_expired() == 1


def test_a_file_is_not_made_once_the_role_is_withdrawn(monkeypatch: Any) -> None:
    monkeypatch.setattr(files, "AT_ONCE", 1)
    monkeypatch.setattr("wmp_search.reports.export_views._tell", lambda _pk: None)
    who = officer("supervisor")
    take(client_of(who), "csv")
    RoleAssignment.objects.filter(officer=who).update(revoked_at=timezone.now())
    assert files.make_waiting() == 0
    found = ReportFile.objects.get()
    assert (found.state, found.content) == ("failed", None)


@pytest.mark.skipif(not pdf_file.is_possible(), reason="Pango is not on this machine")
def test_a_pdf_is_made_by_a_worker_and_fetches_nothing(monkeypatch: Any) -> None:
    monkeypatch.setattr("wmp_search.reports.export_views._tell", lambda _pk: None)
    client = client_of(officer("supervisor"))
    address = take(client, "pdf")["Location"]
    assert files.make_waiting() == 1
    content = client.get(f"{address}?take").content
    assert content.startswith(b"%PDF-")
    with pytest.raises(ValueError, match="fetches nothing"):
        pdf_file._nothing().fetch("file:///etc/passwd")


HEAT = "/reports/download?of=hours.crimes&by=weekday&by2=hour&last=3&chart=heat"


def test_the_picture_is_a_file_without_scripts_that_says_what_it_is() -> None:
    client = client_of(officer("supervisor"))
    assert 'value="svg"' not in client.get(ASKED).content.decode()
    assert 'value="svg"' in client.get(HEAT).content.decode()
    assert client.post(ASKED, {"form": "svg", **GIVEN}).status_code == 400
    answer = client.post(HEAT, {"form": "svg", **GIVEN})
    assert answer["Content-Type"] == "image/svg+xml"
    picture = answer.content.decode()
    root = ET.fromstring(picture)  # noqa: S314  our own
    words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("OFFICIAL-SENSITIVE") == 2
    assert any("Superintendent Okafor" in (text or "") for text in words)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == 169
    assert not re.search(r"<script|<style|style=|href|class=", picture)
    event = Event.objects.filter(action="report.exported").latest("at")
    assert event.result_count == 6  # not the one that the role does not open


@pytest.mark.skipif(not pdf_file.is_possible(), reason="Pango is not on this machine")
def test_a_pdf_holds_the_heat_map(monkeypatch: Any) -> None:
    monkeypatch.setattr("wmp_search.reports.export_views._tell", lambda _pk: None)
    client = client_of(officer("supervisor"))
    address = client.post(HEAT, {"form": "pdf", **GIVEN})["Location"]
    assert files.make_waiting() == 1
    assert client.get(f"{address}?take").content.startswith(b"%PDF-")


def test_without_pango_the_product_says_so_and_offers_the_rest(monkeypatch: Any) -> None:
    monkeypatch.setattr(pdf_file, "is_possible", lambda: False)
    client = client_of(officer("supervisor"))
    shown = client.get(ASKED).content.decode()
    assert "this server has no Pango" in shown
    assert 'value="csv"' in shown
    assert 'value="pdf"' not in shown
    assert take(client, "pdf").status_code == 400
