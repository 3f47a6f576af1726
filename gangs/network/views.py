"""Pages of what records link a person or a gang with, and of what connects two people.

Every step is a page of its own with its own event in the trail: which things were opened, what the
officer narrowed it to, whom it showed.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from audit.actions import Action
from gangs import selectors as gangs
from gangs.network import charts, looks, nodes, positions, weakest
from gangs.network.asked import POSITIONS, asked_of, branches, narrowed, opened, rows, tabs_of
from gangs.network.forms import PathForm
from gangs.network.limits import limits
from gangs.network.models import Type
from people import selectors as people
from wmp_search.access import asking, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.desk import recent


@require_GET
@permission_required(Permission.NETWORK_VIEW)
@purpose_required
def person_network(request: AccessRequest, pk: int) -> HttpResponse:
    """Two steps around a person, and from there a step at a time."""
    scope = request.scope
    current = people.current_id(pk, scope) if scope.may(Permission.PERSON_VIEW) else None
    if current is None:
        raise not_found(request, "person", pk)
    if current != pk:
        return redirect("person-network", pk=current)
    facts = SubjectFacts("person", str(pk), people.has_restricted(pk, scope))
    if asked := asking.again(request, facts):
        return asked
    return _network(request, nodes.number(Type.PERSON, pk), "person", pk)


@require_GET
@permission_required(Permission.NETWORK_VIEW)
@purpose_required
def gang_network(request: AccessRequest, pk: int) -> HttpResponse:
    """The people of a gang and what links them with each other."""
    if not gangs.visible(request.scope).filter(pk=pk).exists():
        raise not_found(request, "gang", pk)
    if asked := asking.again(request, SubjectFacts("gang", str(pk))):
        return asked
    return _network(request, nodes.number(Type.GANG, pk), "gang", pk)


def _network(request: AccessRequest, center: int, kind: str, pk: int) -> HttpResponse:
    asked, scope = asked_of(request), request.scope
    chart = charts.around(center, asked.opened, scope, asked.view, everything=asked.everything)
    context: dict[str, Any] = {
        "kind": kind,
        "pk": pk,
        "chart": chart,
        "center": chart.things[center],
        "asked": asked,
        "form": asked.form,
        "tabs": [(name, title, asked.query(tab=name)) for name, title in tabs_of(request)],
        "codes": [nodes.code(node) for node in asked.opened],
        "opened": opened(chart, asked),
        "may_curate": scope.may(Permission.NETWORK_CURATE),
        "may_analyse": scope.may(Permission.NETWORK_ANALYSE),
        "limits": limits(),
    }
    if asked.tab == "tree":
        context["tree"] = branches(chart, asked)
    elif asked.tab == POSITIONS[0]:
        context["positions"] = positions.of_chart(chart)
    else:
        context["rows"] = rows(chart, asked)
    query = {"opened": [nodes.code(node) for node in asked.opened], **narrowed(asked)}
    return trail.show(
        request,
        Action.NETWORK_VIEWED,
        "network/network.html",
        context,
        **looks.recorded(chart.things.values(), len(chart.ties), scope, (kind, [pk], query)),
    )


@require_GET
@permission_required(Permission.NETWORK_VIEW)
@purpose_required
def person_path(request: AccessRequest, pk: int) -> HttpResponse:
    """What connects two people, as far as the officer may see, with its weakest link."""
    scope = request.scope
    one = people.current_id(pk, scope) if scope.may(Permission.PERSON_VIEW) else None
    if one is None:
        raise not_found(request, "person", pk)
    form = PathForm(request.GET if "to" in request.GET else None)
    asked = asked_of(request)
    context: dict[str, Any] = {"pk": one, "form": form, "asked": asked, "limits": limits()}
    if not form.is_bound or not form.is_valid() or form.cleaned_data["to"] == one:
        if form.is_bound and not form.errors:
            form.add_error("to", "Enter somebody else's number")
        return _path_form(request, one, context)
    to = people.current_id(form.cleaned_data["to"], scope)
    if to is None:
        raise not_found(request, "person", form.cleaned_data["to"])
    restricted = any(people.has_restricted(end, scope) for end in (one, to))
    if again := asking.again(request, SubjectFacts("person", str(to), restricted)):
        return again
    return _path(request, (one, to), form.links, context)


def _path_form(request: AccessRequest, one: int, context: dict[str, Any]) -> HttpResponse:
    """The question, with the people whom the officer looked at last."""
    seen = [row.person_id for row in recent.of(request.scope.officer_id or 0)]
    known = people.summaries([one, *seen], request.scope)
    others = [known[other] for other in seen if other in known and other != one]
    ids = [one, *(person.person_id for person in others)]
    return trail.show(
        request,
        Action.PERSON_SEARCHED,
        "network/path.html",
        {**context, "person": known[one], "others": others},
        subject_kind="person",
        subject_ids=[str(each) for each in ids],
        query={"text": f"whom person {one} may be connected with"},
        shown=[{"id": str(each), "version": known[each].version} for each in ids],
        result_count=len(others),
        detail=people.reach(ids, request.scope),
    )


def _path(
    request: AccessRequest, ends: tuple[int, int], links: int, context: dict[str, Any]
) -> HttpResponse:
    scope, asked = request.scope, context["asked"]
    answer = weakest.ask(*ends, scope, asked.view, links)
    known = people.summaries(ends, scope)
    things = {thing.node: thing for path in answer.paths for thing in path.things}
    query = {"links": links, **narrowed(asked)}
    return trail.show(
        request,
        Action.PATH_ASKED,
        "network/path.html",
        {
            **context,
            "person": known[ends[0]],
            "other": known[ends[1]],
            "answer": answer,
            "links": links,
            "hubs": limits().hub,
        },
        **looks.recorded(things.values(), len(answer.paths), scope, ("person", ends, query)),
    )
