"""Pages that span the apps, and what every page's shell shows."""

from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from audit.actions import Action
from audit.oversight import waiting
from audit.record import AuditUnavailable
from crime import of_people
from gangs import selectors as gangs
from gangs.affiliations import Affiliation
from ingest import freshness, raw_fields
from ingest.models import Asked, Batch, SourceRecord
from ingest.review import doubts, queue, recalls
from people import (
    contested,
    intelligence,
    news,
    restrictions,
    rule,
    sharing,
    sources,
    timeline,
    watching,
)
from people import selectors as people
from people.forms import PersonSearchForm
from people.profile import Profile, profile
from people.readback import readback
from wmp_search.about_views import keys_are_off, theme_of
from wmp_search.access import asking, challenges, four_eyes, purposes, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import NOBODY, Scope
from wmp_search.desk import figures, recent
from wmp_search.reports import dashboard_views, saved
from wmp_search.rights import notices

NAVIGATION = (
    ("People", "home", (Permission.PERSON_SEARCH,)),
    ("Crimes", "crimes", (Permission.CRIME_VIEW,)),
    ("Gangs", "gangs", (Permission.GANG_VIEW,)),
    ("Intelligence", "intelligence", (Permission.INTELLIGENCE_SEARCH,)),
    ("Safeguarding", "safeguarding", (Permission.SAFEGUARD,)),
    ("Memberships", "memberships", (Permission.GANG_KEEP,)),
    ("Reports", "reports", (Permission.REPORT_VIEW, Permission.REPORT_BUILD)),
    ("Requests", "subject-requests", (Permission.PURPOSE_SUBJECT_ACCESS,)),
    ("Corrections", "corrections", (Permission.PURPOSE_SUBJECT_ACCESS,)),
    ("Breaches", "breaches", (Permission.BREACH_MANAGE,)),
    ("Retention", "retention", (Permission.RETENTION_MANAGE,)),
    ("Extracts", "extracts", (Permission.EXTRACT_ASK, Permission.EXTRACT_APPROVE)),
    ("Restrictions", "restrictions", (Permission.RESTRICTION_MANAGE,)),
    ("Reviews", "reviews", (Permission.REVIEW_UNIT,)),
    ("Audit", "audit-events", (Permission.AUDIT_VIEW_UNIT, Permission.AUDIT_VIEW_ALL)),
    ("Alerts", "alerts", (Permission.MISUSE_VIEW,)),
    ("Break glass", "break-glass", (Permission.BREAK_GLASS_USE,)),
    ("Feeds", "feeds", (Permission.FEED_MANAGE,)),
    ("Matches", "matches", (Permission.MATCH_REVIEW,)),
    ("Feedback received", "feedback-triage", (Permission.FEEDBACK_ANSWER,)),
    ("Data quality", "quality", (Permission.QUALITY_VIEW,)),
    ("Gang figures", "gang-figures", (Permission.GANG_GOVERN,)),
    ("Officers and roles", "officers", (Permission.ROLE_MANAGE,)),
    ("Access review", "access-reviews", (Permission.ACCESS_REVIEW,)),
)
ADMINISTRATION = ("/officers", "/role", "/units", "/purposes")
MOST_ROWS = 100  # of involvements and of records before "Show all": a page stays quick on a phone


def shell(request: HttpRequest) -> dict[str, Any]:
    """For every template: the menu that the scope may use, and the living purpose."""
    scope = getattr(request, "scope", NOBODY)
    purpose = getattr(request, "purpose", None)
    return {
        "scope": scope,
        "theme": theme_of(request),
        "keys_off": keys_are_off(request),
        "navigation": [
            {"title": title, "url": url, "current": _is_current(request.path, url)}
            for title, url in _menu(scope.held)
        ],
        "purpose": purpose,
        "feed_problems": (freshness.problems() if scope.may(Permission.PERSON_SEARCH) else ()),
        "open_challenge": next(iter(_session(request).get(challenges.OPEN, ())), None),
        "purpose_label": purposes.label(purpose.code) if purpose else "",
    }


@require_GET
def home(request: AccessRequest) -> HttpResponse:
    """The one box for those who may search; for others their own part of the menu."""
    if not request.scope.may(Permission.PERSON_SEARCH):
        return _home(request, {"form": None, **_waiting(request)})
    seen = recent.of(request.scope.officer_id or 0)
    unexplained = list(challenges.waiting(request.scope.officer_id))
    context = {
        **_waiting(request),
        "form": PersonSearchForm.of(request),
        "alerts": watching.unopened(request.scope).count(),
        "shared": sharing.received(request.scope).filter(seen_at=None).count(),
        "waiting": [(c, purposes.label(c.purpose_code, c.asked_at)) for c in unexplained],
        "is_overdue": any(c.due_at <= timezone.now() for c in unexplained),
        "is_new": not seen,
        "changed": len(news.since({row.person_id: row.seen_at for row in seen}, request.scope)),
        **_freshness(),
    }
    return _home(request, context)


def _home(request: AccessRequest, context: dict[str, Any]) -> HttpResponse:
    """The start page, with what the officer must be told of people they saw; that is recorded."""
    context |= saved.for_home(request.scope)
    if chosen := context.get("dashboard"):
        context["headlines"] = dashboard_views.headlines(request, chosen)
    told = recalls.shown(request.scope)
    corrected = list(notices.unread(request.scope)[: notices.MOST])
    if not told and not corrected:
        return render(request, "home.html", context)
    people_told = {row["recall"].person for row in told}
    people_told |= {notice.correction.person_id for notice in corrected}
    return trail.show(
        request,
        Action.NOTICES_VIEWED,
        "home.html",
        context | {"recalls": told, "corrected": corrected},
        subject_kind="person",
        subject_ids=sorted(map(str, people_told)),
        result_count=len(told) + len(corrected),
    )


def _freshness() -> dict[str, Any]:
    """When each system last delivered, for systems that did at all; the oldest apart."""
    rows = [row for row in as_at(tuple(sources.titles())) if row["at"]]
    return {"freshness": rows, "oldest": min(rows, key=lambda r: r["at"], default=None)}


def _waiting(request: AccessRequest) -> dict[str, Any]:
    """What waits for the roles: counts only, each for whoever may open what it leads to."""
    scope, mine = request.scope, {}
    if scope.may(Permission.MATCH_REVIEW):
        mine["matches"] = queue.waiting(scope).count()
    if scope.may(Permission.ROLE_MANAGE):
        others = four_eyes.pending().exclude(requested_by=scope.officer_id)
        mine["requests"] = others.exclude(officer__isnull=False, officer=scope.officer_id).count()
    return {"oversight": _oversight(request), "mine": mine}


def _oversight(request: AccessRequest) -> waiting.Waiting:
    """What waits in oversight; the start page opens while the trail is away, too."""
    try:
        return waiting.of(request.scope)
    except AuditUnavailable:
        return waiting.Waiting()


@require_GET
@permission_required(Permission.PERSON_VIEW)
@purpose_required
def person(request: AccessRequest, pk: int) -> HttpResponse:
    """One person: the row in the audit trail is written before anything leaves."""
    current = people.current_id(pk, request.scope)
    shown = profile(current, request.scope) if current is not None else None
    if shown is None:
        raise not_found(request, "person", pk)
    if current != pk:
        return redirect("person", pk=current)
    facts = SubjectFacts(
        kind="person",
        subject_id=str(pk),
        restricted=people.has_restricted(pk, request.scope),
        victim_only=bool(shown.summary.lens),
    )
    if asked := asking.again(request, facts):
        return asked
    all_rows = "all" in request.GET
    crimes = of_people.of_person(pk, request.scope)
    affiliations = gangs.of_person(pk, request.scope, shown.summary)
    figures.reached(request)
    looked = recent.last_look(request.scope.officer_id or 0, pk)
    if request.scope.officer_id:
        recent.remember(request.scope.officer_id, pk, shown.summary.version)
    return trail.show(
        request,
        Action.PERSON_VIEWED,
        "people/person.html",
        {
            "person": shown,
            "card": readback(shown),
            "looked": looked,
            "news": news.since({pk: looked}, request.scope).get(pk, ()) if looked else (),
            "apart": doubts.apart(shown, request.scope),
            "watch": watching.of_person(request.scope, pk)
            if request.scope.may(Permission.PERSON_WATCH)
            else None,
            "involvements": timeline.groups(shown.involvements, None if all_rows else MOST_ROWS),
            "all": all_rows,
            "crimes": crimes,
            "affiliations": affiliations,
            "as_at": as_at(shown.systems),
            "rows": ":" if all_rows else f":{MOST_ROWS}",
        },
        **_viewed(shown, crimes, affiliations, request.scope),
    )


@require_GET
@permission_required(Permission.PERSON_VIEW)
@purpose_required
def recent_people(request: AccessRequest) -> HttpResponse:
    """The people whom this officer opened last, as the scope may see them now."""
    seen = recent.of(request.scope.officer_id or 0)
    known = people.summaries([row.person_id for row in seen], request.scope)
    changed = news.since({row.person_id: row.seen_at for row in seen}, request.scope)
    rows = [
        (known[row.person_id], row.person_id in changed) for row in seen if row.person_id in known
    ]
    ids = [person.person_id for person, _ in rows]
    shown = [{"id": str(person.person_id), "version": person.version} for person, _ in rows]
    return trail.show(
        request,
        Action.PERSON_SEARCHED,
        "desk/recent.html",
        {"rows": rows},
        subject_kind="person",
        subject_ids=list(map(str, ids)),
        query={"text": "the own recent people"},
        shown=shown,
        result_count=len(shown),
        detail=restrictions.reported(ids, request.scope),
    )


@require_GET
@permission_required(Permission.RECORD_VIEW_RAW)
@purpose_required
def record(request: AccessRequest, pk: int) -> HttpResponse:
    """A person's source record as its system delivered it."""
    # nobody may know yet whose an unresolved record is: it is nobody's to see
    link = rule.visible_links(request.scope).filter(record=pk).select_related("record").first()
    delivered = SourceRecord.objects.filter(pk=pk).select_related("batch").first()
    if link is None or delivered is None:
        raise not_found(request, "record", pk)
    fields, withheld = raw_fields.shown(link.record, delivered.stream, delivered.raw)
    return trail.show(
        request,
        Action.RECORD_VIEWED,
        "people/record.html",
        {
            "record": delivered,
            "title": sources.title(delivered.system),
            "handling": intelligence.handling_words(link.record),
            "fields": fields,
            "withheld": withheld,
            "said": [
                c
                for c in contested.among([link.person_id]).get(link.person_id, ())
                if pk in c.records
            ],
            "versions": delivered.versions.order_by("-valid_to").values(
                "batch_id", "line", "valid_from", "valid_to"
            )[:MOST_ROWS],
        },
        subject_kind="record",
        subject_ids=[str(pk)],
        shown=[{"id": str(pk), "row_hash": bytes(delivered.row_hash).hex()}],
        detail={
            "system": delivered.system,
            "batch": delivered.batch_id,
            "line": delivered.line,
            **restrictions.reported([link.person_id], request.scope),
        },
    )


def as_at(systems: tuple[str, ...]) -> list[dict[str, Any]]:
    """When each system last brought a change and was last asked, in order of title:
    [{"title", "at", "asked"}].
    """
    latest = dict(
        Batch.objects.filter(system__in=systems, state=Batch.State.LOADED)
        .values_list("system")
        .annotate(Max("finished_at"))
        .order_by()
    )
    asked = dict(Asked.objects.filter(system__in=systems).values_list("system", "at"))
    rows = [
        {"title": sources.title(s), "at": latest.get(s), "asked": asked.get(s)} for s in systems
    ]
    return sorted(rows, key=lambda row: str(row["title"]))


def _viewed(
    shown: Profile,
    crimes: tuple[of_people.PersonCrime, ...],
    affiliations: tuple[Affiliation, ...],
    scope: Scope,
) -> trail.Particulars:
    row = {
        **shown.audited(),
        "crimes": sorted({c.crime.crime_id for c in crimes}),
        "gangs": sorted({a.gang_id for a in affiliations}),
    }
    return {
        "subject_kind": "person",
        "subject_ids": [row["id"]],
        "shown": [row],
        "result_count": 1,
        "detail": restrictions.reported([shown.summary.person_id], scope),
    }


def _session(request: HttpRequest) -> dict[str, Any]:
    return getattr(request, "session", {})


def _menu(permissions: frozenset[str]) -> list[tuple[str, str]]:
    return [
        (title, reverse(name))
        for title, name, any_of in NAVIGATION
        if permissions.intersection(p.value for p in any_of)
    ]


def _is_current(path: str, url: str) -> bool:
    if url == reverse("home"):
        return path == url or path.startswith(("/people", "/s/", "/searches", "/watches"))
    if url == reverse("officers"):
        return path.startswith(ADMINISTRATION)
    return path == url or path.startswith(f"{url}/")
