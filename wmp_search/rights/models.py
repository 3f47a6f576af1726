"""Requests of people for what is held about them, and each decision on the way to the answer."""

import uuid

from django.db import models
from django.db.models import Q

from wmp_search.rights.breach_models import Breach, BreachDecision
from wmp_search.rights.notice_models import Correction, Notice

__all__ = [
    "Breach",
    "BreachDecision",
    "Correction",
    "Notice",
    "Pause",
    "StaffRelease",
    "SubjectRequest",
    "Withheld",
]


class SubjectRequest(models.Model):
    """Somebody asks what is held about them. `reference`: the number of the force's own file."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        REFUSED = "refused", "Refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person_id = models.BigIntegerField()
    reference = models.CharField(max_length=60)
    received_on = models.DateField()
    confirmed_on = models.DateField(null=True)  # identity, and the fee where there is one
    extended_reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=500, blank=True)
    pack_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["received_on", "pk"]

    def __str__(self) -> str:
        return self.reference


class Pause(models.Model):
    """The clock stands while the force waits for the person: why, since when, until when."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="pauses")
    since = models.DateField()
    until = models.DateField(null=True)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="a_pause_ends_later",
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(until__isnull=True), name="one_pause_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} from {self.since}"


class Withheld(models.Model):
    """Something that the answer leaves out: which ground of s.45(4), and why (s.45(5)-(7)).

    `item` is the key of a part of the pack, such as "record:12" or "record:12:raw.NOTE"; the
    reason is kept for the Commissioner, who may ask for it.
    """

    class Ground(models.TextChoices):
        INQUIRY = "a", "(a) not to obstruct an official or legal inquiry or procedure"
        OFFENCES = "b", "(b) not to prejudice preventing, detecting or prosecuting offences"
        PUBLIC = "c", "(c) to protect public security"
        NATIONAL = "d", "(d) to protect national security"
        OTHERS = "e", "(e) to protect the rights and freedoms of others"

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="withheld")
    item = models.CharField(max_length=200)
    ground = models.CharField(max_length=1, choices=Ground)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(fields=["request", "item"], name="withheld_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="withheld_with_a_reason"),
        ]

    def __str__(self) -> str:
        return self.item


class StaffRelease(models.Model):
    """A decision to name the officers who looked: asked by one, approved by another (I2)."""

    request = models.OneToOneField(
        SubjectRequest, on_delete=models.CASCADE, related_name="staff_release"
    )
    reason = models.CharField(max_length=500)
    approval = models.CharField(max_length=60)  # the data protection officer's reference
    asked_by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("asked_by")),
                name="two_people_release_names",
            ),
        ]

    def __str__(self) -> str:
        return f"release for {self.request_id}"
