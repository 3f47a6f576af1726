"""What lives longer than one search: lists of people, what is watched or shared, measurements."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Batch(models.Model):
    """One list of people searched for together; deleted, lines and all, at `expires_at`."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    officer = models.ForeignKey("access.Officer", on_delete=models.CASCADE)
    purpose_code = models.CharField(max_length=20)
    purpose_reference = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    why_stopped = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["officer", "-created_at"], name="batches_of_officer")]

    def __str__(self) -> str:
        return str(self.id)


class BatchLine(models.Model):
    """One person of a list. `question`: as of people.question; empty where `error` says why.

    `matches`: [{"id", "strength", "rank"}] of the best; references, not copies: what is shown of
    them is read, and access to them decided, when the page is opened (policing.md F5).
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="lines")
    number = models.IntegerField()
    text = models.CharField(max_length=400)
    question = models.JSONField(default=dict)
    error = models.CharField(max_length=200, blank=True)
    matches = models.JSONField(default=list)
    total = models.IntegerField(null=True)
    searched_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_line_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"


class Watch(models.Model):
    """A person or a search that an officer is told about when new evidence arrives.

    Of a person `person` is set, of a search `question`. `expected`: alerts a week, as shown when
    it was set. It ends at `expires_at`, or at `ended_at` by the officer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    officer = models.ForeignKey("access.Officer", on_delete=models.CASCADE)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.CASCADE)
    question = models.JSONField(default=dict)
    purpose_code = models.CharField(max_length=20)
    purpose_reference = models.CharField(max_length=200)
    expected = models.FloatField()
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) ^ ~models.Q(question={}),
                name="watches_a_person_or_a_search",
            )
        ]
        indexes = [models.Index(fields=["officer", "-created_at"], name="watches_of_officer")]

    def __str__(self) -> str:
        return str(self.id)


class WatchAlert(models.Model):
    """New evidence about one person under one watch; what comes before it is opened is added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="alerts")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE)
    records = ArrayField(models.BigIntegerField())
    raised_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "person"],
                condition=models.Q(opened_at__isnull=True),
                name="one_unopened_alert_per_person",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class ToldOf(models.Model):
    """A state of a record of which a watch has told: it never tells of the same state again."""

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE)
    record_id = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["watch", "record_id", "changed_at"], name="told_once")
        ]

    def __str__(self) -> str:
        return f"{self.watch_id} {self.record_id}"


class Share(models.Model):
    """A person whom one officer pointed out to another: a reference, until `expires_at`.

    It opens nothing: what the recipient sees is decided when they look (people.rule).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sender = models.ForeignKey("access.Officer", on_delete=models.CASCADE, related_name="+")
    recipient = models.ForeignKey("access.Officer", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE)
    reason = models.CharField(max_length=200)
    sent_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)  # when it first stood in the recipient's list
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(sender=models.F("recipient")), name="shares_are_with_others"
            )
        ]
        indexes = [models.Index(fields=["recipient", "-sent_at"], name="shares_of_recipient")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def current_id(self) -> int:
        """The person, or whom they were merged into since."""
        return self.person.merged_into_id or self.person_id


class Evaluation(models.Model):
    """How well person search found at one time: `figures` as of people.evaluation.measures."""

    at = models.DateTimeField(auto_now_add=True)
    queries = models.CharField(max_length=120)  # the name of the file
    index_build = models.CharField(max_length=120)
    ranking = models.CharField(max_length=40)
    people = models.BigIntegerField()  # documents of the index
    figures = models.JSONField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.queries} {self.at}"
