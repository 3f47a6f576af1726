"""Gangs and memberships: graded, authorised by somebody else, and expiring (F1, F4).

`Membership` is what the gangs system delivers, read only; `KeptMembership` what the unit keeps.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from gangs.beside_models import (
    GangRelation,
    GangVisit,
    HistoryDecision,
    MembershipDisclosure,
    ProportionReport,
    RefusedProposal,
    SignedMonth,
)
from gangs.kept_models import KeptMembership, MembershipEvidence, MembershipProposal, Status
from gangs.safeguarding_models import SafeguardingStep
from people.models import NominalRecord

__all__ = [
    "GangRelation",
    "GangVisit",
    "HistoryDecision",
    "KeptMembership",
    "MembershipDisclosure",
    "MembershipEvidence",
    "MembershipProposal",
    "ProportionReport",
    "RefusedProposal",
    "SafeguardingStep",
    "SignedMonth",
    "Status",
]


class Gang(models.Model):
    """A gang as the gangs unit records it. `id` is the source record's id."""

    id = models.BigIntegerField(primary_key=True)
    system = models.CharField(max_length=40)
    source_ref = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    aliases = ArrayField(models.CharField(max_length=120), default=list)
    area = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=40, blank=True)
    restricted = models.BooleanField(default=False)  # then only roles with a guardian grant see it
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "source_ref"], name="one_gang_per_ref"),
        ]
        permissions = [("see_gang", "See a restricted gang")]

    def __str__(self) -> str:
        return self.name


class GangGroupPermission(GroupObjectPermissionBase):
    """Guardian's direct foreign key grants of a gang to a role's group."""

    content_object = models.ForeignKey(Gang, on_delete=models.CASCADE)


class GangUserPermission(UserObjectPermissionBase):
    """Guardian needs it beside the group table; the product grants to roles only."""

    content_object = models.ForeignKey(Gang, on_delete=models.CASCADE)


class Membership(models.Model):
    """A nominal record's affiliation to a gang, as another system assessed it. Read only."""

    Status = Status  # the same words as of what the unit keeps here

    id = models.BigIntegerField(primary_key=True)
    system = models.CharField(max_length=40)
    nominal_ref = models.CharField(max_length=120)
    gang_ref = models.CharField(max_length=120)
    record = models.ForeignKey(
        NominalRecord, on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False
    )
    gang = models.ForeignKey(
        Gang, on_delete=models.CASCADE, null=True, related_name="memberships", db_constraint=False
    )
    status = models.CharField(max_length=10, choices=Status)
    grade = models.CharField(max_length=12)
    rationale = models.TextField()
    authorised_by = models.CharField(max_length=80)
    authorised_on = models.DateField()
    review_on = models.DateField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["system", "nominal_ref"]),
            models.Index(fields=["system", "gang_ref"]),
        ]

    def __str__(self) -> str:
        return f"{self.nominal_ref} {self.status} of {self.gang_ref}"
