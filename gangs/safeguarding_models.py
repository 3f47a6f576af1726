"""What was done to protect people whom gangs harm: a table apart from memberships (F2)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q


class SafeguardingStep(models.Model):
    """Something that was done to protect somebody, by whom, and when it is looked at again.

    It is of the one person who holds all its `records`, as a membership is, and never changes: the
    next step says what is true since. `whom`: to whom it was referred, or who answered.
    """

    class Kind(models.TextChoices):
        RESPONSIBLE = "responsible", "Took responsibility"
        REFERRED = "referred", "Referred"
        ANSWERED = "answered", "Got an answer"
        NO_REFERRAL = "no_referral", "Decided that no referral is needed"
        REVIEWED = "reviewed", "Looked at it again"

    class Whom(models.TextChoices):
        CHILDREN = "children", "Children's services (MASH)"
        ADULTS = "adults", "Adult social care"
        HUB = "hub", "Exploitation hub"
        NRM = "nrm", "National referral mechanism"
        MISSING = "missing", "Missing people team, for a return interview"
        OTHER = "other", "Somebody else, named below"

    records = ArrayField(models.BigIntegerField())
    kind = models.CharField(max_length=12, choices=Kind)
    whom = models.CharField(max_length=10, choices=Whom, blank=True)
    on = models.DateField()
    words = models.CharField(max_length=500)
    review_on = models.DateField()
    officer = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["referred", "answered"]) & ~Q(whom="")
                | ~Q(kind__in=["referred", "answered"]) & Q(whom=""),
                name="steps_say_to_whom",
            ),
            models.CheckConstraint(
                condition=Q(records__len__gt=0, words__regex=r"\S", review_on__gte=F("on")),
                name="steps_say_of_whom_what_and_until_when",
            ),
        ]
        indexes = [GinIndex(fields=["records"], name="steps_by_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
