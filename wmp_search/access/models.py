"""Officers, units and roles. Authorisation is `Scope` (scope.py), computed once per request."""

from django.contrib.auth.models import AbstractUser, Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from wmp_search.access import purpose_models  # noqa: F401  Django looks for tables here


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

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Role(models.Model):
    """A named set of permissions. Its group carries guardian's object grants."""

    group = models.OneToOneField(Group, on_delete=models.PROTECT, primary_key=True)
    slug = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=60, unique=True)
    description = models.CharField(max_length=200, blank=True)
    permissions = ArrayField(models.CharField(max_length=40), default=list)  # see catalogue.py

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class RoleAssignment(models.Model):
    """An officer holds a role from a day until a day (both inclusive; no end: until revoked)."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="assignments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(
        Officer, on_delete=models.PROTECT, null=True, related_name="assignments_granted"
    )
    granted_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        Officer, on_delete=models.PROTECT, null=True, related_name="assignments_revoked"
    )

    class Meta:
        ordering = ["-granted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="assignment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=models.F("officer")),
                name="nobody_grants_to_themselves",
            ),
            models.UniqueConstraint(
                fields=["officer", "role"],
                condition=Q(revoked_at__isnull=True),
                name="one_live_assignment_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} holds {self.role_id} from {self.starts_on}"


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
