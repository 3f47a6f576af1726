"""Extracts: who asked for what and why, who approved, the file until it expires, the ledger."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Extract(models.Model):
    """One extract. The row stays as the ledger's entry when its content is destroyed.

    No key is in it: that of the tokens lives in memory while the file is made and is never kept.
    `report` holds numbers only: people, rows, k, left_out, step.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Waits for a second person"
        APPROVED = "approved", "Approved, being made"
        READY = "ready", "Ready"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Not made"
        DESTROYED = "destroyed", "Destroyed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    columns = ArrayField(models.CharField(max_length=20))
    reference = models.CharField(max_length=60)
    reason = models.CharField(max_length=500)
    days = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=500, blank=True)
    expires_at = models.DateTimeField(null=True)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    report = models.JSONField(default=dict)
    why = models.CharField(max_length=200, blank=True)  # it was not made
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="two_people_extract",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "ready"])
                | Q(decided_by__isnull=False, expires_at__isnull=False),
                name="no_extract_undecided_or_for_ever",
            ),
            models.CheckConstraint(
                condition=Q(content__isnull=True) | Q(state="ready"),
                name="only_a_ready_extract_has_content",
            ),
        ]

    def __str__(self) -> str:
        return f"extract {self.pk}: {self.state}"
