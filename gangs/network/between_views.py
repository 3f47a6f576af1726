"""The page of all conflicts and alliances between gangs that the reader may see."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from audit.actions import Action
from gangs.beside_models import GangRelation
from gangs.network import between
from gangs.network.between import Question
from gangs.network.forms import KnownForm
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

PAGE_SIZE = 50


class BetweenForm(KnownForm):
    """Kinds of relation, and what was known on a day."""

    field_order = ("kind", "known")
    kind = forms.MultipleChoiceField(
        label="How they stand to each other",
        required=False,
        choices=GangRelation.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: all of them",
    )

    @property
    def wanted(self) -> Question:
        """What is asked for; what could not be read is left out."""
        self.is_valid()
        data = self.cleaned_data
        return Question(frozenset(data.get("kind") or ()), data.get("known"))


@require_safe
@permission_required(Permission.GANG_VIEW)
@purpose_required
def relations(request: AccessRequest) -> HttpResponse:
    """Pairs of gangs: how they stand to each other, since when, on what, what argues against."""
    form = BetweenForm(request.GET)
    asked = form.wanted
    found = between.ask(asked, request.scope)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    query = request.GET.copy()
    query.pop("page", None)
    gangs = sorted({pk for one in found for pk in one.pair})
    return trail.show(
        request,
        Action.GANG_RELATIONS_VIEWED,
        "network/between.html",
        {
            "form": form,
            "asked": asked,
            "statements": shown,
            "total": len(found),
            "standing": sum(one.stands for one in found),
            "grid": between.grid(found),
            "page": page,
            "query": query.urlencode(),
        },
        subject_kind="gang",
        subject_ids=[str(pk) for pk in gangs],
        shown=[{"gangs": list(one.pair), "kind": one.kind, "by": one.by} for one in shown],
        query={
            "kinds": sorted(asked.kinds),
            "known": asked.known.isoformat() if asked.known else "",
        },
        result_count=len(found),
        detail={"page": page.number},
    )
