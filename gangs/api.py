"""Gangs over HTTP. There is no export of memberships: one gang at a time, recorded (F6)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.actions import Action
from gangs import overlap, selectors
from people.serializers import PersonLineOut
from wmp_search.access import trail
from wmp_search.access.api_views import PURPOSE_HEADERS, ScopedView, header_purpose
from wmp_search.access.decorators import not_found
from wmp_search.access.permissions import Permission

Out = serializers.Serializer[Any]
MAX_GANGS = 500


class GangOut(Out):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    area = serializers.CharField()
    status = serializers.CharField()


class GangListOut(Out):
    audit_id = serializers.UUIDField(read_only=True)
    results = GangOut(many=True)


class LineOut(Out):
    criterion = serializers.CharField()
    counts = serializers.BooleanField(help_text="False: context, which counts for nothing")
    record = serializers.IntegerField(source="source.record_id")
    on = serializers.DateField()
    grade = serializers.CharField(help_text="3x5x2 of this record")


class AffiliationOut(Out):
    status = serializers.CharField()
    grade = serializers.CharField()
    rationale = serializers.CharField()
    authorised_by = serializers.CharField()
    authorised_on = serializers.DateField()
    review_on = serializers.DateField()
    expires_on = serializers.DateField(help_text="It ends then without new evidence")
    strength = serializers.CharField(help_text="How it is evidenced, in words: nobody has a score")
    evidence = LineOut(many=True, help_text="Empty: delivered by another system, not kept here")
    overdue = serializers.BooleanField(help_text="Past its review date: do not rely on it")
    person = PersonLineOut(allow_null=True)


class ElsewhereOut(AffiliationOut):
    gang = serializers.IntegerField(source="gang_id")
    gang_name = serializers.CharField()


class GangDetailOut(Out):
    audit_id = serializers.UUIDField(read_only=True)
    gang = GangOut()
    members = AffiliationOut(many=True)
    harmed = AffiliationOut(many=True, help_text="Exploited or at risk: not members")
    elsewhere = ElsewhereOut(
        many=True,
        help_text="Who of these members is on another gang's list: each on evidence of its own",
    )


class GangList(ScopedView):
    """The visible gangs by name, without people."""

    permissions = (Permission.GANG_VIEW,)

    @extend_schema(operation_id="list_gangs", parameters=PURPOSE_HEADERS, responses=GangListOut)
    def get(self, request: Request) -> Response:  # noqa: ARG002
        purpose = header_purpose(self.inner)
        found = list(selectors.listing(self.under(purpose))[:MAX_GANGS])
        ids = [str(gang.pk) for gang in found]
        return trail.answer(
            self.inner,
            Action.GANG_LISTED,
            GangListOut({"results": found}).data,
            purpose=purpose,
            subject_kind="gang",
            subject_ids=ids,
            shown=[{"id": pk} for pk in ids],
            result_count=len(ids),
            detail={"api": "v1"},
        )


class GangDetail(ScopedView):
    """One gang, its members, and apart from them those it harms (F2)."""

    permissions = (Permission.GANG_VIEW,)

    @extend_schema(operation_id="get_gang", parameters=PURPOSE_HEADERS, responses=GangDetailOut)
    def get(self, request: Request, pk: int) -> Response:  # noqa: ARG002
        purpose = header_purpose(self.inner)
        scope = self.under(purpose)
        shown = selectors.profile(pk, scope)
        if shown is None:
            raise not_found(self.inner, "gang", pk)
        elsewhere = overlap.of_gang(shown.gang, shown.members, scope)
        lists = {"gang": shown.gang, "members": shown.members, "harmed": shown.harmed}
        return trail.answer(
            self.inner,
            Action.GANG_VIEWED,
            GangDetailOut({**lists, "elsewhere": elsewhere}).data,
            purpose=purpose,
            subject_kind="gang",
            subject_ids=[str(pk)],
            shown=[selectors.audited(shown)],
            result_count=len(shown.members) + len(shown.harmed),
            detail={
                "api": "v1",
                "elsewhere": overlap.audited(elsewhere),
                **selectors.reported(shown, self.inner.scope),
            },
        )
