"""What supervisors review (policing.md H6, H7, B6) and how a day's sample was drawn."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class ReviewItem(models.Model):
    """One event for a second person to look at; without `reviewer_id` for any of the unit."""

    class Kind(models.TextChoices):
        SAMPLE = "sample", "Daily sample"
        CHALLENGE = "challenge", "Fuller reason was asked for"
        BREAK_GLASS = "break_glass", "Emergency access"
        UNMASK = "unmask", "Hidden details uncovered"
        REASON = "reason", "Reason repeated or empty of meaning"

    class State(models.TextChoices):
        OPEN = "open", "To review"
        ASKED = "asked", "Waiting for the officer's reply"
        ANSWERED = "answered", "The officer has replied"
        DONE = "done", "Reviewed"

    class Outcome(models.TextChoices):
        JUSTIFIED = "justified", "Justified"
        ASK = "ask", "Ask the officer for more information"
        REFER = "refer", "Refer to professional standards"

    kind = models.CharField(max_length=12, choices=Kind)
    event_at = models.DateTimeField()
    event_id = models.UUIDField()
    officer_id = models.BigIntegerField()
    officer = models.CharField(max_length=150)
    unit_id = models.BigIntegerField(null=True)
    reviewer_id = models.BigIntegerField(null=True)
    reasons = ArrayField(models.CharField(max_length=80), default=list)  # why it was chosen
    drawn_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    notes = models.TextField(blank=True)
    question = models.TextField(blank=True)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "event_id"], name="an_event_is_reviewed_once"),
            models.CheckConstraint(
                condition=Q(reviewer_id__isnull=True) | ~Q(reviewer_id=models.F("officer_id")),
                name="nobody_is_asked_to_review_themselves",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("officer_id")),
                name="nobody_reviews_themselves",
            ),
        ]
        indexes = [
            models.Index(fields=["reviewer_id", "state", "due_at"]),
            models.Index(fields=["unit_id", "state", "due_at"]),
            models.Index(fields=["officer_id", "-created_at"]),
            models.Index(fields=["state", "due_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class Draw(models.Model):
    """One day's sample and everything needed to draw it again (`manage.py review_verify_draw`).

    `secret` was promised by the `promise` (its SHA-256) that the day before published; `anchor` is
    the fingerprint of the trail at the end of `day`, unknown when the promise was made. `inputs`
    holds supervisors, pairs that may not review each other, and what was due.
    """

    day = models.DateField(primary_key=True)  # whose events were drawn
    secret = models.CharField(max_length=64)
    promise = models.CharField(max_length=64, blank=True)  # as it was published; empty: first day
    next_promise = models.CharField(max_length=64)
    anchor = models.CharField(max_length=64)
    seed = models.CharField(max_length=64)
    inputs = models.JSONField()
    picks = models.JSONField()
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draw of {self.day}"


class Sampling(models.Model):
    """When an officer was last drawn, and since when they wait: H7 wants each at least quarterly.

    `waiting_since`: the first day after that on which the officer searched or opened something.
    """

    officer_id = models.BigIntegerField(primary_key=True)
    unit_id = models.BigIntegerField(null=True)
    waiting_since = models.DateField(null=True, db_index=True)
    sampled_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"officer {self.officer_id} waits since {self.waiting_since}"
