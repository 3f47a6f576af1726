"""Intelligence over HTTP: the same question, rule, audit and pages as on the page."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from audit.actions import Action
from gangs.intelligence.question import MAX_LENGTH, MOST_NUMBER, Question, QuestionError
from gangs.intelligence.search import search
from gangs.intelligence.views import searched
from people.requests import MAX_PAGES
from people.serializers import PersonLineOut
from wmp_search.access import trail
from wmp_search.access.api_views import PurposeIn, ScopedView
from wmp_search.access.permissions import Permission

Out = serializers.Serializer[Any]


class IntelligenceSearchIn(Out):
    """At least one of text, person, gang and place; the others narrow."""

    text = serializers.CharField(
        max_length=MAX_LENGTH,
        required=False,
        help_text="Words of the sanitised text: each must be there, in any form",
    )
    person = serializers.IntegerField(
        min_value=1, max_value=MOST_NUMBER - 1, required=False, help_text="A person's number"
    )
    gang = serializers.IntegerField(
        min_value=1,
        max_value=MOST_NUMBER - 1,
        required=False,
        help_text="A gang's number: items about those on its list of members",
    )
    place = serializers.CharField(
        max_length=MAX_LENGTH,
        required=False,
        help_text="A postcode, or words of one address of the person in the item",
    )
    grade = serializers.CharField(
        max_length=12,
        required=False,
        help_text="3x5x2 or a part of it (2B, 2, B), or a 5x5x5 grade as recorded (B24)",
    )
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    system = serializers.CharField(max_length=40, required=False, help_text="A source system")
    page = serializers.IntegerField(min_value=1, max_value=MAX_PAGES, default=1)
    purpose = PurposeIn()


class ItemOut(Out):
    record = serializers.IntegerField(source="record_id")
    on = serializers.DateField(allow_null=True)
    grade = serializers.CharField(help_text="As recorded: an older scheme is never converted")
    handling = serializers.CharField(help_text="What may be done with it, beside its grade")
    role = serializers.CharField()
    reference = serializers.CharField()
    text = serializers.CharField(help_text="An assessment, not a fact")
    places = serializers.ListField(child=serializers.CharField())
    system = serializers.CharField(source="source.title")
    statements = serializers.ListField(
        child=serializers.CharField(),
        help_text="What the person says against it",
    )
    person = PersonLineOut()


class IntelligenceSearchOut(Out):
    audit_id = serializers.UUIDField(read_only=True)
    total = serializers.IntegerField(help_text="Up to 200")
    more = serializers.BooleanField(help_text="There are more: say more about what you need")
    unknown = serializers.CharField(
        help_text="person, gang or gangs: none that you may see, or several of that name"
    )
    results = ItemOut(many=True, source="items")


class IntelligenceSearch(ScopedView):
    """Search intelligence. There is no list of it and no export."""

    permissions = (Permission.INTELLIGENCE_SEARCH,)

    @extend_schema(
        operation_id="search_intelligence",
        request=IntelligenceSearchIn,
        responses=IntelligenceSearchOut,
    )
    def post(self, request: Request) -> Response:
        given = IntelligenceSearchIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        purpose, page = asked.pop("purpose"), asked.pop("page")
        scope = self.under(purpose)
        question = _question(asked)
        found = search(question, scope, page=page)
        entry = searched(question, found, scope, page)
        entry["detail"] = {**entry["detail"], "api": "v1"}
        return trail.answer(
            self.inner,
            Action.INTELLIGENCE_SEARCHED,
            IntelligenceSearchOut(found).data,
            purpose=purpose,
            **entry,
        )


def _question(asked: dict[str, Any]) -> Question:
    gang = asked.pop("gang", None)
    try:
        return Question(**asked, gang=str(gang) if gang else "")
    except QuestionError as error:
        raise ValidationError({error.field: str(error)}) from error
