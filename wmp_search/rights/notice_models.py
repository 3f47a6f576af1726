"""Corrections, and the notices of them to whoever was given the data before."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Correction(models.Model):
    """Something held of a person was corrected, erased, restricted or completed (s.48(7), (9))."""

    class Change(models.TextChoices):
        CORRECTED = "corrected", "Corrected at the source"
        ERASED = "erased", "Erased"
        STATEMENT = "statement", "Completed by a statement of the person"
        RESTRICTED = "restricted", "Restricted: not to be used"
        LIFTED = "lifted", "No longer restricted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person_id = models.BigIntegerField()
    change = models.CharField(max_length=10, choices=Change)
    what = models.CharField(max_length=500)
    made_by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at", "pk"]

    def __str__(self) -> str:
        return f"correction {self.pk}"


class Notice(models.Model):
    """Who is to be told of a correction: an officer who saw it, somebody outside, or the system
    that it came from. An officer's notice is sent when it is made: it stands on the start page.
    """

    DAYS = 5  # until a receipt is overdue (policing.md I7)

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="notices")
    officer = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    recipient = models.CharField(max_length=120, blank=True)
    organisation = models.CharField(max_length=120, blank=True)
    had_it_at = models.DateTimeField(null=True)  # when they saw it or were given it
    sent_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    received_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["officer"],
                condition=Q(received_at__isnull=True),
                name="notices_unread_of_officer",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(sent_at__isnull=False),
                name="received_once_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"

    @property
    def is_overdue(self) -> bool:
        """Sent or not, nobody has said in time that it arrived."""
        late = self.due_on is not None and self.due_on < timezone.localdate()
        return late and self.received_at is None
