"""The evidential bundle of a case: timeline, events, screens, proofs, signed hash manifest (H9).

`audit/offline.py`, which lies in it, checks it without the application.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit import exports, extracts, offline, signing
from audit.actions import Action
from audit.models import Event, Screen
from audit.oversight import cases, misuse
from audit.oversight.models import Case, CaseExport
from audit.record import canonical_row, reachable
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest

FORMAT = "wmp-case-1"
NAMES = [f.attname for f in Event._meta.concrete_fields if f.attname != "content_hash"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The zip file, its events, and the SHA-256 of its manifest."""

    content: bytes
    events: int
    fingerprint: str


def take(request: AccessRequest, case: Case, recipient: Mapping[str, str]) -> Bundle:
    """Make the bundle and record that it left, before it leaves.

    `recipient`: recipient and organisation.
    """
    made = make(case, {"taken_by": request.user.get_username(), **recipient})
    with reachable(), transaction.atomic(using="audit"):
        CaseExport.objects.create(
            case=case,
            by=request.scope.officer_id,
            at=timezone.now(),
            manifest_sha256=made.fingerprint,
            event_count=made.events,
            **recipient,
        )
        trail.record(
            request,
            Action.CASE_EXPORTED,
            subject_kind="case",
            subject_ids=[str(case.pk)],
            result_count=made.events,
            detail={"manifest_sha256": made.fingerprint, **recipient},
        )
    return made


def make(case: Case, taken: Mapping[str, str]) -> Bundle:
    """The files of the bundle and the manifest over them. Raises AuditUnavailable."""
    about = {"case": case.title, **taken}
    found = cases.events_of(case)
    table, document, count = extracts.documents(found, "Timeline of a case", about)
    with reachable():
        events = list(found)
        contents = {
            "timeline.csv": table,
            "timeline.pdf": document,
            "events.jsonl": _lines(_canonical(event) for event in events),
            "screens.jsonl": _lines(_screens(events)),
            "alerts.json": _json([_alert(alert) for alert in case.alerts.order_by("pk")]),
            "notes.txt": case.notes.encode(),
            **_proofs(events),
        }
    statement = {
        "format": FORMAT,
        "files": extracts.fingerprints(contents),
        "events": count,
        "about": {**about, "case_id": str(case.pk)},
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "key": signing.key_name(),
    }
    text = json.dumps(statement, sort_keys=True, separators=(",", ":"))
    contents["manifest.json"] = exports.signed(text).encode()
    contents["verify_audit.py"] = Path(offline.__file__).read_bytes()
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    return Bundle(extracts.zipped(contents), count, fingerprint)


def _canonical(event: Event) -> str:
    return canonical_row({name: getattr(event, name) for name in NAMES})


def _proofs(events: list[Event]) -> dict[str, bytes]:
    """An inclusion proof for each event that is sealed; at most cases.MOST_EVENTS of them."""
    proofs = {event.id: exports.proof(event) for event in events}
    return {f"proofs/{key}.json": _json(proof) for key, proof in proofs.items() if proof}


def _screens(events: list[Event]) -> Iterator[str]:
    hashes = [bytes(event.screen_hash) for event in events if event.screen_hash]
    for screen in Screen.objects.filter(hash__in=hashes).order_by("hash"):
        body = base64.b64encode(bytes(screen.body)).decode()
        yield json.dumps({"hash": bytes(screen.hash).hex(), "body": body})


def _alert(alert: Any) -> dict[str, Any]:
    return {
        "rule": misuse.title(alert.rule),
        "meaning": misuse.meaning(alert.rule),
        "raised_at": alert.raised_at.isoformat(),
        "officer": alert.officer,
        "facts": alert.facts,
        "events": [str(event) for event in alert.events],
        "outcome": alert.get_outcome_display(),
    }


def _lines(rows: Iterator[str]) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode()
