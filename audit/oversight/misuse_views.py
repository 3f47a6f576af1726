"""Pages of professional standards: alerts, limited records, how noisy each rule is (H1, H6, H12).

To everybody else these pages do not exist.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import words
from audit.actions import Action
from audit.oversight import cases, misuse, thresholds, who
from audit.oversight.misuse_forms import OutcomeForm, ThresholdForm
from audit.oversight.models import Alert
from audit.reading import detail, reading_purpose_required
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission

investigating = permission_required(Permission.MISUSE_VIEW, hidden=True)
LOOK_BACK = timedelta(days=90)


@require_safe
@investigating
@reading_purpose_required
def alerts(request: AccessRequest) -> HttpResponse:
    """What the rules raised and nobody has closed; `closed=1` in the address: the others."""
    is_closed = request.GET.get("closed") == "1"
    given = request.GET.get("before", "")
    found = misuse.page(
        request.scope, is_closed=is_closed, before=int(given) if given.isdecimal() else None
    )
    rows = found[: misuse.PAGE]
    older = {"before": rows[-1].pk, **({"closed": 1} if is_closed else {})} if rows else {}
    return trail.show(
        request,
        Action.MISUSE_VIEWED,
        "oversight/alerts.html",
        {
            "rows": [{"alert": one, "title": misuse.title(one.rule)} for one in rows],
            "is_closed": is_closed,
            "page": {"older": f"?{urlencode(older)}" if len(found) > len(rows) else ""},
        },
        subject_kind="alert",
        subject_ids=[str(one.pk) for one in rows],
        result_count=len(rows),
        detail=detail(request),
    )


@investigating
@reading_purpose_required
def alert(request: AccessRequest, pk: int) -> HttpResponse:
    """One alert with its evidence; POST takes or closes it, or puts it into a case."""
    found = misuse.get(request.scope, pk)
    if found is None:
        raise not_found(request, "alert", pk)
    form = OutcomeForm(request.POST if "outcome" in request.POST or not _does(request) else None)
    if request.method == "POST" and (_does(request) or form.is_valid()):
        try:
            said = _act(request, found, form)
        except (misuse.AlertError, cases.CaseError) as error:
            messages.info(request, str(error))
        else:
            messages.success(request, said)
        return redirect("alert", pk=pk) if _does(request) else redirect("alerts")
    if request.method != "POST":
        form = OutcomeForm()
    return _shown(request, found, form)


def _does(request: AccessRequest) -> str:
    """Which of the page's small forms was sent; empty: none, or the one that closes."""
    does = request.POST.get("do", "")
    return does if does in ("take", "case") else ""


def _act(request: AccessRequest, found: Alert, form: OutcomeForm) -> str:
    """Do what was asked; what to tell the investigator."""
    if _does(request) == "take":
        misuse.take(request, found)
        return "The alert is marked as being looked into"
    if _does(request) == "case":
        cases.add_alert(request, request.POST.get("case", ""), found)
        return "The alert and its events are in the case"
    misuse.close(request, found, form.cleaned_data["outcome"], form.cleaned_data["note"].strip())
    return "The alert is closed"


def _shown(request: AccessRequest, found: Alert, form: OutcomeForm) -> HttpResponse:
    events = misuse.evidence(found)
    return trail.show(
        request,
        Action.MISUSE_VIEWED,
        "oversight/alert.html",
        {
            "alert": found,
            "title": misuse.title(found.rule),
            "meaning": misuse.meaning(found.rule),
            "facts": _facts(found),
            "steps": [who.step(event) for event in events],
            "more": len(found.events) - len(events),
            "form": form,
            "cases": cases.open_cases(request.scope),
        },
        subject_kind="alert",
        subject_ids=[str(found.pk)],
        detail=detail(request, rule=found.rule, events=[str(event.id) for event in events]),
    )


FACTS = {
    "kinds": "What matched",
    "looks": "Looks",
    "about": "Whose data it was",
    "officers": "Officers",
    "who": "Who",
    "hours": "Hours of the day",
    "people": "Different people",
    "peers_middle": "Usual for peers",
    "days": "Days",
    "seconds": "Seconds between",
    "reasons": "Different reasons",
    "searches": "Searches",
    "opened": "Opened, not only listed",
    "notes": "What the supervisor wrote",
    "linked": "A task or event of the person was named",
    "from_contact": "Hours from the contact, nearest look",
    "ended_on": "The case ended on",
    "tries": "Events",
    "got_in": "Got in",
}


def _facts(found: Alert) -> list[tuple[str, str]]:
    """What the rule found, in words; officers by their user names."""
    facts = {key: found.facts[key] for key in FACTS if key in found.facts}
    numbers = {*facts.get("who", ()), facts.get("about")} - {None}
    names = dict(Officer.objects.filter(pk__in=numbers).values_list("pk", "username"))
    if "who" in facts:
        facts["who"] = sorted(names.get(one, str(one)) for one in facts["who"])
    if "about" in facts:
        facts["about"] = names.get(facts["about"], str(facts["about"]))
    return [(label, value) for label, value in words.pairs({FACTS[k]: facts[k] for k in facts})]


@require_safe
@investigating
@reading_purpose_required
def limited(request: AccessRequest) -> HttpResponse:
    """Emergency access with its review, and looks at covert or restricted people."""
    emergencies, notices = misuse.emergencies(request.scope), misuse.notices(request.scope)
    return trail.show(
        request,
        Action.MISUSE_VIEWED,
        "oversight/limited.html",
        {
            "emergencies": [(one, _address(one)) for one in emergencies],
            "notices": [(one, _address(one)) for one in notices],
            "now": timezone.now(),
        },
        subject_kind="notice",
        subject_ids=[str(one.pk) for one in notices],
        result_count=len(emergencies) + len(notices),
        detail=detail(request),
    )


def _address(one: Any) -> str:
    return who.address(one.event_at, one.event_id)


@investigating
@reading_purpose_required
def rules(request: AccessRequest) -> HttpResponse:
    """What each rule looks for, how often it was right, its thresholds; POST sets one."""
    form = ThresholdForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        thresholds.put(request, form.threshold)
        messages.success(request, "The threshold is changed from now on")
        return redirect(reverse("rules"))
    rows = misuse.noise(timezone.now() - LOOK_BACK)
    return trail.show(
        request,
        Action.MISUSE_VIEWED,
        "oversight/rules.html",
        {"rows": rows, "form": form, "rules": thresholds.listed(), "page": {}},
        subject_kind="rule",
        result_count=len(rows),
        detail=detail(request),
    )
