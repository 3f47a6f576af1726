"""Proposing, renewing and deciding on memberships: one page each, made for a phone first."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import Action
from gangs import affiliations, evidence, keeping, selectors, standing
from gangs.checks import RulesRefuseError
from gangs.declared import HARMED
from gangs.keeping_forms import DecisionForm, ProposalForm
from gangs.keeping_views import keeping_allowed, own
from gangs.kept_models import KeptMembership, MembershipProposal
from people import restrictions
from people import selectors as people
from people.summary import Summary
from wmp_search.access import asking, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.services import ChangeRefusedError


@require_http_methods(["GET", "POST"])
@keeping_allowed
@purpose_required
def propose(request: AccessRequest, pk: int) -> HttpResponse:
    """Propose a membership of one person, from what the officer may see of them."""
    current = people.current_id(pk, request.scope)
    known = people.summaries([current], request.scope) if current is not None else {}
    if current is None or current not in known:
        raise not_found(request, "person", pk)
    if current != pk:
        return redirect("propose-membership", pk=current)
    hidden = people.has_restricted(pk, request.scope)
    if asked := asking.again(request, SubjectFacts("person", str(pk), restricted=hidden)):
        return asked
    return _proposal(request, known[pk], None)


@require_http_methods(["GET", "POST"])
@keeping_allowed
@purpose_required
def renew(request: AccessRequest, pk: int) -> HttpResponse:
    """Propose that it lasts longer, on new evidence."""
    version = own(request, pk)
    person_id = keeping.person_of(version.cited, request.scope)
    known = people.summaries([person_id], request.scope) if person_id is not None else {}
    if person_id is None or person_id not in known:
        raise not_found(request, "membership", pk)
    return _proposal(request, known[person_id], version)


@require_http_methods(["GET", "POST"])
@permission_required(Permission.GANG_AUTHORISE, Permission.GANG_KEEP)
@purpose_required
def proposal(request: AccessRequest, pk: int) -> HttpResponse:
    """One proposal with its evidence; a supervisor who is not its author decides on it."""
    asked = MembershipProposal.objects.filter(pk=pk, unit=request.scope.unit_id).first()
    if asked is None or not _may_open(request, asked.status):
        raise not_found(request, "proposal", pk)
    if request.method == "POST":
        return _decide(request, asked)
    return _proposal_page(request, asked, DecisionForm())


@require_POST
@keeping_allowed
@purpose_required
def take_back(request: AccessRequest, pk: int) -> HttpResponse:
    """Its author no longer proposes it."""
    try:
        keeping.take_back(request, pk)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The proposal is taken back")
    return redirect("memberships")


def _proposal(
    request: AccessRequest, person: Summary, renews: KeptMembership | None
) -> HttpResponse:
    given: dict[str, Any] = {
        "records": evidence.of_person(person.person_id, request.scope),
        "gangs": selectors.listing(request.scope),
        "harmed": standing.sees_harmed(request.scope),
        "renews": renews,
    }
    sent = request.method == "POST"
    form = ProposalForm(request.POST, **given) if sent else ProposalForm.start(**given)
    if sent and form.is_valid():
        try:
            made = keeping.propose(request, person.person_id, form.wanted)
        except RulesRefuseError as refused:
            for fault in refused.faults:
                form.add_error(None, fault.words)
        except ChangeRefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Proposed. A supervisor of your unit decides")
            return redirect("membership-proposal", pk=made.pk)
    context = {"form": form, "person": person, "renews": renews}
    page = trail.show(
        request,
        Action.PERSON_VIEWED,
        "gangs/propose.html",
        context,
        subject_kind="person",
        subject_ids=[str(person.person_id)],
        shown=[{"id": str(person.person_id), "records": [r.record_id for r in form.records]}],
        result_count=1,
        detail={
            "means": "proposal",
            **restrictions.reported([person.person_id], request.scope),
        },
    )
    page.status_code = 400 if sent else 200
    return page


def _decide(request: AccessRequest, asked: MembershipProposal) -> HttpResponse:
    request.scope.require(Permission.GANG_AUTHORISE)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _proposal_page(request, asked, form, status=400)
    try:
        if form.cleaned_data["decision"] == "authorise":
            made = keeping.authorise(request, asked.pk)
            messages.success(request, "Authorised. It counts from now on")
            return redirect("membership", pk=made.pk)
        keeping.refuse(request, asked.pk, form.cleaned_data["reason"])
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
        return redirect("membership-proposal", pk=asked.pk)
    messages.success(request, "Refused. Its author sees why")
    return redirect("memberships")


def _proposal_page(
    request: AccessRequest, asked: MembershipProposal, form: DecisionForm, status: int = 200
) -> HttpResponse:
    person_id = keeping.person_of(asked.cited, request.scope)
    known = people.summaries([person_id], request.scope) if person_id is not None else {}
    records = evidence.of_records(asked.cited, request.scope)
    rows = affiliations.words_of(evidence.kept(asked.evidence))
    own = asked.author_id == request.scope.officer_id
    ids = list(known)
    page = trail.show(
        request,
        Action.MEMBERSHIPS_VIEWED,
        "gangs/proposal.html",
        {
            "asked": asked,
            "person": known.get(person_id or 0),
            "rows": [{**row, "record": records.get(row["record_id"])} for row in rows],
            "waits": keeping.waiting(request.scope).filter(pk=asked.pk).exists(),
            "own": own,
            "decides": request.scope.may(Permission.GANG_AUTHORISE) and not own,
            "form": form,
        },
        subject_kind="person",
        subject_ids=[str(pk) for pk in ids],
        shown=[{"id": str(pk), "proposal": asked.pk} for pk in ids],
        result_count=len(ids),
        detail={"proposal": asked.pk, **restrictions.reported(ids, request.scope)},
    )
    page.status_code = status
    return page


def _may_open(request: AccessRequest, status: str) -> bool:
    return status not in HARMED or standing.sees_harmed(request.scope)
