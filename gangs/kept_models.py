"""Memberships that the gangs unit keeps here, and what belongs to them (policing.md F1-F9).

Two time axes (ADR 28): `valid_*` is when it was true, `recorded_at` to `superseded_at` is when we
knew it so. A version is never changed: the next one supersedes it. The database refuses what the
rules refuse (migration 0002), and any other change of a version.
"""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Status(models.TextChoices):
    """What somebody is kept as. The lists of members and of those harmed are apart (F2)."""

    MEMBER = "member", "Member, evidenced"
    ASSOCIATE = "associate", "Associate"
    EXPLOITED = "exploited", "Exploited or victim"
    AT_RISK = "at_risk", "At risk (safeguarding)"
    REMOVED = "removed", "Removed"


class KeptMembership(models.Model):
    """One version of one membership. `root` names the membership, `number` counts its versions.

    It is of whoever holds the `cited` records: joined records carry it along; where they are of
    several people, or one was withdrawn by its system, it is shown to nobody until the unit has
    decided (gangs.standing). The last version of an ended one has the status removed, and `was`.
    """

    class Ended(models.TextChoices):
        LEFT = "left", "They left the gang, or it is no more"
        NO_EVIDENCE = "no_evidence", "The evidence does not bear it any more"
        WRONG_PERSON = "wrong_person", "It was the wrong person"
        HARMED = "harmed", "They are harmed by the gang, not part of it"
        DIED = "died", "They died"
        EXPIRED = "expired", "It expired without new evidence"

    root = models.UUIDField(default=uuid.uuid4)
    number = models.SmallIntegerField(default=1)
    gang = models.ForeignKey("gangs.Gang", on_delete=models.PROTECT, related_name="kept")
    status = models.CharField(max_length=10, choices=Status)
    was = models.CharField(max_length=10, choices=Status, blank=True)  # before it was removed
    cited = ArrayField(models.BigIntegerField())  # the nominal records of its evidence
    criteria = ArrayField(models.CharField(max_length=30))
    rules_version = models.CharField(max_length=20)
    rationale = models.TextField()
    author = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    authorised_by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    authorised_on = models.DateField()
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the first day on which it is not true any more
    review_on = models.DateField()
    expires_on = models.DateField()  # the last day on which it counts without new evidence
    ended = models.CharField(max_length=12, choices=Ended, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)
    ended_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reviewed_by = models.ForeignKey(  # of a version that a review made, and of no other
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["root", "number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["root"], condition=Q(superseded_at=None), name="one_last_version"
            ),
            models.CheckConstraint(
                condition=~Q(authorised_by=F("author")), name="memberships_have_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(rationale__regex=r"\S"), name="memberships_say_why"
            ),
            models.CheckConstraint(
                condition=Q(cited__len__gt=0, criteria__len__gt=0),
                name="memberships_have_evidence",
            ),
            models.CheckConstraint(
                condition=Q(review_on__gt=F("authorised_on"), review_on__lte=F("expires_on")),
                name="memberships_are_reviewed_in_time",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__lte=F("authorised_on"))
                & (Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))),
                name="memberships_are_true_in_order",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.REMOVED, valid_to__isnull=False)
                & ~Q(ended="") & ~Q(was="") & Q(end_reason__regex=r"\S")
                | ~Q(status=Status.REMOVED) & Q(valid_to=None, ended="", was=""),
                name="ended_memberships_say_how",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("author")),
                name="reviews_are_by_another",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["gang"], condition=Q(superseded_at=None), name="kept_of_gang"),
        ]

    def __str__(self) -> str:
        return f"membership {self.root} version {self.number}"

    @property
    def kept_as(self) -> str:
        """The status while it stood."""
        return self.was or self.status


class MembershipEvidence(models.Model):
    """A record that a version rests on: for which criterion, of which day, and its 3x5x2 grade.

    It refers, it copies no text. `roles` and `event` are as the record gave them on that day.
    """

    membership = models.ForeignKey(
        KeptMembership, on_delete=models.PROTECT, related_name="evidence"
    )
    record_id = models.BigIntegerField()
    criterion = models.CharField(max_length=30)
    roles = ArrayField(models.CharField(max_length=20))
    event = models.CharField(max_length=120)
    on = models.DateField()
    source = models.CharField(max_length=1)
    assessment = models.CharField(max_length=1)
    handling = models.CharField(max_length=1)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "record_id", "criterion"], name="one_citation_each"
            ),
            models.CheckConstraint(
                condition=Q(source__in=list("123"))
                & Q(assessment__in=list("ABCDE"))
                & Q(handling__in=list("PC")),
                name="evidence_is_graded",
            ),
        ]
        indexes = [models.Index(fields=["record_id"], name="kept_by_record")]

    def __str__(self) -> str:
        return f"{self.criterion} by record {self.record_id}"


class MembershipProposal(models.Model):
    """What somebody asks a supervisor to authorise: a new membership, or a renewal of `renews`.

    `evidence`: [{"record_id", "criterion", "roles", "event", "on", "source", "assessment",
    "handling"}], as gangs.criteria.Cited. It counts for nothing until it is authorised.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        AUTHORISED = "authorised", "Authorised"
        REFUSED = "refused", "Refused"
        TAKEN_BACK = "taken_back", "Taken back"

    renews = models.ForeignKey(
        KeptMembership, on_delete=models.PROTECT, null=True, related_name="+"
    )
    gang = models.ForeignKey("gangs.Gang", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status)
    cited = ArrayField(models.BigIntegerField())
    evidence = models.JSONField()
    rationale = models.TextField()
    valid_from = models.DateField()
    review_on = models.DateField()
    author = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["authorised", "refused"])
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("author")),
                name="proposals_are_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | ~Q(state="waiting") & Q(decided_at__isnull=False),
                name="decided_proposals_say_when",
            ),
            models.CheckConstraint(condition=Q(rationale__regex=r"\S"), name="proposals_say_why"),
            models.CheckConstraint(condition=Q(cited__len__gt=0), name="proposals_cite"),
            models.UniqueConstraint(
                fields=["renews"], condition=Q(state="waiting"), name="one_renewal_waits"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "proposed_at"], name="proposals_of_unit"),
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


def state_of(version: KeptMembership) -> dict[str, Any]:
    """The version as an audit row keeps it: references, no text."""
    return {
        "membership": str(version.root),
        "version": version.number,
        "gang": version.gang_id,
        "status": version.status,
        "was": version.was,
        "criteria": version.criteria,
        "records": version.cited,
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "review_on": version.review_on,
        "expires_on": version.expires_on,
    }
