"""Background work that failed for good, kept until somebody replays or discards it."""

from django.db import models


class DeadLetter(models.Model):
    """A task that failed after its last retry. Arguments are ids and names of systems, never
    personal data (a rule of all tasks); of the error only the kind is kept.
    """

    task = models.CharField(max_length=100)
    arguments = models.JSONField(default=list)
    error = models.CharField(max_length=100)
    failed_at = models.DateTimeField(auto_now_add=True)
    replayed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-failed_at"]

    def __str__(self) -> str:
        return f"{self.task} {self.error}"
