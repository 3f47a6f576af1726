"""The sealed emergency account: one password in an envelope, good for one sign-in."""

from django.db import models

from wmp_search.access.models import Officer


class EmergencyAccount(models.Model):
    """For the day on which the identity provider is away. Its use is an event of its own."""

    officer = models.OneToOneField(Officer, on_delete=models.PROTECT, primary_key=True)
    sealed_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"sealed {self.sealed_at:%Y-%m-%d}"
