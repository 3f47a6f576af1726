"""Officers, units and roles. Authorisation is `Scope` (scope.py), computed once per request."""

from django.contrib.auth.models import AbstractUser, Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from wmp_search.access import (
    catalogue,
    purpose_models,  # noqa: F401  Django looks for tables here
)


class Unit(models.Model):
    """A local policing unit or department; supervisors see their own unit's audit."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Officer(AbstractUser):
    """Somebody who signs in: officer, member of staff, analyst or panel member."""

    collar_number = models.CharField(max_length=10, blank=True)  # POLE DS_070
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    post = models.CharField(max_length=80, blank=True)  # what the officer does there
    signed_out_everywhere_at = models.DateTimeField(null=True, blank=True)  # ends older sessions

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Role(models.Model):
    """A named set of permissions. Its group carries guardian's object grants."""

    group = models.OneToOneField(Group, on_delete=models.PROTECT, primary_key=True)
    slug = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=60, unique=True)
    description = models.CharField(max_length=200, blank=True)
    permissions = ArrayField(models.CharField(max_length=40), default=list)  # see catalogue.py
    retired_at = models.DateTimeField(null=True, blank=True)  # nobody holds it any more

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_sensitive(self) -> bool:
        """Whether giving it needs a second administrator."""
        return bool(catalogue.sensitive(self.permissions))


class RoleAssignment(models.Model):
    """An officer holds a role from a day until a day (both inclusive; no end: until revoked)."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="assignments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(
        Officer, on_delete=models.PROTECT, null=True, related_name="assignments_granted"
    )
    by_group = models.CharField(max_length=200, blank=True)  # of the identity provider
    granted_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(
        Officer, on_delete=models.PROTECT, null=True, related_name="assignments_approved"
    )  # the second administrator, where the role is sensitive
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        Officer, on_delete=models.PROTECT, null=True, related_name="assignments_revoked"
    )

    class Meta:
        ordering = ["-granted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="assignment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("officer")),
                name="nobody_grants_to_themselves",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=F("officer")) & ~Q(approved_by=F("granted_by"))),
                name="a_second_administrator_approves",
            ),
            models.UniqueConstraint(
                fields=["officer", "role"],
                condition=Q(revoked_at__isnull=True),
                name="one_live_assignment_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} holds {self.role_id} from {self.starts_on}"


class RoleFile(models.Model):
    """A file of many grants and moves, kept as it was uploaded; `done_at`: when carried out."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=120)
    content = models.TextField()
    reason = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey(Officer, on_delete=models.PROTECT)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}, {self.uploaded_at:%Y-%m-%d %H:%M}"


class RoleRequest(models.Model):
    """What one administrator asks for and another decides: a sensitive role for an officer, or,
    with `proposed` and no officer, a change that adds a sensitive permission to a role.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        TAKEN_BACK = "taken_back", "Taken back"
        EXPIRED = "expired", "Expired"

    officer = models.ForeignKey(
        Officer, on_delete=models.PROTECT, null=True, related_name="role_requests"
    )
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="requests")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    proposed = models.JSONField(null=True)  # {"title", "description", "permissions"}
    reason = models.CharField(max_length=200)
    file = models.ForeignKey(RoleFile, on_delete=models.PROTECT, null=True)
    requested_by = models.ForeignKey(
        Officer, on_delete=models.PROTECT, related_name="requests_made"
    )
    requested_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    decided_by = models.ForeignKey(
        Officer, on_delete=models.PROTECT, null=True, related_name="requests_decided"
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["expires_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(officer__isnull=False, starts_on__isnull=False, proposed__isnull=True)
                | Q(officer__isnull=True, proposed__isnull=False),
                name="request_is_a_grant_or_a_change",
            ),
            models.CheckConstraint(
                condition=Q(officer__isnull=True) | ~Q(officer=F("requested_by")),
                name="nobody_requests_for_themselves",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("requested_by"))),
                name="somebody_else_decides",
            ),
            models.CheckConstraint(
                condition=Q(officer__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=F("officer")),
                name="nobody_decides_on_themselves",
            ),
            models.UniqueConstraint(
                fields=["officer", "role"],
                condition=Q(state="pending", officer__isnull=False),
                name="one_request_per_officer_and_role",
            ),
            models.UniqueConstraint(
                fields=["role"],
                condition=Q(state="pending", officer__isnull=True),
                name="one_change_request_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}: role {self.role_id}"


class AccessReview(models.Model):
    """The yearly look at who holds which role; its lines are a snapshot of the day it began."""

    title = models.CharField(max_length=80, unique=True)
    started_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    due_on = models.DateField()
    finished_by = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(finished_at__isnull=True),
                name="one_open_access_review",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReviewLine(models.Model):
    """One officer's role at the start of a review, and what was decided about it."""

    class Decision(models.TextChoices):
        OPEN = "", "Open"
        KEEP = "keep", "Keep"
        WITHDRAW = "withdraw", "Withdraw"

    review = models.ForeignKey(AccessReview, on_delete=models.PROTECT, related_name="lines")
    assignment = models.ForeignKey(RoleAssignment, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=8, choices=Decision, blank=True, default="")
    decided_by = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["review", "unit"])]
        constraints = [
            models.UniqueConstraint(fields=["review", "assignment"], name="one_line_per_holding"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("officer")),
                name="nobody_signs_off_themselves",
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.review_id}: officer {self.officer_id}, role {self.role_id}"


class SignInLock(models.Model):
    """Wrong passwords for one user name; the name itself is not kept, only a keyed hash of it.

    A row exists for names that no account has, too: a lock must not tell which names are real.
    """

    name_hash = models.CharField(max_length=64, primary_key=True)
    failures = models.SmallIntegerField(default=0)
    first_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["first_failed_at"])]

    def __str__(self) -> str:
        return f"{self.failures} failures since {self.first_failed_at:%Y-%m-%d %H:%M}"


class Opening(models.Model):
    """What an officer has opened for a short time, and why: every restricted person in a threat to
    life (policing.md H6), or the masked evidence of one person (C8).

    `subject_id` is the person's for unmasking, null for break-glass. A row is never deleted: a
    second use needs a new reason.
    """

    class Kind(models.TextChoices):
        BREAK_GLASS = "break_glass", "Break glass"
        UNMASK = "unmask", "Unmasked a person"

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="openings")
    kind = models.CharField(max_length=11, choices=Kind)
    subject_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["officer", "closes_at"], name="openings_of_officer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="break_glass", subject_id__isnull=True)
                | Q(kind="unmask", subject_id__isnull=False),
                name="only_unmasking_has_a_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.officer_id} until {self.closes_at:%Y-%m-%d %H:%M}"
