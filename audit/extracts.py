"""A log extract for a person, an officer or a period: CSV, PDF and a signed manifest (A11).

One zip file. Rows are read through the reader's own scope, oldest first, in portions. The PDF has
its marking at the top and bottom of each page, and text that can be searched; characters that its
typeface lacks stand as question marks there, and truly in the CSV.
"""

import csv
import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO

from django.db.models import QuerySet
from django.utils import timezone

from audit import pdf, signing, words
from audit.exports import signed
from audit.models import Event
from audit.record import reachable
from audit.selectors import Filters, narrowed, visible
from wmp_search.access.scope import Scope

CHUNK = 2_000
HEADINGS = (
    *("when_utc", "officer", "roles", "what", "action", "purpose", "reference", "asked"),
    *("subject_kind", "subjects", "results", "address", "device", "session", "event", "sha256"),
)
RISKY = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")  # a spreadsheet takes them for a formula


@dataclass(frozen=True, slots=True)
class Extract:
    """A finished extract: the zip file and what the trail keeps of it."""

    content: bytes
    events: int
    files: Mapping[str, str]  # SHA-256 by name


def rows(scope: Scope, filters: Filters) -> QuerySet[Event]:
    """The events of an extract, oldest first."""
    return narrowed(visible(scope), filters).defer("shown").order_by("at", "id")


def make(found: QuerySet[Event], filters: Filters, about: Mapping[str, str]) -> Extract:
    """Write the extract. `about`: who took it, for whom and why; it stands in the manifest and on
    the first page. Raises AuditUnavailable.
    """
    title = "Extract of the audit trail"
    table, document, count = documents(found, title, {**about, **filters.given()})
    contents = {"extract.csv": table, "extract.pdf": document}
    files = fingerprints(contents)
    contents["manifest.json"] = _manifest(files, filters, about, count)
    return Extract(zipped(contents), count, files)


def documents(
    found: QuerySet[Event], title: str, facts: Mapping[str, str]
) -> tuple[bytes, bytes, int]:
    """The events as CSV and as PDF, and how many there are. Raises AuditUnavailable."""
    text, pages = StringIO(newline=""), pdf.Pages(title)
    table, count = csv.writer(text), 0
    table.writerow(HEADINGS)
    pages.facts(facts)
    with reachable():
        for event in found.iterator(chunk_size=CHUNK):
            cells = _cells(event)
            table.writerow([harmless(cell) for cell in cells])
            pages.entry(_heading(event), _lines(cells))
            count += 1
    return text.getvalue().encode("utf-8-sig"), pages.finish(), count


def fingerprints(contents: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 of each file."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def _manifest(
    files: Mapping[str, str], filters: Filters, about: Mapping[str, str], count: int
) -> bytes:
    said = {
        "format": "wmp-audit-extract-1",
        "files": files,
        "events": count,
        "asked": filters.given(),
        "about": about,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "key": signing.key_name(),
    }
    return signed(json.dumps(said, sort_keys=True, separators=(",", ":"))).encode()


def _cells(event: Event) -> list[str]:
    """One row of the CSV, in the order of HEADINGS."""
    return [
        event.at.isoformat(timespec="microseconds"),
        event.officer,
        ", ".join(event.roles),
        words.action(event.action),
        event.action,
        words.purpose(event.purpose_code),
        event.purpose_reference,
        words.sentence(event.query) or words.about(event.detail),
        event.subject_kind,
        " ".join(event.subject_ids),
        "" if event.result_count is None else str(event.result_count),
        event.ip or "",
        event.device,
        event.session,
        str(event.id),
        bytes(event.content_hash).hex(),
    ]


def _heading(event: Event) -> str:
    at = timezone.localtime(event.at)
    return f"{at:%d %b %Y, %H:%M:%S}  {event.officer or 'Nobody signed in'}"


def _lines(cells: list[str]) -> Iterator[str]:
    said = dict(zip(HEADINGS, cells, strict=True))
    yield said["what"] + (f": {said['asked']}" if said["asked"] else "")
    if said["purpose"]:
        yield f"Purpose: {said['purpose']}, {said['reference']}"
    if said["subjects"]:
        yield f"{said['subject_kind'].capitalize()}: {said['subjects']}"
    yield f"From {said['address'] or 'an unknown address'}; event {said['event']}"


def harmless(cell: str) -> str:
    """The cell as text for every spreadsheet (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(RISKY) else cell


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """The files as one zip file."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return whole.getvalue()
