"""What professional standards alone see: alerts, listed people, cases (policing.md H1-H12)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Alert(models.Model):
    """A rule met events of one officer (or of many, on one record: officer_id is empty then).

    `key` names the occurrence within its rule: met again, the alert gains evidence, not a twin.
    """

    class State(models.TextChoices):
        NEW = "new", "New"
        OPEN = "open", "Being looked into"
        CLOSED = "closed", "Closed"

    class Outcome(models.TextChoices):
        MISUSE = "misuse", "Misuse"
        CONCERN = "concern", "Concern, dealt with otherwise"
        LEGITIMATE = "legitimate", "Legitimate policing purpose"
        UNCLEAR = "unclear", "Could not be established"

    rule = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    officer_id = models.BigIntegerField(null=True)
    officer = models.CharField(max_length=150, blank=True)
    unit_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=20, blank=True)
    subjects = ArrayField(models.CharField(max_length=40), default=list)
    events = ArrayField(models.UUIDField(), default=list)  # the evidence, oldest first
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    score = models.FloatField()
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=6, choices=State, default=State.NEW)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    note = models.TextField(blank=True)
    closed_by = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    case = models.ForeignKey("Case", on_delete=models.PROTECT, null=True, related_name="alerts")

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["rule", "key"], name="one_alert_per_key")]
        indexes = [
            models.Index(fields=["state", "-raised_at"]),
            models.Index(fields=["officer_id", "-raised_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.key}"


class RuleSetting(models.Model):
    """A threshold that differs from the rule's own: for a role, a unit, both or everybody.

    The most exact row counts: role and unit, then unit, then role, then neither.
    """

    rule = models.CharField(max_length=30)
    name = models.CharField(max_length=30)
    role = models.CharField(max_length=40, blank=True)
    unit_id = models.BigIntegerField(null=True)
    value = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "name", "role", "unit_id"],
                name="one_value_per_threshold",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.name} {self.value}"


class ListedPerson(models.Model):
    """A person at whom a look is watched, and why (policing.md H10; §2.5, rules 5, 16 and 17).

    `contact_at`: when the contact was that the person complained of; null for the other lists.
    """

    class Why(models.TextChoices):
        CANARY = "canary", "Canary: a made-up person"
        FIGURE = "figure", "In the public eye"
        CONTACT = "contact", "Complained of contact by an officer"

    person_id = models.CharField(max_length=40)
    why = models.CharField(max_length=10, choices=Why)
    contact_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    set_by = models.BigIntegerField()
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "why", "contact_at"],
                name="a_person_once_per_list",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(why="contact", contact_at__isnull=False)
                | (~models.Q(why="contact") & models.Q(contact_at__isnull=True)),
                name="only_a_complaint_has_a_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.why} {self.person_id}"


class Case(models.Model):
    """An investigation, covert to the officer: events, alerts, notes, a hold, exports (H9)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=120)
    officer_id = models.BigIntegerField(null=True)
    opened_by = models.BigIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    notes = models.TextField(blank=True)
    hold_id = models.CharField(max_length=40, blank=True)  # of audit's legal hold

    class Meta:
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return self.title


class CaseEvent(models.Model):
    """An event of the trail collected into a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    event_at = models.DateTimeField()
    event_id = models.UUIDField()
    added_by = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "event_id"], name="an_event_once_per_case"),
        ]

    def __str__(self) -> str:
        return str(self.event_id)


class CaseExport(models.Model):
    """A bundle that left: who took it, for whom (DPA 2018 s.62(3)), its manifest's SHA-256."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exports")
    by = models.BigIntegerField()
    at = models.DateTimeField()
    recipient = models.CharField(max_length=100, blank=True)  # empty: before it was asked for
    organisation = models.CharField(max_length=100, blank=True)
    manifest_sha256 = models.CharField(max_length=64)
    event_count = models.IntegerField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.manifest_sha256
