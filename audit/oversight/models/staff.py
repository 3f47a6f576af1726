"""What personnel tells about staff: keyed hashes, which cannot be read back, and shifts."""

from django.db import models


class HrHash(models.Model):
    """HMAC-SHA-256 of one personal particular of an officer or of somebody in their household.

    The key stands in `settings.OVERSIGHT_HR_KEY`, never in the database (policing.md H2).
    """

    class Relation(models.TextChoices):
        SELF = "self", "the officer"
        HOUSEHOLD = "household", "the officer's household or family"
        ASSOCIATE = "associate", "a notifiable association that the officer declared"

    class Kind(models.TextChoices):
        BIRTH = "birth", "name and date of birth"
        PHONE = "phone", "phone"
        EMAIL = "email", "email"
        VEHICLE = "vehicle", "vehicle"
        ADDRESS = "address", "address"
        POSTCODE = "postcode", "postcode"
        COLLAR = "collar", "collar number"

    officer_id = models.BigIntegerField()
    relation = models.CharField(max_length=10, choices=Relation)
    kind = models.CharField(max_length=10, choices=Kind)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "officer_id", "relation", "kind"], name="one_hash_per_particular"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relation} {self.kind} of {self.officer_id}"


class Shift(models.Model):
    """When an officer was on duty; an officer without any shift is judged by the usual hours."""

    officer_id = models.BigIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["officer_id", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="a_shift_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} from {self.starts_at}"
