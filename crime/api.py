"""Crimes over HTTP: the same rule and the same audit as the pages."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from audit.actions import Action
from crime import profile, selectors
from crime.search import CrimeCriteria, CriteriaError
from people.serializers import PersonLineOut, SparseOut
from wmp_search.access import trail
from wmp_search.access.api_views import PURPOSE_HEADERS, PurposeIn, ScopedView, header_purpose
from wmp_search.access.decorators import not_found
from wmp_search.access.permissions import Permission

Out = serializers.Serializer[Any]


class CrimeSearchIn(Out):
    text = serializers.CharField(
        max_length=200,
        min_length=2,
        required=False,
        help_text="Crime number, offence, street, postcode or area; may be left out with `mo`",
    )
    mo = serializers.CharField(
        max_length=200,
        min_length=2,
        required=False,
        help_text="Words of how it was done: crimes with all of them, in any form",
    )
    purpose = PurposeIn()


class CrimeOut(Out):
    id = serializers.IntegerField(source="crime_id")
    number = serializers.CharField()
    offence = serializers.CharField()
    on = serializers.DateField(
        allow_null=True, help_text="First of the month where only it is known"
    )
    place = serializers.CharField()
    outcome = serializers.CharField()
    system = serializers.CharField()


class CrimeFoundOut(CrimeOut):
    how = serializers.CharField(
        help_text="The words of how it was done by which it was found; else empty"
    )


class CrimeSearchOut(Out):
    audit_id = serializers.UUIDField(read_only=True)
    total = serializers.IntegerField()
    results = CrimeFoundOut(many=True)


class OutcomeOut(Out):
    outcome = serializers.CharField()
    on = serializers.DateField(source="outcome_on", allow_null=True)


class InvolvedOut(SparseOut):
    sparse = ("masked",)
    role = serializers.CharField()
    reference = serializers.CharField()
    masked = serializers.BooleanField(
        required=False, help_text="A victim whose identity is restricted"
    )
    person = PersonLineOut(allow_null=True)


class CrimeDetailOut(Out):
    audit_id = serializers.UUIDField(read_only=True)
    crime = CrimeOut(source="summary")
    outcomes = OutcomeOut(many=True)
    involved = InvolvedOut(many=True)


class CrimeSearch(ScopedView):
    """Search for crimes."""

    permissions = (Permission.CRIME_VIEW,)

    @extend_schema(operation_id="search_crimes", request=CrimeSearchIn, responses=CrimeSearchOut)
    def post(self, request: Request) -> Response:
        asked = CrimeSearchIn(data=request.data)
        asked.is_valid(raise_exception=True)
        criteria = _criteria(asked.validated_data)
        found = selectors.search(criteria, self.under(asked.validated_data["purpose"]))
        entry: trail.Particulars = {
            "subject_kind": "crime",
            **trail.ranked(c.crime_id for c in found.crimes),
            "query": {"text": criteria.text, "understood": asdict(criteria)},
            "result_count": found.total,
            "detail": {"index_build": found.index_build, "api": "v1"},
        }
        return trail.answer(
            self.inner,
            Action.CRIME_SEARCHED,
            CrimeSearchOut({"total": found.total, "results": found.crimes}).data,
            purpose=asked.validated_data["purpose"],
            **entry,
        )


class CrimeDetail(ScopedView):
    """One crime with its outcomes and the people involved."""

    permissions = (Permission.CRIME_VIEW,)

    @extend_schema(operation_id="get_crime", parameters=PURPOSE_HEADERS, responses=CrimeDetailOut)
    def get(self, request: Request, pk: int) -> Response:  # noqa: ARG002
        purpose = header_purpose(self.inner)
        shown = profile.profile(pk, self.under(purpose))
        if shown is None:
            raise not_found(self.inner, "crime", pk)
        return trail.answer(
            self.inner,
            Action.CRIME_VIEWED,
            CrimeDetailOut(shown).data,
            purpose=purpose,
            subject_kind="crime",
            subject_ids=[str(pk)],
            shown=[profile.audited(shown)],
            result_count=1,
            detail={"api": "v1", **profile.reported(shown, self.inner.scope)},
        )


def _criteria(given: Mapping[str, Any]) -> CrimeCriteria:
    try:
        return CrimeCriteria(text=given.get("text", ""), mo=given.get("mo", ""))
    except CriteriaError as error:
        raise ValidationError({"text": str(error)}) from error
