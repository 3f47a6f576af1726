"""Evidence as delivered: batches, source records with their raw rows, rejections, and runs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ingest.draft_models import SourceDraft, SourceSample

__all__ = ["SourceDraft", "SourceSample"]


class Batch(models.Model):
    """One delivered file (or database table) for one stream of a source.

    read = added + changed + unchanged + rejected + skipped, always. The same checksum and spec
    version as the stream's last loaded batch is a no-op and makes no row.
    """

    class State(models.TextChoices):
        LOADING = "loading", "Loading"
        LOADED = "loaded", "Loaded"
        FAILED = "failed", "Failed: the earlier state stands"
        HELD = "held", "Held: a person decides, the earlier state stands"
        ACCEPTED = "accepted", "Held, then accepted: the next refresh loads it"
        REFUSED = "refused", "Held, then refused: the earlier state stands"

    system = models.CharField(max_length=40)
    stream = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    checksum = models.CharField(max_length=64)  # SHA-256 of the delivered bytes
    spec_version = models.CharField(max_length=16)
    state = models.CharField(max_length=10, choices=State, default=State.LOADING)
    read = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    deleted = models.BigIntegerField(default=0)  # vanished from a full delivery: tombstones
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)  # of a held one: user name
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["system", "stream", "-started_at"])]

    def __str__(self) -> str:
        return f"{self.system}/{self.stream} {self.file_name}"


class SourceRecord(models.Model):
    """One delivered row, kept whole. Its typed twin has the same id in people, crime or gangs."""

    id = models.BigAutoField(primary_key=True)
    system = models.CharField(max_length=40)
    stream = models.CharField(max_length=40)
    source_ref = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    raw = models.JSONField()
    row_hash = models.BinaryField(max_length=32)  # SHA-256 of the raw row
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, db_constraint=False)
    line = models.BigIntegerField()
    loaded_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "stream", "source_ref"], name="one_source_record_per_ref"
            ),
        ]
        indexes = [  # the erasure ledger asks for these every minute
            models.Index(
                fields=["id"], condition=models.Q(deleted_at__isnull=False), name="withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}/{self.stream} {self.source_ref}"


class SourceRecordVersion(models.Model):
    """A row as it was before a later delivery changed it: evidence is never overwritten."""

    record = models.ForeignKey(
        SourceRecord, on_delete=models.CASCADE, related_name="versions", db_constraint=False
    )
    raw = models.JSONField()
    row_hash = models.BinaryField(max_length=32)
    batch_id = models.BigIntegerField()
    line = models.BigIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()

    def __str__(self) -> str:
        return f"record {self.record_id} until {self.valid_to}"


class Rejection(models.Model):
    """A row that could not be taken, with the reason and what to do; nothing is lost."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rejections")
    line = models.BigIntegerField()
    column = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300)
    raw = models.JSONField()
    replayed_at = models.DateTimeField(null=True)  # when a corrected mapping took the row

    class Meta:
        ordering = ["batch_id", "line"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class Asked(models.Model):
    """When a source was last asked for deliveries, whether or not there was anything new.

    `listing` is a SHA-256 of the names, sizes and times of the files that lay there: another one
    means that something was delivered since. `note` says what was there and not loaded.
    """

    system = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    listing = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.system} at {self.at}"


class ResolutionRun(models.Model):
    """One run of records into people: what went in, what came out, with which model."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed: the earlier people stand"

    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    model_version = models.CharField(max_length=40)
    records = models.BigIntegerField(default=0)
    people = models.BigIntegerField(default=0)
    people_changed = models.BigIntegerField(default=0)
    mentions = models.BigIntegerField(default=0)  # records too thin to resolve
    pairs_scored = models.BigIntegerField(default=0)
    blocks_dropped = models.BigIntegerField(default=0)
    stages = models.JSONField(default=dict)  # stage -> {"wall": s, "cpu": s}
    peak_rss_mb = models.IntegerField(null=True)
    cluster_sizes = models.JSONField(default=dict)  # size band -> clusters
    systems = ArrayField(models.CharField(max_length=40), default=list)
    input_state = models.CharField(max_length=64, blank=True)  # SHA-256: same again, nothing to do
    report = models.JSONField(default=dict)  # blocking, weights, identities: quality.latest()
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"run {self.pk} {self.state}"


class LinkChange(models.Model):
    """A record that went from one person to another (DPA 2018 s.62: combination).

    The run names the model; the weight is that of the new link, in bits, NULL where nothing was
    scored. A record's first link is no change: `people.Link` has its run. With a deleted record
    its changes go too.
    """

    run = models.ForeignKey(ResolutionRun, on_delete=models.PROTECT, db_constraint=False)
    record_id = models.BigIntegerField()
    person_before = models.BigIntegerField()
    person_after = models.BigIntegerField()
    method = models.CharField(max_length=6)  # people.Link.Method
    weight_before = models.FloatField(null=True)
    weight = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["record_id", "-id"])]

    def __str__(self) -> str:
        return f"record {self.record_id}: {self.person_before} to {self.person_after}"


class ModelRelease(models.Model):
    """Which matching model is in use, since when and why. The latest row decides; none is changed.

    `judgement` is what the gate measured; empty for a roll-back to a model released before.
    """

    version = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    judgement = models.JSONField(default=dict)
    released_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"model {self.version}"


class LinkingSwitch(models.Model):
    """Whether the model may link records by itself (policing.md G10). The latest row decides."""

    on = models.BooleanField()
    reason = models.CharField(max_length=300)
    switched_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"automatic linking {'on' if self.on else 'off'}"
