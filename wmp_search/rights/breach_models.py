"""Breaches of data protection: the record that the law asks for, and two decisions about each."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Breach(models.Model):
    """What happened, what it does to people, what was done (DPA 2018 s.67(4), (6)).

    `happened_at`: when it began as far as is known; `known_at`: when the force became aware of it,
    from which the 72 hours run. `people`: numbers of the people concerned, where they are known;
    `concerned`: about how many. `origin_number`: of the report or case that it was started from.
    """

    class Kind(models.TextChoices):
        SEEN = "seen", "Seen by or given to somebody who should not have it"
        WRONG = "wrong", "Wrong, mixed up or changed"
        LOST = "lost", "Lost, erased or out of reach"

    class Origin(models.TextChoices):
        OTHER = "other", "Something else"
        REPORT = "report", "A report that one person is two"
        CASE = "case", "A case of possible misuse"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=5, choices=Kind)
    what = models.CharField(max_length=500)
    happened_at = models.DateTimeField()
    known_at = models.DateTimeField()
    people = ArrayField(models.BigIntegerField(), default=list)
    concerned = models.IntegerField()
    effect = models.CharField(max_length=500)
    measures = models.CharField(max_length=500)
    origin = models.CharField(max_length=6, choices=Origin, default=Origin.OTHER)
    origin_number = models.CharField(max_length=40, blank=True)
    opened_by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["known_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(known_at__gte=F("happened_at")), name="known_after_it_happened"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class BreachDecision(models.Model):
    """Whether the Commissioner (s.67) or the people (s.68) are told, and that they were.

    `author` is a copy of who opened the breach: not to tell is decided by somebody else.
    """

    class Whom(models.TextChoices):
        ICO = "ico", "The Information Commissioner"
        PEOPLE = "people", "The people concerned"

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="decisions")
    whom = models.CharField(max_length=6, choices=Whom)
    tell = models.BooleanField()
    reason = models.CharField(max_length=500)
    author = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True)
    told_how = models.CharField(max_length=500, blank=True)  # reference, way; why late (s.67(3))

    class Meta:
        ordering = ["whom", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["breach", "whom"], name="decided_once"),
            models.CheckConstraint(
                condition=Q(tell=True) | ~Q(by=F("author")), name="two_people_tell_nobody"
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(tell=True), name="told_as_decided"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whom} of {self.breach_id}"
