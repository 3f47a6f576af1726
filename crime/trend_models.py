"""What people tell the trends: breaks in recording, populations, the area an officer works in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class RecordingBreak(models.Model):
    """From a day on crimes are recorded otherwise: new counting rules, a new system, an outage.

    Numbers from before and after are not of the same thing. `systems` and `categories`: which it
    concerns; empty: all. A break that was declared in error is withdrawn, never deleted.
    """

    from_on = models.DateField()
    systems = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    categories = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    text = models.CharField(max_length=300)
    added_by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "crime_break"
        ordering = ["-from_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.from_on}: {self.text}"


class Population(models.Model):
    """How many people lived in an area in the middle of a year. `area`: as `area_key` has it."""

    area = models.CharField(max_length=60)
    year = models.SmallIntegerField()
    people = models.IntegerField()
    source = models.CharField(max_length=200)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "year"], name="one_population_per_year"),
            models.CheckConstraint(condition=models.Q(people__gte=0), name="people_are_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.year}: {self.people}"


class OwnArea(models.Model):
    """The area that an officer has chosen as theirs, as typed."""

    officer = models.OneToOneField(
        "access.Officer", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    area = models.CharField(max_length=200)
    chosen_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.area
