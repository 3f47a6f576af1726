"""The shapes of people in the API: what goes in and what comes out."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from people import facets
from people.births import Birth
from people.narrowing import Sort
from people.selectors import Result
from people.summary import Summary
from wmp_search.access.api_views import PurposeIn

DEFAULT_LIMIT, MAX_LIMIT = 10, 50
MAX_VALUES = 20  # of a filter
Out = serializers.Serializer[Any]


def _short() -> serializers.CharField:
    return serializers.CharField(max_length=40)


class SparseOut(Out):
    """Leaves out the fields of `sparse` that say nothing: most callers never meet them."""

    sparse: tuple[str, ...] = ()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        data: dict[str, Any] = super().to_representation(instance)
        return {k: v for k, v in data.items() if v or k not in self.sparse}


def optional_text(max_length: int, help_text: str = "") -> serializers.CharField:
    return serializers.CharField(
        max_length=max_length, required=False, default="", allow_blank=True, help_text=help_text
    )


def _one_of(child: serializers.Field[Any, Any, Any, Any], help_text: str) -> Any:
    return serializers.ListField(
        child=child, required=False, max_length=MAX_VALUES, help_text=help_text
    )


class FiltersIn(Out):
    """Leaves those of the people found who have one of the values of each filter that is given."""

    area = _one_of(_short(), "First half of a postcode: B23")
    role = _one_of(_short(), "Role in events: suspect")
    source = _one_of(_short(), "System that holds a record of the person: custody")
    warning = _one_of(_short(), "Warning marker of officer safety: VI")
    age = _one_of(serializers.ChoiceField(list(facets.AGE_BANDS)), "Age today")
    seen = _one_of(serializers.ChoiceField(list(facets.SEEN)), "Last recorded, in days ago")

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """A filter of no known name is refused: without it more people would be left."""
        if isinstance(data, Mapping) and (unknown := sorted(set(map(str, data)) - {*self.fields})):
            known = ", ".join(self.fields)
            raise serializers.ValidationError({unknown[0][:40]: f"Filter by: {known}"})
        value: dict[str, Any] = super().to_internal_value(data)
        return value


class PersonSearchIn(Out):
    """At least a name, an identifier, a postcode or a full date of birth."""

    name = optional_text(200, "In any order and spelling; an alias or nickname finds the person")
    born_on = optional_text(10, "Full or partial ISO date: 1989-06-08, 1989-06 or 1989")
    postcode = optional_text(10)
    identifier = optional_text(120, "PNC ID, CRO number, phone, email, vehicle or other number")
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, default=DEFAULT_LIMIT
    )
    exact = serializers.BooleanField(
        required=False, default=False, help_text="Names and date of birth only as typed"
    )
    filters = FiltersIn(required=False, default=dict)
    sort = serializers.ChoiceField(list(Sort), required=False, default=Sort.RELEVANCE.value)
    counts = serializers.BooleanField(
        required=False, default=False, help_text="Answer with what can be filtered by"
    )
    purpose = PurposeIn()


class RecordOut(Out):
    system = serializers.CharField()
    source_ref = serializers.CharField()


class ResultOut(SparseOut):
    sparse = ("masked",)
    id = serializers.IntegerField(source="summary.person_id")
    name = serializers.CharField(source="summary.name")
    born_on = serializers.SerializerMethodField(help_text="Full or partial ISO date, or null")
    score = serializers.FloatField(source="match.score", help_text="0 to 1")
    strength = serializers.ChoiceField(["strong", "possible", "weak"], source="match.strength")
    why = serializers.ListField(child=serializers.CharField(), source="match.why")
    masked = serializers.BooleanField(
        source="summary.masked", required=False, help_text="More is held, and masked"
    )
    records = RecordOut(many=True, source="summary.records")

    def get_born_on(self, result: Result) -> str | None:
        return iso(result.summary.born)


class OptionOut(Out):
    value = serializers.CharField(help_text="What to send as the filter's value")
    title = serializers.CharField(source="label")
    count = serializers.IntegerField(help_text="Of the people found")
    chosen = serializers.BooleanField()


class FilterOut(Out):
    name = serializers.ChoiceField(list(facets.FACETS))
    title = serializers.CharField()
    options = OptionOut(many=True)


class PersonSearchOut(SparseOut):
    sparse = ("contacts", "degraded", "filters")
    audit_id = serializers.UUIDField(read_only=True)
    took_ms = serializers.FloatField(read_only=True)
    results = ResultOut(many=True)
    degraded = serializers.BooleanField(
        required=False,
        help_text="Only while the search index is away: dates of birth and numbers are looked for",
    )
    contacts = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Units to ask about restricted people who match and may be spoken of",
    )
    filters = FilterOut(many=True, required=False, help_text="Only where `counts` is asked for")


class SourceOut(RecordOut):
    recorded_on = serializers.DateField(allow_null=True)


class ContestedOut(Out):
    nature = serializers.CharField(help_text="fact or opinion")
    restricted = serializers.BooleanField(source="restricts", help_text="Not to be used (s.47)")
    statement = serializers.CharField(help_text="The person's own words")
    stated_by = serializers.CharField()
    stated_on = serializers.DateField()
    basis = serializers.CharField()


class AgeOut(Out):
    state = serializers.ChoiceField(["current", "due", "expired"])
    since = serializers.DateField(allow_null=True, help_text="Not stated or confirmed since")
    review_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)


class FactOut(SparseOut):
    sparse = ("contested", "age")
    assertion_type = serializers.SerializerMethodField(help_text="fact or assessment (C4)")
    kind = serializers.CharField(source="label")
    value = serializers.CharField(help_text="Left out where it is restricted")
    note = serializers.CharField()
    sources = SourceOut(many=True)
    contested = ContestedOut(many=True, required=False)
    age = AgeOut(required=False, help_text="Only of a warning")

    def get_assertion_type(self, fact: Any) -> str:
        return "assessment" if fact.is_assessment else "fact"


class EventOut(SparseOut):
    sparse = ("contested", "author")
    on = serializers.DateField(allow_null=True)
    role = serializers.CharField()
    kind = serializers.CharField()
    reference = serializers.CharField()
    text = serializers.CharField()
    withheld = serializers.CharField(help_text="Why there is no text, if it is withheld")
    grade = serializers.CharField()
    author = serializers.CharField(required=False, help_text="Who stated it, if the source says")
    record = SourceOut(source="source")
    contested = ContestedOut(many=True, required=False)
    assertion_type = serializers.SerializerMethodField(help_text="fact or assessment (C4)")

    def get_assertion_type(self, event: Any) -> str:
        return "assessment" if event.grade else "fact"


class HeldRecordOut(Out):
    record = SourceOut(source="source")
    name = serializers.CharField()
    role = serializers.CharField()
    why = serializers.CharField()


class PersonOut(SparseOut):
    sparse = ("masked",)
    audit_id = serializers.UUIDField(read_only=True)
    id = serializers.IntegerField(source="summary.person_id")
    version = serializers.IntegerField(source="summary.version")
    name = serializers.CharField(source="summary.name")
    born_on = serializers.SerializerMethodField(help_text="Full or partial ISO date, or null")
    only_ever = serializers.CharField(
        source="summary.lens", help_text="Words where only ever a victim, witness or the like"
    )
    masked = serializers.BooleanField(
        source="summary.masked", required=False, help_text="More is held, and masked"
    )
    names = FactOut(many=True)
    births = FactOut(many=True)
    sexes = FactOut(many=True)
    identifiers = FactOut(many=True)
    addresses = FactOut(many=True)
    markers = FactOut(many=True)
    events = EventOut(many=True)
    records = HeldRecordOut(many=True)

    def get_born_on(self, shown: Any) -> str | None:
        return iso(shown.summary.born)


class PersonLineOut(Out):
    """A person beside something else: a crime's suspect, a gang's member."""

    id = serializers.IntegerField(source="person_id")
    name = serializers.CharField()
    born_on = serializers.SerializerMethodField()

    def get_born_on(self, person: Summary) -> str | None:
        return iso(person.born)


def iso(born: Birth | None) -> str | None:
    """Full or partial ISO date, or null."""
    return born.iso if born else None
