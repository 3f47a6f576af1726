"""Recorded crimes, their outcomes, and the role each nominal record has in them."""

from django.db import models
from django.db.models.functions import Coalesce

from crime import area_names
from crime.trend_models import OwnArea, Population, RecordingBreak
from people.models import InvolvementRole, NominalRecord

__all__ = ["Crime", "Involvement", "Outcome", "OwnArea", "Population", "RecordingBreak"]


class Crime(models.Model):
    """A recorded crime. `id` is the source record's id.

    Place: British National Grid metres and/or WGS 84 degrees, as the source gives them. Times:
    local wall clock made aware; `month` is the first day where only the month is known.
    """

    id = models.BigIntegerField(primary_key=True)
    system = models.CharField(max_length=40)
    source_ref = models.CharField(max_length=120)
    crime_number = models.CharField(max_length=80)
    offence_code = models.CharField(max_length=8, blank=True)  # Home Office classification NNN/NN
    offence = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=60, blank=True)  # data.police.uk category
    occurred_from = models.DateTimeField(null=True)
    occurred_to = models.DateTimeField(null=True)
    reported_on = models.DateField(null=True)
    month = models.DateField(null=True)
    status = models.CharField(max_length=120, blank=True)
    location = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    lsoa = models.CharField(max_length=9, blank=True)
    lsoa_name = models.CharField(max_length=60, blank=True)
    easting = models.IntegerField(null=True)
    northing = models.IntegerField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    mo = models.TextField(blank=True)  # modus operandi
    tier = models.SmallIntegerField(default=0)
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "source_ref"], name="one_crime_per_ref"),
        ]
        indexes = [
            models.Index(fields=["crime_number"]),
            models.Index(fields=["changed_at"], name="crime_changed"),
            models.Index(fields=["occurred_from"], name="crime_occurred"),
            models.Index(Coalesce("reported_on", "month"), name="crime_recorded"),
            # by area, as crime.trends.rows asks
            models.Index(
                fields=["postcode"], opclasses=["text_pattern_ops"], name="crime_postcode"
            ),
            models.Index(fields=["lsoa"], name="crime_lsoa"),
            models.Index(area_names.key(models.F("lsoa_name")), name="crime_lsoa_key"),
            models.Index(
                area_names.key(area_names.authority("lsoa_name")), name="crime_authority_key"
            ),
        ]

    def __str__(self) -> str:
        return self.crime_number


class Outcome(models.Model):
    """What became of a crime; `crime` is filled once its crime has arrived."""

    id = models.BigIntegerField(primary_key=True)
    system = models.CharField(max_length=40)
    crime_ref = models.CharField(max_length=120)
    crime = models.ForeignKey(
        Crime, on_delete=models.CASCADE, null=True, related_name="outcomes", db_constraint=False
    )
    outcome = models.CharField(max_length=120)
    outcome_on = models.DateField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["system", "crime_ref"]),
            models.Index(fields=["outcome_on"], name="outcome_on"),
        ]

    def __str__(self) -> str:
        return self.outcome


class Involvement(models.Model):
    """A nominal record's role in a crime; both ends are filled once they have arrived."""

    id = models.BigIntegerField(primary_key=True)
    system = models.CharField(max_length=40)
    nominal_ref = models.CharField(max_length=120)
    crime_ref = models.CharField(max_length=120)
    record = models.ForeignKey(
        NominalRecord, on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False
    )
    crime = models.ForeignKey(
        Crime,
        on_delete=models.CASCADE,
        null=True,
        related_name="involvements",
        db_constraint=False,
    )
    role = models.CharField(max_length=20, choices=InvolvementRole)
    recorded_on = models.DateField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["system", "nominal_ref"]),
            models.Index(fields=["system", "crime_ref"]),
        ]

    def __str__(self) -> str:
        return f"{self.nominal_ref} {self.role} in {self.crime_ref}"


class Boundary(models.Model):
    """The outline of an area to count in, as `manage.py load_boundaries` took it.

    `shape`: a GeoJSON Polygon or MultiPolygon in WGS 84 degrees, simplified for the screen.
    `edition` and `source`: which file this is and who may be thanked for it, in words.
    """

    class Kind(models.TextChoices):
        WARD = "ward", "Ward"
        LSOA = "lsoa", "LSOA"
        BEAT = "beat", "Beat"
        FORCE = "force", "Force area"

    kind = models.CharField(max_length=5, choices=Kind)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    shape = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    edition = models.CharField(max_length=60)
    source = models.CharField(max_length=300)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="one_boundary_per_code"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"
