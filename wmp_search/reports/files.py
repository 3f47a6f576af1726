"""Files of reports: made at once, or by a worker and kept for a day for their owner alone.

A worker makes a file with its owner's access at that moment. Only the file's id goes through the
queue.
"""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from wmp_search.access import purposes
from wmp_search.access.disclosures import MARKING
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import Scope, scope_of
from wmp_search.reports import saved, writers
from wmp_search.reports.models import ReportFile
from wmp_search.reports.reading import read
from wmp_search.reports.result import Result
from wmp_search.reports.running import run
from wmp_search.reports.spec import SpecError
from wmp_search.reports.writers.paper import Paper
from wmp_search.reports.writers.pdf_file import NoPdf
from wmp_search.search.client import SearchError

LIFETIME = timedelta(hours=24)
AT_ONCE = 5_000  # rows; more are made by a worker
OWN_FORCE = "This force"
State = ReportFile.State


def paper(
    title: str, result: Result, officer: Officer, purpose: Purpose, given: Mapping[str, str]
) -> Paper:
    """What the file says."""
    return Paper(
        title=title,
        result=result,
        author=officer.get_username(),
        purpose=purposes.label(purpose.code),
        reference=purpose.reference,
        copy_for=f"{given['recipient']}, {given['organisation']}",
        reason=given["reason"],
        made_at=result.as_of,
    )


def name_of(form: str) -> str:
    """The file's name, which tells nothing."""
    return f"report.{form}"


def queue(
    title: str, spec: Mapping[str, object], form: str, scope: Scope, given: Mapping[str, str]
) -> ReportFile:
    """Keep that a file is wanted; `reports.make_files` makes it."""
    assert scope.purpose is not None  # noqa: S101  `purpose_required` stands above
    return ReportFile.objects.create(
        owner_id=scope.officer_id,
        title=title,
        spec=dict(spec),
        form=form,
        purpose_code=scope.purpose.code,
        purpose_reference=scope.purpose.reference,
        given=dict(given),
        expires_at=timezone.now() + LIFETIME,
    )


def make_waiting() -> int:
    """Make what waits, the oldest first; returns how many were made."""
    made = 0
    waiting = ReportFile.objects.filter(state=State.WAITING, expires_at__gt=timezone.now())
    for pk in waiting.order_by("expires_at").values_list("pk", flat=True):
        made += make(pk)
    return made


@transaction.atomic
def make(pk: uuid.UUID) -> bool:
    """Make one file under its row's lock; False where it is made, gone, or cannot be made.

    Raises SearchUnavailable and AuditUnavailable: it waits on.
    """
    mine = ReportFile.objects.select_for_update(of=("self",), skip_locked=True)
    file = mine.select_related("owner").filter(pk=pk, state=State.WAITING).first()
    if file is None:
        return False
    purpose = Purpose(file.purpose_code, file.purpose_reference)
    scope = scope_of(file.owner, purpose)
    if why := _closed(file, scope):
        return _not_made(file, why)
    try:
        result = run(read(file.spec), scope)
        content = writers.write(
            file.form, paper(file.title, result, file.owner, purpose, file.given)
        )
    except (SpecError, NoPdf) as error:
        return _not_made(file, str(error))
    except SearchError:  # a defect of ours: the files behind it must not wait for it
        return _not_made(file, "It could not be counted. Tell the support team")
    file.sha256, file.made_at = hashlib.sha256(content).hexdigest(), timezone.now()
    file.content, file.state = content, State.READY
    file.expires_at = timezone.now() + LIFETIME
    saved.keep(file.owner_id, [result], [None])
    _record(file, scope, result)
    file.save()
    return True


def own(scope: Scope, pk: uuid.UUID) -> ReportFile | None:
    """The officer's own living file."""
    mine = ReportFile.objects.filter(owner=scope.officer_id, expires_at__gt=timezone.now())
    return mine.filter(pk=pk).first()


def forget_expired() -> int:
    """Delete the files whose day is over; returns how many."""
    deleted, _ = ReportFile.objects.filter(expires_at__lte=timezone.now()).delete()
    return deleted


def _closed(file: ReportFile, scope: Scope) -> str:
    """Why the owner may not have it; empty where they may."""
    if not scope.may(Permission.REPORT_VIEW) and not scope.may(Permission.REPORT_BUILD):
        return "Your roles do not include reports any more"
    try:
        opens = read(file.spec).of.opens_to(scope)
    except SpecError as error:
        return str(error)
    return "" if opens else "Your roles do not include what this report counts any more"


def _not_made(file: ReportFile, why: str) -> bool:
    file.state, file.why = State.FAILED, why[:200]
    file.save(update_fields=["state", "why"])
    return False


def _record(file: ReportFile, scope: Scope, result: Result) -> None:
    door.event(
        door.Entry(
            action=Action.REPORT_EXPORTED,
            actor=door.Actor(
                officer_id=file.owner_id,
                officer=file.owner.get_username(),
                unit_id=scope.unit_id,
                roles=scope.roles,
                device="report file",
            ),
            operation_id=file.pk,
            purpose_code=file.purpose_code,
            purpose_reference=file.purpose_reference,
            subject_kind="report",
            query=file.spec,
            result_count=int(result.total),
            detail=disclosed(result, file.form, file.sha256, file.given),
        )
    )


def disclosed(
    result: Result, form: str, sha256: str, given: Mapping[str, str]
) -> dict[str, object]:
    """What the trail keeps of a file: to whom, why, and a hash of every byte."""
    return {
        "means": form,
        "marking": MARKING,
        "sha256": sha256,
        "rows": len(result.rows),
        "spec": result.spec_hash,
        "scope": result.scope_hash,
        **given,
    }
