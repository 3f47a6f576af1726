"""Sources that are mapped on the pages: the proposed source file, its sample, who decided."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class SourceDraft(models.Model):
    """A source file (`toml`) on its way: its author maps it, somebody else approves it.

    `trial` holds what trying it on the sample gave: counts, lines, columns and reasons, never a
    value of a row (`ingest.mapping.dry_run`). `notes`: what the guess was not sure of.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Being mapped"
        WAITING = "waiting", "Waits for a second person"
        APPROVED = "approved", "Approved: it is loaded by its schedule"
        REFUSED = "refused", "Refused"
        ABANDONED = "abandoned", "Abandoned"
        STOPPED = "stopped", "Stopped: it is loaded no longer"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    system = models.CharField(max_length=40)
    toml = models.TextField()
    notes = models.JSONField(default=list)
    trial = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="source_drafts"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-changed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["system"], condition=Q(state="approved"), name="one_approved_source"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("author"))),
                name="a_second_person_decides_on_a_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.state}"


class SourceSample(models.Model):
    """The uploaded file of a draft. It is deleted once the draft is decided or abandoned, and no
    backup holds it.
    """

    draft = models.OneToOneField(
        SourceDraft, on_delete=models.CASCADE, primary_key=True, related_name="sample"
    )
    name = models.CharField(max_length=100)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"sample of {self.draft_id}"
