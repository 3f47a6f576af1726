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


# of a notice: what was measured
MEASURES = {
    "weights": "Match weights have changed (population stability index)",
    "matched": "Records that stand with another, change in points",
    "overrides": "Answers against the model, change in points",
    "nobody": "Searches that find nobody, points above all",
}


class Snapshot(models.Model):
    """Figures of one measurement, for ever: a trigger refuses to change or delete a row.

    `digest`: SHA-256 of the figures' canonical JSON, which a printed copy can be compared with.
    `sample`: the number of the labelled sample that it is about, each once, so that no two rows
    differ by one pair; null for generated people, whose number is `people`.
    """

    at = models.DateTimeField(auto_now_add=True)
    model_version = models.CharField(max_length=40)
    people = models.IntegerField()
    seed = models.BigIntegerField()
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    sample = models.BigIntegerField(null=True, unique=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"snapshot {self.pk} of model {self.model_version}"

    @property
    def is_intact(self) -> bool:
        """Whether the figures are those that were measured."""
        return digest_of(self.figures) == self.digest


class Notice(models.Model):
    """Something about matching or search has moved beyond a declared limit (G9): it is referred to
    the panel until the force has answered. `about`: what exactly, in words, each once.
    """

    measure = models.CharField(max_length=20)
    about = models.CharField(max_length=80)
    value = models.FloatField()
    limit = models.FloatField()
    model_version = models.CharField(max_length=40)
    found_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.CharField(max_length=100, blank=True)  # in the words of the force

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "about"], name="one_notice_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True)
                | ~models.Q(answer="") & ~models.Q(answered_by=""),
                name="answered_by_somebody_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}: {self.measure}"

    @property
    def words(self) -> str:
        """What was measured."""
        return MEASURES[self.measure]


def digest_of(figures: object) -> str:
    """SHA-256 of canonical JSON."""
    text = json.dumps(figures, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
