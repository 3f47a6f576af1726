"""Reports made regularly: for each recipient once, with the recipient's own access at that time.

What is sent is a link in the product's inbox, never a figure. It stops where the owner has left or
may not share any more; a recipient who has left, or may not ask the question any more, gets none.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from wmp_search.access import purposes
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import Scope, scope_of
from wmp_search.reports import files, saved
from wmp_search.reports.models import Delivery, ReportFile, Schedule
from wmp_search.reports.reading import read


def following(every: Schedule.Every, day: date) -> date:
    """The next day on which it is made, after `day`."""
    if every == Schedule.Every.DAY:
        return day + timedelta(days=1)
    if every == Schedule.Every.WEEK:
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def stop(schedule: Schedule, why: str) -> None:
    """It is not made any more."""
    schedule.stopped_at, schedule.why_stopped = timezone.now(), why
    schedule.save(update_fields=["stopped_at", "why_stopped"])


def deliver(today: date | None = None) -> int:
    """Make what is due today; returns how many recipients got something."""
    today = today or timezone.localdate()
    made = 0
    while (one := _next(today)) is not None:
        made += one
    return made


@transaction.atomic
def _next(today: date) -> int | None:
    """One schedule that is due, under its row's lock; None where there is none."""
    due = Schedule.objects.select_for_update(of=("self",), skip_locked=True)
    schedule = (
        due.select_related("owner", "report")
        .filter(stopped_at=None, next_on__lte=today)
        .order_by("next_on", "pk")
        .first()
    )
    if schedule is None:
        return None
    if why := _over(schedule):
        stop(schedule, why)
        return 0
    made = sum(_to(schedule, one, today) for one in schedule.recipients.filter(is_active=True))
    schedule.next_on = following(Schedule.Every(schedule.every), today)
    schedule.save(update_fields=["next_on"])
    return made


def _over(schedule: Schedule) -> str:
    """Why it ends; empty where it goes on."""
    if not schedule.owner.is_active:
        return "Its owner has left"
    scope = scope_of(schedule.owner)
    if not scope.may(Permission.REPORT_SHARE):
        return "Its owner may not share reports any more"
    if purposes.current(schedule.purpose_code) is None:
        return "The purpose that it was scheduled for is not in use any more"
    if not schedule.recipients.filter(is_active=True).exists():
        return "Everybody it was for has left"
    asks = saved.question(schedule.report)
    return "" if asks else "The report cannot be made any more: build it anew"


def _to(schedule: Schedule, recipient: Officer, today: date) -> int:
    """One recipient's delivery; 1 where it was made, 0 where it may not be or was already."""
    purpose = Purpose(schedule.purpose_code, schedule.purpose_reference)
    scope = scope_of(recipient, purpose)
    if not may_get(schedule, scope):
        return 0
    delivery, is_new = Delivery.objects.get_or_create(
        schedule=schedule, recipient=recipient, on=today
    )
    if not is_new:
        return 0
    if schedule.form != Schedule.Form.PAGE:
        delivery.file = _file(schedule, recipient)
        delivery.save(update_fields=["file"])
    door.event(
        door.Entry(
            action=Action.REPORT_DELIVERED,
            actor=door.Actor(
                officer_id=recipient.pk,
                officer=recipient.get_username(),
                unit_id=scope.unit_id,
                roles=scope.roles,
                device="scheduled report",
            ),
            purpose_code=purpose.code,
            purpose_reference=purpose.reference,
            subject_kind="report",
            subject_ids=[str(schedule.report_id)],
            query=schedule.report.spec,
            detail={"schedule": schedule.pk, "form": schedule.form, "by": schedule.owner_id},
        )
    )
    return 1


def may_get(schedule: Schedule, scope: Scope) -> bool:
    """Whether the recipient may ask the question now, for the purpose it is sent for."""
    if not scope.may(Permission.REPORT_VIEW) and not scope.may(Permission.REPORT_BUILD):
        return False
    if not purposes.may_give(schedule.purpose_code, scope.held):
        return False
    if not saved.visible(scope).filter(pk=schedule.report_id).exists():
        return False
    return read(schedule.report.spec).of.opens_to(scope)


def _file(schedule: Schedule, recipient: Officer) -> ReportFile:
    """A file that waits to be made, with the recipient's access, for the recipient alone."""
    return ReportFile.objects.create(
        owner=recipient,
        title=schedule.report.title,
        spec=schedule.report.spec,
        form=schedule.form,
        purpose_code=schedule.purpose_code,
        purpose_reference=schedule.purpose_reference,
        given={
            "recipient": recipient.get_full_name() or recipient.get_username(),
            "organisation": files.OWN_FORCE,
            "reason": f"Scheduled report, {Schedule.Every(schedule.every).label.lower()}",
        },
        expires_at=timezone.now() + files.LIFETIME,
    )
