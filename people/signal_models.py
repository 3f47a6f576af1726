"""That somebody looked at a warning and it still holds."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Confirmation(models.Model):
    """A warning was reviewed and still holds (policing.md C11): who says so, since when, on what.

    It holds for whoever the `records` belong to, whatever resolution does. Nothing here says that
    it does not hold any more: the system that states a warning takes it away, and it goes with
    the next delivery.
    """

    person_id = models.BigIntegerField()  # whose page it was; `records` say whose it is
    records = ArrayField(models.BigIntegerField())
    code = models.CharField(max_length=8)
    confirmed_on = models.DateField()
    reference = models.CharField(max_length=80)  # of what it rests on
    basis = models.CharField(max_length=500)
    confirmed_by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [GinIndex(fields=["records"], name="confirmation_of_records")]

    def __str__(self) -> str:
        return f"confirmation {self.pk}"
