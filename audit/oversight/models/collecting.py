"""What the collector remembers between its runs, and what it learnt about the events it read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Cursor(models.Model):
    """How far a reader of the trail has come: the latest time of an event it has read."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} up to {self.at:%Y-%m-%d %H:%M:%S}"


class SeenEvent(models.Model):
    """An event of the last minutes that was read: one that commits late is still read once."""

    event_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.event_id)


class Notice(models.Model):
    """Tells the owner of a limited record that somebody looked. The looker never sees it.

    `owner_id`: the officer who owns the record; else every supervisor of `owner_unit_id`.
    """

    class Kind(models.TextChoices):
        COVERT = "covert", "Looked at a covert record"
        RESTRICTED = "restricted", "Looked at a restricted record"
        BREAK_GLASS = "break_glass", "Opened restricted records in an emergency"

    kind = models.CharField(max_length=12, choices=Kind)
    owner_id = models.BigIntegerField(null=True)
    owner_unit_id = models.BigIntegerField(null=True)
    event_at = models.DateTimeField()
    event_id = models.UUIDField()
    looker_id = models.BigIntegerField()
    looker = models.CharField(max_length=150)
    person_id = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "owner_id", "owner_unit_id", "person_id"],
                name="one_notice_per_look_and_owner",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["owner_id", "-event_at"]),
            models.Index(fields=["owner_unit_id", "-event_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class Match(models.Model):
    """What an event was about met the personnel data of an officer (policing.md H2).

    `about_id` is that officer; `relation` and `kind` say which of their hashes was met.
    """

    event_at = models.DateTimeField()
    event_id = models.UUIDField()
    officer_id = models.BigIntegerField()  # who looked
    unit_id = models.BigIntegerField(null=True)
    about_id = models.BigIntegerField()
    relation = models.CharField(max_length=10)
    kind = models.CharField(max_length=10)
    person_id = models.CharField(max_length=40, blank=True)  # empty: only the question met it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "about_id", "relation", "kind", "person_id"],
                name="one_match_per_event_and_hash",
            ),
        ]
        indexes = [models.Index(fields=["event_at"]), models.Index(fields=["officer_id"])]

    def __str__(self) -> str:
        return f"{self.event_id} met {self.relation} {self.kind} of {self.about_id}"


class Subject(models.Model):
    """What the rules need to know of a person who was looked at, as it was at the last look."""

    person_id = models.CharField(max_length=40, primary_key=True)
    is_victim = models.BooleanField(default=False)  # a victim or vulnerable in any record
    in_intelligence = models.BooleanField(default=False)  # the subject of an intelligence record
    sex = models.CharField(max_length=1, blank=True)
    # of the person's own events, letters and digits only: a purpose that names one is linked
    references = ArrayField(models.CharField(max_length=80), default=list)
    # in the same order: the day of the event, of a crime the day of its last outcome; null: open
    ended_on = ArrayField(models.DateField(null=True), default=list)

    def __str__(self) -> str:
        return f"person {self.person_id}"


class TaskEvent(models.Model):
    """An event whose purpose named a task of that officer or of the officer's unit."""

    event_id = models.UUIDField(primary_key=True)

    def __str__(self) -> str:
        return str(self.event_id)
