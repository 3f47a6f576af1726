"""The page of what each source says of two people."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from audit.actions import Action
from gangs.network import by_source, looks, reading
from gangs.network.forms import KnownForm
from gangs.network.limits import limits
from gangs.network.sight import View
from people import selectors as people
from wmp_search.access import asking, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


@require_safe
@permission_required(Permission.NETWORK_VIEW)
@purpose_required
def person_sources(request: AccessRequest, pk: int, to: int) -> HttpResponse:
    """Source beside source: what each says of the two, where they agree and where they differ."""
    scope = request.scope
    sees = scope.may(Permission.PERSON_VIEW)
    ends = [people.current_id(end, scope) if sees else None for end in (pk, to)]
    one, other = ends
    if one is None or other is None or one == other:
        raise not_found(request, "person", pk if one is None else to)
    if (one, other) != (pk, to):
        return redirect("person-sources", one, other)
    restricted = any(people.has_restricted(end, scope) for end in (one, other))
    if again := asking.again(request, SubjectFacts("person", str(other), restricted)):
        return again
    form = KnownForm(request.GET)
    form.is_valid()
    view = View(known=form.cleaned_data.get("known"))
    known = people.summaries((one, other), scope)
    two = (known[one], known[other])
    sides = by_source.ask(two, scope, view)
    ends_shown = reading.things((one, other), scope)
    return trail.show(
        request,
        Action.NETWORK_VIEWED,
        "network/by_source.html",
        {
            "pk": one,
            "one": ends_shown[one],
            "other": ends_shown[other],
            "sides": sides,
            "form": form,
            "view": view,
            "hubs": limits().hub,
        },
        **looks.recorded(
            [*ends_shown.values(), *sides.things],
            len(sides.rows),
            scope,
            (
                "person",
                (one, other),
                {"by_source": True, "known": view.known.isoformat() if view.known else ""},
            ),
        ),
    )
