"""What belongs to memberships and gangs: refusals, disclosures, histories, relations."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from gangs.kept_models import KeptMembership


class RefusedProposal(models.Model):
    """That the rules refused something, for counting: no officer and no person (F10)."""

    at = models.DateTimeField(default=timezone.now)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    rule = models.CharField(max_length=30)
    brake = models.BooleanField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["at"], name="refusals_by_time")]

    def __str__(self) -> str:
        return self.rule


class MembershipDisclosure(models.Model):
    """One membership told to one recipient, for one purpose, under an agreement (F6, F8).

    Once the membership ends, `notice_due_at` says since when the recipient must be told (F5).
    """

    membership = models.ForeignKey(KeptMembership, on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=100)
    organisation = models.CharField(max_length=100)
    reason = models.CharField(max_length=200)
    agreement = models.CharField(max_length=40)
    officer = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    notice_due_at = models.DateTimeField(null=True)
    notice_sent_at = models.DateTimeField(null=True)
    notice_sent_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"disclosure {self.pk}"


class HistoryDecision(models.Model):
    """What became of a person's own request for their history: told, or refused and why (F8)."""

    class Outcome(models.TextChoices):
        TOLD = "told", "Told"
        REFUSED = "refused", "Refused"

    person_id = models.BigIntegerField()
    records = ArrayField(models.BigIntegerField())
    outcome = models.CharField(max_length=7, choices=Outcome)
    reason = models.CharField(max_length=500)
    officer = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="refused") | Q(reason__regex=r"\S"),
                name="refused_histories_say_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} history of person {self.person_id}"


class GangRelation(models.Model):
    """Conflict or alliance between two gangs from a day on, one version; no person is in it."""

    class Kind(models.TextChoices):
        CONFLICT = "conflict", "In conflict with"
        ALLIANCE = "alliance", "Allied with"
        SUPPLY = "supply", "Supplies or is supplied by"
        TRUCE = "truce", "Has a truce with"
        SPLIT = "split", "Split from or into"

    root = models.UUIDField(default=uuid.uuid4)
    one = models.ForeignKey("gangs.Gang", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("gangs.Gang", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    basis = models.CharField(max_length=500)
    source = models.CharField(max_length=1)
    assessment = models.CharField(max_length=1)
    handling = models.CharField(max_length=1)
    author = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="relations_in_order"),
            models.CheckConstraint(
                condition=Q(source__in=list("123"))
                & Q(assessment__in=list("ABCDE"))
                & Q(handling__in=list("PC")),
                name="relations_are_graded",
            ),
            models.CheckConstraint(condition=Q(basis__regex=r"\S"), name="relations_say_why"),
            models.UniqueConstraint(
                fields=["root"], condition=Q(superseded_at=None), name="one_last_relation"
            ),
        ]

    def __str__(self) -> str:
        return f"gangs {self.one_id} and {self.other_id}: {self.kind}"


class GangVisit(models.Model):
    """When an officer last looked at a gang's page; only the officer ever sees it."""

    officer = models.ForeignKey("access.Officer", on_delete=models.CASCADE)
    gang = models.ForeignKey("gangs.Gang", on_delete=models.CASCADE)
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["officer", "gang"], name="one_visit_each")]

    def __str__(self) -> str:
        return f"visit of gang {self.gang_id}"


class ProportionReport(models.Model):
    """One month's count of who is kept, beside the denominators (F9). Groups, nobody's row.

    `figures`: {dimension: {group: {cohort: people}}}, as gangs.proportions.Figures.
    """

    made_at = models.DateTimeField()
    figures = models.JSONField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"proportions of {self.made_at:%B %Y}"


class SignedMonth(models.Model):
    """A month of a unit's reviews as a supervisor signed it off. Numbers, nobody's row.

    `counts`: {outcome: reviews}, as gangs.rounds.OUTCOMES. `reason`: why some were left.
    """

    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # its first day
    counts = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    signed_by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "month"], name="one_signature_per_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="months_by_their_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"
