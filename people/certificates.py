"""The certificate of a negative search, for disclosure (CPIA 1996; anchors.md 2.8).

It says that these words were searched for at this time and that nobody was found, never that
nobody is there. The search is made again when the certificate is issued; what it states stands,
with its SHA-256, in the audit event, so that a paper copy can be compared with the trail.
"""

import uuid
from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from audit.actions import Action
from people import no_trace, requests, selectors
from people.question import Question, chips
from people.views import KIND
from wmp_search.access import purposes, trail
from wmp_search.access.decorators import permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.search.client import SearchUnavailable


@require_POST
@permission_required(Permission.SEARCH_CERTIFY)
@purpose_required
def certify(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """Search once more; where nobody is found, the certificate, recorded as such."""
    asked = requests.own(request, pk, KIND)
    question = Question.kept(asked.criteria)
    found = selectors.search(question.criteria, request.scope, narrowing=question.narrowing)
    if found.degraded:
        raise SearchUnavailable("A certificate needs the whole index")
    explained = no_trace.explained(question, request.scope)
    if found.total or found.contacts or question.narrowing.filters:
        return render(request, "people/not_certified.html", {"asked": asked}, status=409)
    statement = _statement(request, question, found, explained)
    digest = no_trace.fingerprint(statement)
    context = {
        "statement": statement,
        "digest": digest,
        "chips": chips(question),
        "exact": question.narrowing.exact,
        "no_trace": explained,
        "issued_at": timezone.now(),
        "text": question.text,
        "officer": request.user,
        "purpose_label": purposes.label(statement["purpose"]),
        "asked": asked,
    }
    return trail.show(
        request,
        Action.SEARCH_CERTIFIED,
        "people/certificate.html",
        context,
        operation_id=uuid.UUID(statement["certificate"]),
        query={"text": question.text, "understood": asdict(question.criteria)},
        result_count=0,
        detail={"statement": statement, "sha256": digest, "search": str(asked.pk)},
    )


def _statement(
    request: AccessRequest,
    question: Question,
    found: selectors.ResultPage,
    explained: no_trace.NoTrace,
) -> dict[str, Any]:
    assert request.purpose is not None  # noqa: S101  `purpose_required` stands above
    return {
        "certificate": str(uuid.uuid4()),
        "issued_at": timezone.now().isoformat(timespec="seconds"),
        "officer": request.user.get_username(),
        "purpose": request.purpose.code,
        "reference": request.purpose.reference,
        "text": question.text,
        "understood": {k: v for k, v in asdict(question.criteria).items() if v},
        "exact": question.narrowing.exact,
        "index_build": found.index_build,
        "ranking": found.ranking,
        "systems": [feed.as_json() for feed in explained.feeds],
        "result": "no trace",
    }
