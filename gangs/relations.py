"""How gangs stand to each other, with both times (issue 10). Of groups: no person is in it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.actions import Action
from gangs import evidence
from gangs.models import Gang, GangRelation
from wmp_search.access import trail
from wmp_search.access.forms import DayInput, ReasonField
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.services import ChangeRefusedError


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation as a gang's page shows it; `other` is the gang on the other side."""

    row: GangRelation
    other: Gang

    @property
    def kind(self) -> str:
        return self.row.get_kind_display()

    @property
    def grade(self) -> str:
        return evidence.Grade(self.row.source, self.row.assessment, self.row.handling).words

    @property
    def basis(self) -> str:
        """What it rests on; "" where conditions stand between it and a reader (D3)."""
        return "" if self.row.handling == "C" else self.row.basis

    @property
    def stands(self) -> bool:
        return self.row.valid_to is None or self.row.valid_to > timezone.localdate()


class RelationForm(forms.Form):
    """To which gang, how, since when, on what and how well graded."""

    other = forms.ModelChoiceField(
        Gang.objects.none(),
        label="Other gang",
        empty_label="Choose",
        error_messages={"required": "Choose the other gang"},
    )
    kind = forms.ChoiceField(
        label="How they stand to each other",
        choices=GangRelation.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how they stand to each other"},
    )
    valid_from = forms.DateField(
        label="Since", widget=DayInput(), error_messages={"required": "Enter since when"}
    )
    basis = ReasonField(
        "What it rests on",
        "Enter what it rests on",
        help_text="Incidents and reports by their references. No names.",
    )
    grade = forms.CharField(
        label="3x5x2 grade",
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-5"}),
        error_messages={"required": "Enter a 3x5x2 grade, for example 2/B/P"},
    )

    def __init__(self, *args: Any, gangs: QuerySet[Gang], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["other"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared above
        field.queryset = gangs

    def clean_grade(self) -> evidence.Grade:
        try:
            return evidence.parse_grade(self.cleaned_data["grade"])
        except evidence.GradeError as wrong:
            raise ValidationError(str(wrong)) from wrong

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day > timezone.localdate():
            raise ValidationError("The day cannot be in the future")
        return day


def known(at: datetime | None = None) -> QuerySet[GangRelation]:
    """The last version of each relation, as known at a moment (now), ended ones included."""
    if at is None:
        return GangRelation.objects.filter(superseded_at=None)
    unsuperseded = Q(superseded_at=None) | Q(superseded_at__gt=at)
    return GangRelation.objects.filter(unsuperseded, recorded_at__lte=at)


def of_gang(
    gang: Gang, visible: QuerySet[Gang], known_at: datetime | None = None
) -> list[Relation]:
    """The relations of a gang to gangs that the scope sees, standing ones first. One query."""
    rows = known(known_at).filter(Q(one=gang, other__in=visible) | Q(other=gang, one__in=visible))
    found = [
        Relation(row, row.other if row.one_id == gang.pk else row.one)
        for row in rows.select_related("one", "other").order_by("-valid_from", "pk")
    ]
    return sorted(found, key=lambda one: not one.stands)


@transaction.atomic
def add(request: AccessRequest, gang: Gang, given: dict[str, Any]) -> GangRelation:
    """Record a relation. Raises ChangeRefusedError for one that stands already."""
    one, other = sorted((gang, given["other"]), key=lambda g: g.pk)
    standing = GangRelation.objects.filter(
        one=one, other=other, kind=given["kind"], superseded_at=None, valid_to=None
    )
    if standing.exists():
        raise ChangeRefusedError("This stands already. End it first to change it.")
    grade: evidence.Grade = given["grade"]
    made = GangRelation.objects.create(
        one=one,
        other=other,
        kind=given["kind"],
        basis=given["basis"],
        source=grade.source,
        assessment=grade.assessment,
        handling=grade.handling,
        author_id=request.scope.officer_id,
        valid_from=given["valid_from"],
        recorded_at=timezone.now(),
    )
    _record(request, made, "added")
    return made


@transaction.atomic
def end(request: AccessRequest, relation: GangRelation) -> GangRelation:
    """It holds no longer from today on: a new version supersedes the one that stood."""
    now = timezone.now()
    old = GangRelation.objects.select_for_update().get(pk=relation.pk)
    if old.superseded_at is not None or old.valid_to is not None:
        raise ChangeRefusedError("It has ended already.")
    GangRelation.objects.filter(pk=old.pk).update(superseded_at=now)
    same = ("root", "one_id", "other_id", "kind", "basis", "source", "assessment", "handling")
    made = GangRelation.objects.create(
        **{name: getattr(old, name) for name in (*same, "valid_from")},
        author_id=request.scope.officer_id,
        valid_to=max(timezone.localdate(), old.valid_from),
        recorded_at=now,
    )
    _record(request, made, "ended")
    return made


def _record(request: AccessRequest, made: GangRelation, what: str) -> None:
    trail.record(
        request,
        Action.GANG_RELATION_CHANGED,
        subject_kind="gang",
        subject_ids=[str(made.one_id), str(made.other_id)],
        detail={"relation": str(made.root), "kind": made.kind, "what": what},
    )
