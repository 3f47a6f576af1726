"""The audit trail. Import it only inside audit; everybody else calls `audit.record`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from audit.actions import Action


class Event(models.Model):
    """Who did what, when, what for, what was asked and what was shown (DPA 2018 s.62).

    Append-only: the database role of this connection may INSERT and SELECT, a trigger refuses
    UPDATE, DELETE and TRUNCATE for everybody. The table is partitioned by month of `at`; ids are
    made by the client so that an insert reads nothing back. Subjects are kept as kind and ids in
    text so that this table needs no other. `shown` lists what the page held, in order:
    [{"id", "version", "rank", ...}]; `screen_hash` names the `Screen` that was seen, null where
    an action shows no data. Legal basis of the fields: policing.md A2, A3.
    """

    pk = models.CompositePrimaryKey("at", "id")
    id = models.UUIDField()
    at = models.DateTimeField()
    action = models.CharField(max_length=40, choices=Action)
    operation_id = models.UUIDField()  # the search or page that several events belong to
    officer_id = models.BigIntegerField(null=True)  # null: nobody was signed in, or a worker
    officer = models.CharField(max_length=150)  # user name then; "system" for a worker
    unit_id = models.BigIntegerField(null=True)
    roles = ArrayField(models.CharField(max_length=40), default=list)
    purpose_code = models.CharField(max_length=20, blank=True)
    purpose_reference = models.CharField(max_length=200, blank=True)
    ip = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=200, blank=True)
    session = models.CharField(max_length=16, blank=True)  # a hash prefix, not the key
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_ids = ArrayField(models.CharField(max_length=40), default=list)
    query = models.JSONField(default=dict)
    shown = models.JSONField(default=list)
    result_count = models.IntegerField(null=True)
    detail = models.JSONField(default=dict)
    content_hash = models.BinaryField(max_length=32)
    screen_hash = models.BinaryField(max_length=32, null=True)

    class Meta:
        managed = False  # partitioned: made by SQL in the first migration
        db_table = "audit_event"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.officer} {self.action}"


class Seal(models.Model):
    """A batch of events under one signature; each seal covers the one before it (`audit.seal`).

    `header` is the text that is signed, and all that is kept outside; `leaves` are the batch's
    events in order, 56 bytes each: time in microseconds, id, content hash. `until` is the place
    up to which the trail had been read; `strays` counts leaves outside the stretch since the seal
    before. `snapshot` says which transactions had ended.
    """

    number = models.BigIntegerField(primary_key=True)
    header = models.TextField()
    hash = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    size = models.IntegerField()
    strays = models.IntegerField()
    until_at = models.DateTimeField()
    until_id = models.UUIDField()
    sealed_at = models.DateTimeField()
    snapshot = models.TextField()
    leaves = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_seal"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Seal {self.number}"


class Screen(models.Model):
    """What was on the screen: a page's <main> or an API answer, kept once under its SHA-256.

    Append-only like the events, and apart from them: events hold ids, screens hold content, so
    that content can be erased one day while the event and its hash stay (policing.md A6).
    """

    hash = models.BinaryField(primary_key=True, max_length=32)
    body = models.BinaryField()  # UTF-8
    first_at = models.DateTimeField()  # when it was first seen; the database's clock

    class Meta:
        managed = False
        db_table = "audit_screen"

    def __str__(self) -> str:
        return bytes(self.hash).hex()


class Hold(models.Model):
    """A legal hold: what it names does not expire until a later row releases it (A13)."""

    class Kind(models.TextChoices):
        OFFICER = "officer", "What an officer did"
        SUBJECT = "subject", "What concerns a subject"
        REFERENCE = "reference", "What was done under a reference"
        PERIOD = "period", "Everything in a period"

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind)
    value = models.CharField(max_length=200)  # officer id, kind:id, reference; empty for a period
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)  # exclusive
    reason = models.CharField(max_length=500)
    officer = models.CharField(max_length=150)  # who placed or released it
    releases = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "audit_hold"
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class Expiry(models.Model):
    """Signed statement that events expired: a whole month, or single places (24 bytes each)."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    statement = models.TextField()
    signature = models.BinaryField(max_length=64)
    places = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_expiry"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Expiry {self.number}"
