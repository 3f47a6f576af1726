"""Figures as they were shown: a row is never changed and never deleted."""

import hashlib
import json

from django.db import models

KINDS = {
    "tradition": "Tradition of name",
    "ethnicity": "Self-defined ethnicity",
    "sex": "Recorded sex",
    "age": "Age",
}


class Snapshot(models.Model):
    """Figures of one measurement, for ever: a trigger refuses to change or delete a row.

    `digest`: SHA-256 of the figures' canonical JSON, which a printed copy can be compared with.
    """

    at = models.DateTimeField(auto_now_add=True)
    model_version = models.CharField(max_length=40)
    people = models.IntegerField()
    seed = models.BigIntegerField()
    figures = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"snapshot {self.pk} of model {self.model_version}"

    @property
    def is_intact(self) -> bool:
        """Whether the figures are those that were measured."""
        return digest_of(self.figures) == self.digest


def digest_of(figures: object) -> str:
    """SHA-256 of canonical JSON."""
    text = json.dumps(figures, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
