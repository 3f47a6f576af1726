"""Tables of purpose: the force's list in versions, officers' tasks, challenges and counts.

`models.py` imports them for Django. The list's history is never deleted: an old event is shown
with the label that its purpose had then (policing.md B3).
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from wmp_search.access.permissions import Permission

CODE_LENGTH = 20  # as the audit trail keeps it


class PncCategory(models.IntegerChoices):
    """Reasons for an enquiry as stated to Parliament (HC Deb 18 Nov 1986, WA 89-90W)."""

    STOP = 1, "1 Person or vehicle stopped in the street"
    PROCESS = 2, "2 Process or verbal warning"
    ACCIDENT = 3, "3 Accident"
    ARREST = 4, "4 Arrest"
    UNATTENDED = 5, "5 Unattended vehicle check"
    CRIME = 6, "6 Crime or alleged crime"
    TRAFFIC = 7, "7 Administration: process (traffic)"
    ADMINISTRATION = 8, "8 Administration: general, licensing, firearms"
    SUPPORT = 9, "9 Crime support: investigation, case papers"


class PurposeVersion(models.Model):
    """What one purpose code meant from a moment until another; no end: until it is changed.

    `withholds`: permissions that a role loses under this purpose; what is not named stays.
    `open_to`: permissions of which a role must hold one to choose it; empty: everybody.
    `listed`: officers choose it from the list; else only a page of its own sets it (break-glass).
    """

    code = models.CharField(max_length=CODE_LENGTH)
    version = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=60)
    description = models.CharField(max_length=300, blank=True)
    category = models.SmallIntegerField(choices=PncCategory, null=True, blank=True)
    needs_reference = models.BooleanField(default=False)
    covers_victims = models.BooleanField(default=False)
    withholds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    open_to = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    listed = models.BooleanField(default=True)
    challenge_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    place = models.PositiveSmallIntegerField(default=100)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["place", "code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="purpose_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(until_at=None), name="one_open_version_per_purpose"
            ),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")),
                name="purpose_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z][A-Z0-9-]{1,19}$"), name="purpose_code_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(challenge_percent=None) | Q(challenge_percent__lte=100),
                name="challenge_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def withheld_words(self) -> list[str]:
        """What it takes away, in words; a permission that is no longer there is left out."""
        return [p.label for p in Permission if p.value in self.withholds]


class Task(models.Model):
    """Something an officer or a unit has to do, from the force's own systems (policing.md B5).

    `title` holds no personal data: the feed's contract (docs/guides/purposes.md). A task of a unit
    is offered to all its officers.
    """

    class Kind(models.TextChoices):
        CRIME = "crime", "Crime"
        INCIDENT = "incident", "Incident"
        CUSTODY = "custody", "Custody"
        TASK = "task", "Task"

    reference = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=80)
    purpose_code = models.CharField(max_length=CODE_LENGTH)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="tasks"
    )
    unit = models.ForeignKey("access.Unit", on_delete=models.CASCADE, null=True)
    open_from = models.DateTimeField()
    open_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-open_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "officer", "unit"],
                nulls_distinct=False,
                name="one_task_per_assignment",
            ),
            models.CheckConstraint(
                condition=Q(officer=None, unit__isnull=False)
                | Q(officer__isnull=False, unit=None),
                name="task_is_an_officers_or_a_units",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Challenge(models.Model):
    """A search drawn at random, about which the officer is asked to say more (policing.md B6).

    The answer stands in the audit trail, not here. `search` is the operation id of the events.
    """

    search = models.UUIDField(primary_key=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    kind = models.CharField(max_length=10)
    purpose_code = models.CharField(max_length=CODE_LENGTH)
    purpose_reference = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at"]
        indexes = [
            models.Index(
                fields=["officer", "due_at"],
                condition=Q(answered_at=None),
                name="challenge_open",
            )
        ]

    def __str__(self) -> str:
        return str(self.search)


class Allowance(models.Model):
    """How often an officer has done something that is limited, per hour."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    kind = models.CharField(max_length=20)
    hour = models.DateTimeField()
    used = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer", "kind", "hour"], name="one_count_per_hour")
        ]
        indexes = [models.Index(fields=["hour"])]

    def __str__(self) -> str:
        return f"{self.used} {self.kind}"


class PurposeSeconds(models.Model):
    """How many searches took how long from the form to the search. No officer, no search: counts.

    `seconds` is the upper edge of the bucket; `with_task`: a task was tapped.
    """

    day = models.DateField()
    seconds = models.PositiveSmallIntegerField()
    with_task = models.BooleanField()
    searches = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "seconds", "with_task"], name="one_count_per_bucket"
            )
        ]

    def __str__(self) -> str:
        return f"{self.searches} within {self.seconds} s"
