"""What retention decides about people: ids, dates, and the words of a review."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Standing(models.Model):
    """The group, rule and review date of a current person, over the whole record (policing.md E2).

    `clear_from`: the last relevant event, from which the clear period runs. `keep_until`: of group
    1, the day of the age that rules.toml names.
    """

    person = models.OneToOneField(
        "people.Person",
        on_delete=models.CASCADE,
        primary_key=True,
        db_constraint=False,
        related_name="retention",
    )
    group = models.SmallIntegerField()
    rule = models.CharField(max_length=40)
    clear_from = models.DateField()
    reviewed_on = models.DateField(null=True)
    review_on = models.DateField()
    keep_until = models.DateField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["review_on", "person"], name="reviews_by_day")]

    def __str__(self) -> str:
        return f"person {self.person_id}: group {self.group}"


class Computed(models.Model):
    """When whom resolution had touched was last computed; one row."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"computed at {self.at}"


class Review(models.Model):
    """Somebody's answer to whether a record is kept, with the national questions.

    Erasing a person deletes their reviews (RRD APP: the form of a disposed record is not kept).
    """

    class Outcome(models.TextChoices):
        KEEP = "keep", "Keep"
        DISPOSE = "dispose", "Dispose"

    person_id = models.BigIntegerField(db_index=True)
    group = models.SmallIntegerField()
    rule = models.CharField(max_length=40)
    due_on = models.DateField()
    answers = models.JSONField()  # question → yes or no
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(max_length=500)
    author = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at"]

    def __str__(self) -> str:
        return f"review of person {self.person_id}: {self.outcome}"


class Disposal(models.Model):
    """People to be disposed of together, decided by two (policing.md E5).

    `people`: person → the records that were theirs when it was proposed; what comes later is no
    part of it. `counts` and `report` hold numbers only.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "Waits for a second person"
        QUARANTINED = "quarantined", "In quarantine"
        REFUSED = "refused", "Refused"
        RETURNED = "returned", "Brought back"
        ERASED = "erased", "Erased"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    state = models.CharField(max_length=12, choices=State, default=State.PROPOSED)
    people = models.JSONField()
    reason = models.CharField(max_length=500)
    counts = models.JSONField(default=dict)
    proposed_by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=500, blank=True)
    erase_after = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("proposed_by")),
                name="two_people_dispose",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["quarantined", "erased"]) | Q(decided_by__isnull=False),
                name="nothing_goes_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"disposal {self.pk}: {self.state}"

    @property
    def person_ids(self) -> list[int]:
        """The people named, in order."""
        return sorted(map(int, self.people))

    @property
    def record_ids(self) -> list[int]:
        """The records named, in order."""
        return sorted(pk for records in self.people.values() for pk in records)


class Erased(models.Model):
    """A source record whose content is gone for ever: the ledger hands it to every restore."""

    record_id = models.BigIntegerField(primary_key=True)
    people = ArrayField(models.BigIntegerField(), default=list)
    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"record {self.record_id}"
