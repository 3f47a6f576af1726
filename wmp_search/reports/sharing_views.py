"""Sharing the question, having it made regularly, and the inbox of what was made."""

from datetime import date, timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.reports import schedules
from wmp_search.reports.forms import ScheduleForm, ShareForm
from wmp_search.reports.models import Delivery, Report, Schedule
from wmp_search.reports.views import READ, changed, mine

INBOX = timedelta(days=60)  # how long a delivery stands in the inbox
MOST_LISTED = 100


@require_http_methods(["GET", "POST"])
@permission_required(Permission.REPORT_SHARE)
def share(request: AccessRequest, pk: int) -> HttpResponse:
    """With which roles and units; each of their officers sees the answer of their own access."""
    report = mine(request, pk)
    if request.method == "POST" and (stop := request.POST.get("stop", "")):
        _stop_sharing(request, report, stop)
        return redirect("report-share", pk=pk)
    form = ShareForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        _share(request, report, form)
        return redirect("report-share", pk=pk)
    context = {
        "form": form,
        "report": report,
        "roles": report.roles.all(),
        "units": report.units.all(),
    }
    return render(request, "reports/share.html", context, status=400 if form.is_bound else 200)


@transaction.atomic
def _share(request: AccessRequest, report: Report, form: ShareForm) -> None:
    role, unit = form.cleaned_data.get("role"), form.cleaned_data.get("unit")
    changed(
        request,
        report,
        "shared",
        role=role.slug if role else "",
        unit=unit.pk if unit else None,
    )
    if role:
        report.roles.add(role)
    if unit:
        report.units.add(unit)
    messages.success(request, f"Shared with {' and '.join(str(o) for o in (role, unit) if o)}")


@transaction.atomic
def _stop_sharing(request: AccessRequest, report: Report, stop: str) -> None:
    kind, _, number = stop.partition("-")
    if number.isdecimal() and kind in ("role", "unit"):
        changed(request, report, "not shared any more", **{kind: number})
        (report.roles if kind == "role" else report.units).remove(int(number[:12]))


@require_http_methods(["GET", "POST"])
@permission_required(Permission.REPORT_SHARE)
@purpose_required
def schedule(request: AccessRequest, pk: int) -> HttpResponse:
    """How often and to whom; what it is for is the purpose that lives now."""
    report = mine(request, pk)
    first = {"to": request.user.get_username(), "every": "week", "form": "page"}
    form = ScheduleForm(
        request.POST if request.method == "POST" else None, report=report, initial=first
    )
    if form.is_bound and form.is_valid():
        _schedule(request, report, form)
        return redirect("report-schedule", pk=pk)
    standing = report.schedules.order_by("-created_at").prefetch_related("recipients")
    context = {"form": form, "report": report, "schedules": standing}
    return render(request, "reports/schedule.html", context, status=400 if form.is_bound else 200)


@transaction.atomic
def _schedule(request: AccessRequest, report: Report, form: ScheduleForm) -> None:
    assert request.purpose is not None  # noqa: S101  `purpose_required` stands above
    every = Schedule.Every(form.cleaned_data["every"])
    made = Schedule.objects.create(
        report=report,
        owner_id=request.scope.officer_id,
        every=every,
        form=form.cleaned_data["form"],
        purpose_code=request.purpose.code,
        purpose_reference=request.purpose.reference,
        next_on=schedules.following(every, timezone.localdate()),
    )
    made.recipients.set(form.recipients)
    _recorded(request, made, "scheduled")
    messages.success(request, "Scheduled")


@require_POST
@permission_required(Permission.REPORT_SHARE)
def stop(request: AccessRequest, pk: int) -> HttpResponse:
    """Stop one's own schedule."""
    found = Schedule.objects.filter(pk=pk, owner=request.scope.officer_id).first()
    if found is None:
        raise not_found(request, "schedule", pk)
    with transaction.atomic():
        _recorded(request, found, "stopped")
        schedules.stop(found, "Stopped by its owner")
    return redirect("report-schedule", pk=found.report_id)


def _recorded(request: AccessRequest, one: Schedule, what: str) -> None:
    trail.record(
        request,
        Action.REPORT_SCHEDULED,
        subject_kind="report",
        subject_ids=[str(one.report_id)],
        detail={
            "what": what,
            "schedule": one.pk,
            "every": one.every,
            "form": one.form,
            "recipients": sorted(officer.pk for officer in one.recipients.all()),
        },
    )


@require_GET
@permission_required(*READ)
def inbox(request: AccessRequest) -> HttpResponse:
    """What was made for the officer. No figure stands here: each is opened with a purpose."""
    since = timezone.now() - INBOX
    mine = Delivery.objects.filter(recipient=request.scope.officer_id, made_at__gt=since)
    rows = list(mine.select_related("schedule__report", "file").order_by("-made_at")[:MOST_LISTED])
    return trail.show(
        request,
        Action.REPORT_LISTED,
        "reports/inbox.html",
        {"rows": rows, "now": timezone.now(), "today": date.today},
        subject_kind="report",
        subject_ids=[str(row.schedule.report_id) for row in rows],
    )


@require_GET
@permission_required(*READ)
def opened(request: AccessRequest, pk: int) -> HttpResponse:
    """Open one: it is read from now on, and leads to the report or to the file."""
    mine = Delivery.objects.filter(recipient=request.scope.officer_id)
    found = mine.select_related("schedule", "file").filter(pk=pk).first()
    if found is None:
        raise not_found(request, "delivery", pk)
    mine.filter(pk=pk, read_at=None).update(read_at=timezone.now())
    if found.file and found.file.expires_at > timezone.now():
        return redirect("report-file", pk=found.file.pk)
    return redirect("report", pk=found.schedule.report_id)
