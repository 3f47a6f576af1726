"""Audit search: who saw this person, what did this officer do, who searched for these words."""

from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.oversight import who
from audit.oversight.forms import OfficerForm, WhoSawForm, WordsForm
from audit.reading import action, detail, reading_purpose_required
from audit.selectors import Key
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission

reading = permission_required(Permission.AUDIT_VIEW_UNIT, Permission.AUDIT_VIEW_ALL)
WORDS_DAYS = timedelta(days=365)


@reading
@reading_purpose_required
def find(request: AccessRequest) -> HttpResponse:
    """Where an audit search begins; names are posted and become numbers."""
    about, by = WhoSawForm(), OfficerForm()
    if request.method == "POST" and "person" in request.POST:
        about = WhoSawForm(request.POST)
        if about.is_valid():
            return redirect("who-saw", pk=about.cleaned_data["person"])
    elif request.method == "POST":
        by = OfficerForm(request.POST)
        if by.is_valid():
            name = by.cleaned_data["officer"].strip()
            officer = Officer.objects.filter(username__iexact=name).first()
            if officer is not None:
                return redirect("officer-story", pk=officer.pk)
            by.add_error("officer", "There is no officer with this user name")
    forms = {"about": about, "by": by, "words": WordsForm(), "form": by if by.errors else about}
    return render(request, "oversight/find.html", forms)


@require_safe
@reading
@reading_purpose_required
def who_saw(request: AccessRequest, pk: int) -> HttpResponse:
    """Who saw this person, when, what for, what was on the screen, what next: one page."""
    before = Key.parse(request.GET.get("before", ""))
    page = who.saw(request.scope, str(pk), before=before)
    return trail.show(
        request,
        action(request.scope),
        "oversight/who_saw.html",
        {"person": pk, "page": page, "everybody": request.scope.may(Permission.AUDIT_VIEW_ALL)},
        subject_kind="person",
        subject_ids=[str(pk)],
        query={"question": "who saw"},
        result_count=len(page.rows),
        detail=detail(request),
    )


@require_safe
@reading
@reading_purpose_required
def story(request: AccessRequest, pk: int) -> HttpResponse:
    """What this officer did, newest day first: reference, searches, views, exports."""
    officer = Officer.objects.select_related("unit").filter(pk=pk).first()
    if officer is None or not who.may_read(request.scope, officer):
        raise not_found(request, "officer", pk)
    before = Key.parse(request.GET.get("before", ""))
    page = who.story(request.scope, pk, before=before)
    return trail.show(
        request,
        action(request.scope),
        "oversight/story.html",
        {"officer": officer, "page": page},
        subject_kind="officer",
        subject_ids=[str(pk)],
        query={"question": "what did this officer do"},
        result_count=page.count,
        detail=detail(request),
    )


@reading
@reading_purpose_required
def by_words(request: AccessRequest) -> HttpResponse:
    """Searches whose text holds the words, also those that found nothing. Always posted."""
    form = WordsForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        if request.method != "POST":
            return redirect("audit-find")
        forms = {"about": WhoSawForm(), "by": OfficerForm(), "words": form, "form": form}
        return render(request, "oversight/find.html", forms)
    data = form.cleaned_data
    rows = who.searched_for(
        request.scope,
        data["words"],
        only_nothing=data["nothing"],
        since=timezone.now() - WORDS_DAYS,
        before=Key.parse(request.POST.get("before", "")),
    )
    return trail.show(
        request,
        action(request.scope),
        "oversight/words.html",
        {"form": form, "page": rows},
        query={"question": "who searched for", "words": data["words"], "nothing": data["nothing"]},
        result_count=len(rows.rows),
        detail=detail(request),
    )


def address(key: Key) -> str:
    """The part of an address that leads to what is older than `key`."""
    return f"?{urlencode({'before': str(key)})}"
