"""The outbox: a document that must be (re)built, written in the transaction that changed it."""

from django.db import models
from django.db.models.functions import Now


class OutboxEntry(models.Model):
    """`entity` and `entity_id` name a document set to rebuild from PostgreSQL.

    Written set-based by those who change golden rows, drained `FOR UPDATE SKIP LOCKED` and
    deleted once OpenSearch has acknowledged the documents. Several entries of one id are one job.
    """

    entity = models.CharField(max_length=20)
    entity_id = models.BigIntegerField()
    queued_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["entity", "id"]),
            models.Index(fields=["entity", "entity_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.entity_id}"


class Reconciliation(models.Model):
    """A comparison of an index with the database, document by document. Drift is a defect."""

    entity = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)
    checked = models.BigIntegerField()  # documents that should be there
    missing = models.BigIntegerField()  # should be there and are not
    stale = models.BigIntegerField()  # of an older version than the database's
    surplus = models.BigIntegerField()  # are there and should not be

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.entity}: {self.drift}"

    @property
    def drift(self) -> int:
        """All differences."""
        return self.missing + self.stale + self.surplus


class IndexBuild(models.Model):
    """One build of an index; its name carries the hash of mapping, settings and version."""

    entity = models.CharField(max_length=20)
    name = models.CharField(max_length=100, unique=True)
    state = models.CharField(
        max_length=10,
        choices=[(s, s) for s in ("building", "live", "retired", "failed")],
        default="building",
    )
    documents = models.BigIntegerField(default=0)
    seconds = models.FloatField(null=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return self.name
