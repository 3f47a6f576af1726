"""A month of the unit's reviews: what was due, what became of each, and signing it off."""

from collections import Counter
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.views.decorators.http import require_POST, require_safe

from audit.actions import Action
from gangs import rounds, standing
from gangs.kept_models import KeptMembership
from gangs.rounds import OUTCOMES, Due, Month
from people import restrictions
from people import selectors as people
from people.summary import Summary
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.services import ChangeRefusedError

SHOWN_MONTHS = 6
STANDS = frozenset({"kept", "renewed", "left"})


class SignForm(forms.Form):
    """Why reviews were left, where some were."""

    reason = forms.CharField(
        label="Why reviews were left, and when they are done",
        max_length=500,
        required=False,
        help_text="Only where some were left. Nobody's name",
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One review as the page shows it; version and person only while it stands (F5)."""

    version: KeptMembership | None
    person: Summary | None
    gang: str
    words: str
    outcome: str
    by: str


@require_safe
@permission_required(Permission.GANG_KEEP)
@purpose_required
def month(request: AccessRequest) -> HttpResponse:
    """One month of the officer's unit."""
    return _page(request, _chosen(request), SignForm())


@require_POST
@permission_required(Permission.GANG_AUTHORISE)
@purpose_required
def sign(request: AccessRequest) -> HttpResponse:
    """A supervisor signs the month off."""
    chosen = _chosen(request)
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            rounds.sign(request, chosen, form.cleaned_data["reason"])
        except ChangeRefusedError as refused:
            form.add_error("reason", str(refused))
        else:
            messages.success(request, "Signed off")
            return redirect(f"{resolve_url('membership-month')}?month={chosen.key}")
    page = _page(request, chosen, form)
    page.status_code = 400
    return page


def _chosen(request: AccessRequest) -> Month:
    """The month asked for, else the one to be signed off, else this one."""
    if asked := rounds.parse(request.GET.get("month", "")):
        return asked
    unit = request.scope.unit_id
    return (rounds.to_sign(unit) if unit else None) or rounds.last_months(1)[0]


def _page(request: AccessRequest, chosen: Month, form: SignForm) -> HttpResponse:
    scope = request.scope
    unit = scope.unit_id or 0
    rows = rounds.due([chosen], unit)
    lines = _lines(request, rows)
    counts = Counter(line.outcome for line in lines)
    waiting = rounds.to_sign(unit)
    ids = sorted({line.person.person_id for line in lines if line.person})
    return trail.show(
        request,
        Action.MEMBERSHIPS_VIEWED,
        "gangs/month.html",
        {
            "chosen": chosen,
            "months": rounds.last_months(SHOWN_MONTHS),
            "lines": lines,
            "counts": [(words, counts[key]) for key, words in OUTCOMES.items()] if lines else [],
            "whole": standing.sees_harmed(scope),
            "signed": rounds.signed(chosen, unit),
            "signs": waiting is not None
            and waiting.first == chosen.first
            and scope.may(Permission.GANG_AUTHORISE),
            "decided": scope.officer_id in rounds.reviewers(rows),
            "waiting": waiting if waiting and waiting.first != chosen.first else None,
            "form": form,
        },
        subject_kind="person",
        subject_ids=[str(pk) for pk in ids],
        shown=[{"id": str(pk)} for pk in ids],
        result_count=len(lines),
        query={"month": chosen.key},
        detail=restrictions.reported(ids, scope),
    )


def _lines(request: AccessRequest, rows: list[Due]) -> list[Line]:
    """The reviews on lists that are open to the officer. Of what has ended no name (F5)."""
    scope = request.scope
    ids = {row.after or row.version for row in rows}
    related = ("gang", "reviewed_by", "ended_by", "authorised_by")
    versions = standing.allowed(KeptMembership.objects.filter(pk__in=ids), scope)
    known = {version.pk: version for version in versions.select_related(*related)}
    roots = [known[pk].root for row in rows if (pk := row.after or row.version) in known]
    now = list(standing.allowed(standing.holding().filter(root__in=roots), scope))
    last = {version.root: version for version in now}
    person_of = standing.whose(now, scope)
    shown = people.summaries(set(person_of.values()), scope)
    found = []
    for row in rows:
        if version := known.get(row.after or row.version):
            stands = last.get(version.root) if row.outcome in STANDS else None
            person = shown.get(person_of.get(stands.pk, 0)) if stands else None
            words = OUTCOMES[row.outcome]
            found.append(
                Line(stands, person, version.gang.name, words, row.outcome, _by(row, version))
            )
    return found


def _by(row: Due, version: KeptMembership) -> str:
    who = {
        "kept": version.reviewed_by,
        "renewed": version.authorised_by,
        "removed": version.ended_by,
    }.get(row.outcome)
    return str(who) if who else ""
