"""What people say against values held about them, and values whose processing is restricted."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Contested(models.Model):
    """A person's own statement beside one value, and whether the value is restricted meanwhile.

    DPA 2018 s.46(3): what is incomplete is completed by a statement; what somebody thought stays
    as recorded (s.38(2)), with the statement beside it. s.47(2), (3) and 46(4): restricted, not
    erased or corrected, while nobody can tell who is right or while it is evidence; s.48(10):
    lifted only once the person was told. It holds for whoever the `records` belong to, whatever
    resolution does; `value` is the value in the words of the page.
    """

    class Kind(models.TextChoices):
        NAME = "names", "Name"
        BIRTH = "births", "Date of birth"
        SEX = "sexes", "Sex"
        NUMBER = "identifiers", "Number, phone, email or vehicle"
        ADDRESS = "addresses", "Address"
        WARNING = "markers", "Warning"
        EVENT = "events", "What happened, or what somebody thought"

    class Nature(models.TextChoices):
        FACT = "fact", "A fact: where it is wrong, the system that holds it corrects it"
        OPINION = "opinion", "An opinion: it stays as recorded, with the statement beside it"

    class Ground(models.TextChoices):
        NONE = "", "Not restricted: the statement stands beside it"
        ACCURACY = "accuracy", "Restricted: nobody can tell whether it is accurate (s.47(3))"
        EVIDENCE = "evidence", "Restricted: it is needed as evidence (ss.46(4), 47(2))"

    person_id = models.BigIntegerField()  # whose page it was; `records` say whose it is
    records = ArrayField(models.BigIntegerField())
    kind = models.CharField(max_length=12, choices=Kind)
    value = models.CharField(max_length=600)
    nature = models.CharField(max_length=8, choices=Nature)
    statement = models.TextField(max_length=2000)
    stated_by = models.CharField(max_length=100)
    stated_on = models.DateField()
    basis = models.CharField(max_length=500)
    ground = models.CharField(max_length=8, choices=Ground, blank=True)
    restricted_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    told_on = models.DateField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [GinIndex(fields=["records"], name="contested_of_records")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ground="", restricted_at__isnull=True)
                | (~Q(ground="") & Q(restricted_at__isnull=False)),
                name="restricted_for_a_ground",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True)
                | Q(restricted_at__isnull=False, told_on__isnull=False),
                name="lifted_once_the_person_was_told",
            ),
        ]

    def __str__(self) -> str:
        return f"statement {self.pk}"

    @property
    def restricts(self) -> bool:
        """Whether the value may not be used now."""
        return self.restricted_at is not None and self.lifted_at is None
