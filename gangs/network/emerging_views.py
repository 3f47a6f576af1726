"""Pages of new and of faded links around a person and around a gang, for analysts.

Not for children, and no list of whom to look at: the question starts from somebody the officer has
a reason to look at.
"""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from audit.actions import Action
from gangs import selectors as gangs
from gangs.network import emerging, looks
from gangs.network.emerging import WINDOWS, Found, Question
from gangs.network.forms import KnownForm
from gangs.network.limits import limits
from gangs.network.sight import View
from people import selectors as people
from wmp_search.access import asking, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


class WindowForm(KnownForm):
    """How long ago is new, whether stops alone are enough, and what was known on a day."""

    field_order = ("days", "stops", "known")
    days = forms.TypedChoiceField(
        label="New within",
        choices=[(str(days), f"{days} days") for days in WINDOWS],
        coerce=int,
        required=False,
        widget=forms.RadioSelect,
    )
    stops = forms.BooleanField(
        label="Count stops",
        required=False,
        help_text="Left out otherwise: where officers are sent decides who is stopped",
    )

    def question(self, around: tuple[int, ...]) -> tuple[Question, View]:
        """What is asked; what could not be read is left out."""
        self.is_valid()
        data = self.cleaned_data
        asked = Question(around, int(data.get("days") or WINDOWS[0]), bool(data.get("stops")))
        return asked, View(known=data.get("known"))


@require_GET
@permission_required(Permission.NETWORK_ANALYSE)
@purpose_required
def person_emerging(request: AccessRequest, pk: int) -> HttpResponse:
    """Whom an adult newly stands in events with."""
    scope = request.scope
    current = people.current_id(pk, scope) if scope.may(Permission.PERSON_VIEW) else None
    if current is None:
        raise not_found(request, "person", pk)
    if current != pk:
        return redirect("person-emerging", pk=current)
    facts = SubjectFacts("person", str(pk), people.has_restricted(pk, scope))
    if asked := asking.again(request, facts):
        return asked
    person = people.summaries([pk], scope)[pk]
    is_asked = not person.is_child and not person.lens
    context = {"name": person.name, "person": person, "is_asked": is_asked}
    return _page(request, ("person", pk), (pk,) if is_asked else (), context)


@require_GET
@permission_required(Permission.NETWORK_ANALYSE)
@purpose_required
def gang_emerging(request: AccessRequest, pk: int) -> HttpResponse:
    """Whom the people of a gang newly stand in events with, each other included."""
    shown = gangs.profile(pk, request.scope)
    if shown is None:
        raise not_found(request, "gang", pk)
    if asked := asking.again(request, SubjectFacts("gang", str(pk))):
        return asked
    members = sorted({one.person.person_id for one in shown.members if one.person})
    most = limits().emerging["members"]
    context = {"name": shown.gang.name, "is_asked": True, "left_out": max(len(members) - most, 0)}
    return _page(request, ("gang", pk), tuple(members[:most]), context)


def _page(
    request: AccessRequest, of: tuple[str, int], around: tuple[int, ...], context: dict[str, Any]
) -> HttpResponse:
    kind, pk = of
    form = WindowForm(request.GET)
    asked, view = form.question(around)
    found = emerging.ask(asked, request.scope, view)
    query = {
        "emerging": asked.days,
        "stops": asked.with_stops,
        "known": view.known.isoformat() if view.known else "",
    }
    pairs = len(found.new) + len(found.faded)
    return trail.show(
        request,
        Action.NETWORK_VIEWED,
        "network/emerging.html",
        {
            **context,
            **_words(found, asked, view),
            "kind": kind,
            "pk": pk,
            "form": form,
            "limits": limits(),
        },
        **looks.recorded(found.things, pairs, request.scope, (kind, [pk], query)),
    )


def _words(found: Found, asked: Question, view: View) -> dict[str, Any]:
    """The lists of the page with their headings."""
    days = limits().emerging["faded_days"]
    lists = (
        (f"New within {asked.days} days", found.new, "No new link that you may see."),
        (f"Faded: nothing for {days} days", found.faded, "No link that you may see has faded."),
    )
    return {"found": found, "asked": asked, "view": view, "lists": lists}
