"""Who is told of a correction, and who has said that they read it (DPA 2018 ss.38(5)(c), 48).

Whom to tell is read out of the disclosure records: officers who saw the person, recipients of
copies, packs and memberships, and the systems that the data came from.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit import disclosed, looks
from audit.actions import Action
from gangs.models import MembershipDisclosure
from people import restrictions, sources
from people.models import Link, NominalRecord
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.scope import Scope
from wmp_search.access.services import ChangeRefusedError
from wmp_search.rights.notice_models import Correction, Notice

MOST = 20  # notices on the start page


def correct(
    request: AccessRequest, person: int, change: str, what: str, records: Sequence[int] = ()
) -> Correction:
    """Keep a correction with a notice for everybody who had the data. `records`: whose systems
    are told; without them all of the person's. Call it in the transaction of the change.
    """
    with transaction.atomic():
        made = Correction.objects.create(
            person_id=person, change=change, what=what, made_by_id=request.scope.officer_id
        )
        told = [*_officers(made), *_outside(made), *_systems(made, records)]
        Notice.objects.bulk_create(told)
        trail.record(
            request,
            Action.RIGHTS_CHANGED,
            subject_kind="person",
            subject_ids=[str(person)],
            result_count=len(told),
            detail={
                "what": f"correction: {change}",
                "correction": str(made.pk),
                "officers": [n.officer_id for n in told if n.officer_id],
            },
        )
    return made


def _due() -> date:
    return timezone.localdate() + timedelta(days=Notice.DAYS)


def _officers(made: Correction) -> Iterable[Notice]:
    ids = [str(pk) for pk in restrictions.ids_of(made.person_id)]
    seen = looks.officers_who_saw("person", ids)
    active = Officer.objects.filter(pk__in=seen, is_active=True).exclude(pk=made.made_by_id)
    now = timezone.now()
    for pk in active.order_by("pk").values_list("pk", flat=True):
        yield Notice(
            correction=made, officer_id=pk, had_it_at=seen[pk], sent_at=now, due_on=_due()
        )


def _outside(made: Correction) -> Iterable[Notice]:
    """Each recipient once, with the last time they were given something."""
    everybody = restrictions.ids_of(made.person_id)
    records = list(Link.objects.filter(person__in=everybody).values_list("record", flat=True))
    given = [(r.recipient, r.organisation, r.at) for r in disclosed.recipients(everybody)]
    given += MembershipDisclosure.objects.filter(membership__cited__overlap=records).values_list(
        "recipient", "organisation", "at"
    )
    last = {(who, where): at for who, where, at in sorted(given, key=lambda row: row[2]) if where}
    for (who, where), at in sorted(last.items()):
        yield Notice(
            correction=made, recipient=who, organisation=where, had_it_at=at, due_on=_due()
        )


def _systems(made: Correction, records: Sequence[int]) -> Iterable[Notice]:
    """Where the data came from (s.48(7))."""
    held = NominalRecord.objects.filter(pk__in=records)
    if not records:
        held = NominalRecord.objects.filter(link__person=made.person_id)
    for system in sorted(set(held.values_list("system", flat=True))):
        yield Notice(
            correction=made,
            recipient="Owner of the records",
            organisation=sources.title(system),
            due_on=_due(),
        )


def sent(request: AccessRequest, notice: Notice) -> None:
    """The notice went out today; raises ChangeRefusedError."""
    if notice.sent_at:
        raise ChangeRefusedError("It was sent already.")
    _mark(request, notice, "sent_at", "notice sent")


def received(request: AccessRequest, notice: Notice) -> None:
    """Whoever got it said so; raises ChangeRefusedError."""
    if not notice.sent_at or notice.received_at:
        raise ChangeRefusedError("It was not sent yet, or its receipt is known.")
    _mark(request, notice, "received_at", "notice received")


def _mark(request: AccessRequest, notice: Notice, field: str, what: str) -> None:
    with transaction.atomic():
        setattr(notice, field, timezone.now())
        notice.save(update_fields=[field])
        trail.record(
            request,
            Action.RIGHTS_CHANGED,
            subject_kind="person",
            subject_ids=[str(notice.correction.person_id)],
            detail={"what": what, "notice": notice.pk, "correction": str(notice.correction_id)},
        )


def listed() -> QuerySet[Correction]:
    """Every correction with how many notices it has, are to be sent, wait and are overdue; those
    with something overdue first.
    """
    today = timezone.localdate()
    late = Notice.objects.filter(
        correction=OuterRef("pk"), due_on__lt=today, received_at__isnull=True
    )
    waits = Q(notices__received_at__isnull=True)
    return (
        Correction.objects.annotate(
            all=Count("notices"),
            unsent=Count("notices", filter=Q(notices__sent_at__isnull=True)),
            waiting=Count("notices", filter=waits),
            overdue=Count("notices", filter=waits & Q(notices__due_on__lt=today)),
            is_late=Exists(late),
        )
        .select_related("made_by")
        .order_by("-is_late", "-made_at", "pk")
    )


def unread(scope: Scope) -> QuerySet[Notice]:
    """The officer's own notices, newest first: what changed about whom, never the value."""
    mine = Notice.objects.filter(officer=scope.officer_id, received_at__isnull=True)
    return mine.select_related("correction").order_by("-sent_at", "pk")
