"""Nominal records (what each legacy system says) and golden people (what we make of it).

A nominal record is immutable evidence; a person is a reversible overlay on records (policing.md
G3). Evidence rows carry the ids of the records that attest them, so that every shown value leads
back to its source (C5), and conflicting values stay side by side, ordered by `rank` (C6).
"""

import uuid
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from people.contested_models import Contested
from people.searching_models import (
    Batch,
    BatchLine,
    Evaluation,
    Share,
    ToldOf,
    Watch,
    WatchAlert,
)
from people.signal_models import Confirmation

__all__ = [
    "Batch",
    "BatchLine",
    "Confirmation",
    "Contested",
    "Evaluation",
    "Share",
    "ToldOf",
    "Watch",
    "WatchAlert",
]


class InvolvementRole(models.TextChoices):
    """The role a person has in an event (policing.md C1; DPA 2018 s.38(3))."""

    SUSPECT = "suspect", "Suspect"
    ARRESTED = "arrested", "Arrested"
    CHARGED = "charged", "Charged"
    CONVICTED = "convicted", "Convicted"
    VICTIM = "victim", "Victim"
    WITNESS = "witness", "Witness"
    SUBJECT = "subject", "Subject of intelligence"
    REPORTING = "reporting", "Reporting person"
    MISSING = "missing", "Missing person"
    VULNERABLE_ADULT = "vulnerable_adult", "Vulnerable adult"
    VULNERABLE_CHILD = "vulnerable_child", "Vulnerable child"
    STOPPED = "stopped", "Stopped"
    ON_LICENCE = "on_licence", "On licence"
    LICENCE_HOLDER = "licence_holder", "Licence holder"
    INVOLVED = "involved", "Involved party"
    UNCLASSIFIED = "unclassified", "Unclassified"


class Precision(models.TextChoices):
    """How exactly a date of birth is known."""

    DAY = "D", "day"
    MONTH = "M", "month"
    YEAR = "Y", "year"
    AGE = "A", "from a stated age, one year either way"


class NominalRecord(models.Model):
    """One legacy system's record of a person, standardised. `id` is the source record's id.

    `names`: [{"kind": alias|nickname|maiden|former, "full": "..."}]. `addresses`: [{"house",
    "street", "town", "postcode", "from", "to"}], newest first. `markers`: [{"code", "label"}],
    with "on" and "review_on" where the feed says when it was set or is to be reviewed.
    Ethnicity is kept for fairness reporting only and never leaves this table for matching (G4).
    """

    id = models.BigIntegerField(primary_key=True)
    system = models.CharField(max_length=40)
    source_ref = models.CharField(max_length=120)
    tier = models.SmallIntegerField(default=0)
    unmasked_tier = models.SmallIntegerField(null=True)  # its tier before it was masked
    title = models.CharField(max_length=20, blank=True)
    given_names = models.CharField(max_length=120, blank=True)
    surname = models.CharField(max_length=80, blank=True)
    names = models.JSONField(default=list)
    born_on = models.DateField(null=True)
    born_precision = models.CharField(max_length=1, choices=Precision, blank=True)
    alias_births = ArrayField(models.DateField(), default=list)
    sex = models.CharField(max_length=1, blank=True)
    pnc_id = models.CharField(max_length=13, blank=True)
    cro = models.CharField(max_length=12, blank=True)
    addresses = models.JSONField(default=list)
    phones = ArrayField(models.CharField(max_length=20), default=list)
    emails = ArrayField(models.CharField(max_length=120), default=list)
    vehicles = ArrayField(models.CharField(max_length=11), default=list)
    markers = models.JSONField(default=list)
    ethnicity_self = models.CharField(max_length=2, blank=True)
    ethnicity_observed = models.CharField(max_length=1, blank=True)
    other_ids = ArrayField(models.CharField(max_length=60), default=list)
    role = models.CharField(max_length=20, choices=InvolvementRole)
    event_kind = models.CharField(max_length=30, blank=True)
    event_ref = models.CharField(max_length=80, blank=True)
    event_on = models.DateField(null=True)
    event_summary = models.CharField(max_length=400, blank=True)
    grade = models.CharField(max_length=12, blank=True)
    grade_scheme = models.CharField(max_length=6, blank=True)
    handling = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    author = models.CharField(max_length=120, blank=True, db_default="")  # of what it states (C4)
    recorded_on = models.DateField(null=True)
    issues = ArrayField(models.CharField(max_length=200), default=list)
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "source_ref"], name="one_record_per_ref"),
        ]
        indexes = [
            models.Index(fields=["changed_at"]),
            models.Index(
                fields=["id"], condition=Q(unmasked_tier__isnull=False), name="masked_records"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.source_ref}"


class Person(models.Model):
    """A golden record: one human being as far as the evidence tells.

    The scalar columns are the best values over ALL tiers, for work behind the scenes; a page or a
    document for a scope is made from the evidence rows that the scope may see (selectors.py).
    An id never changes meaning: a merged person keeps its row and points to `merged_into`.
    """

    class Status(models.TextChoices):
        CURRENT = "current", "Current"
        MERGED = "merged", "Merged into another person"
        WITHDRAWN = "withdrawn", "No evidence is left"

    version = models.IntegerField(default=1)
    status = models.CharField(max_length=10, choices=Status, default=Status.CURRENT)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged_from"
    )
    tiers = ArrayField(models.SmallIntegerField(), default=list)
    given_names = models.CharField(max_length=120, blank=True)
    surname = models.CharField(max_length=80, blank=True)
    born_on = models.DateField(null=True)
    born_precision = models.CharField(max_length=1, choices=Precision, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    record_count = models.IntegerField(default=0)
    systems = ArrayField(models.CharField(max_length=40), default=list)
    roles = ArrayField(models.CharField(max_length=20), default=list)
    # the tiers at which every visible role is that of somebody harmed (people.lens)
    harmed_at = ArrayField(models.SmallIntegerField(), default=list, db_default=[])
    is_mention = models.BooleanField(default=False)  # too thin to resolve: one unresolved record
    last_seen_on = models.DateField(null=True)
    weakest_link = models.FloatField(
        null=True
    )  # lowest match weight (bits) that holds it together
    content_hash = models.BinaryField(max_length=16, default=b"")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
                name="merged_people_point_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class Link(models.Model):
    """Which person a record belongs to, and why. At most one person per record."""

    class Method(models.TextChoices):
        SINGLE = "single", "the only record"
        EXACT = "exact", "same name and date of birth"
        MODEL = "model", "match weight"
        HUMAN = "human", "a person decided"

    record = models.OneToOneField(
        NominalRecord, on_delete=models.CASCADE, primary_key=True, db_constraint=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False)
    method = models.CharField(max_length=6, choices=Method)
    weight = models.FloatField(null=True)  # bits; null where nothing was scored
    run_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"record {self.record_id} is of person {self.person_id}"


class Evidence(models.Model):
    """A value about a person, the records that attest it and its place among its rivals."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False)
    records = ArrayField(models.BigIntegerField())
    tier = models.SmallIntegerField()  # the lowest tier that attests it
    rank = models.SmallIntegerField()  # survivorship: 0 is the best value of its kind
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)

    class Meta:
        abstract = True


class Name(Evidence):
    """A name the person is recorded under."""

    class Kind(models.TextChoices):
        NAME = "name", "name"
        ALIAS = "alias", "alias"
        NICKNAME = "nickname", "nickname"
        MAIDEN = "maiden", "maiden name"
        FORMER = "former", "former name"

    kind = models.CharField(max_length=8, choices=Kind)
    given_names = models.CharField(max_length=120, blank=True)
    surname = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.given_names} {self.surname}".strip()


class BirthDate(Evidence):
    """A date of birth; conflicting ones stay side by side."""

    born_on = models.DateField()
    precision = models.CharField(max_length=1, choices=Precision)

    class Meta:
        indexes = [models.Index(fields=["born_on"])]

    def __str__(self) -> str:
        return self.born_on.isoformat()


class Identifier(Evidence):
    """A number or address that identifies or reaches the person, in canonical form."""

    class Kind(models.TextChoices):
        PNC = "pnc", "PNC ID"
        CRO = "cro", "CRO number"
        PHONE = "phone", "Phone"
        EMAIL = "email", "Email"
        VEHICLE = "vehicle", "Vehicle"
        OTHER = "other", "Other number"

    kind = models.CharField(max_length=7, choices=Kind)
    value = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["value"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class Address(Evidence):
    """Where the person lived or was recorded."""

    house = models.CharField(max_length=60, blank=True)
    street = models.CharField(max_length=120, blank=True)
    town = models.CharField(max_length=60, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    lived_from = models.DateField(null=True)
    lived_to = models.DateField(null=True)

    def __str__(self) -> str:
        parts = [f"{self.house} {self.street}".strip(), self.town, self.postcode]
        return ", ".join(p for p in parts if p)


class WarningMarker(Evidence):
    """What to beware of (PNC warning signals); how old it is, `people.signals` says.

    `set_on`: the newest day for which a record states it, where a feed gives days of warnings.
    """

    code = models.CharField(max_length=8)
    label = models.CharField(max_length=120)
    set_on = models.DateField(null=True)
    review_on = models.DateField(null=True)  # as the feed says
    confirmed_on: date | None = None  # by a reviewer: no column, `people.signals` reads it

    def __str__(self) -> str:
        return self.label


class SearchRequest(models.Model):
    """One officer's search, kept so that its page has an address without personal data in it.

    `id` is the operation id that its audit events carry. Only its officer can open it, until
    `expires_at`. Search statistics never read the audit trail (policing.md A10).
    """

    id = models.UUIDField(primary_key=True)
    officer = models.ForeignKey("access.Officer", on_delete=models.CASCADE)
    criteria = models.JSONField()
    purpose_code = models.CharField(max_length=20)
    purpose_reference = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    counted = models.BooleanField(default=False, db_default=False)  # `wmp_search.desk.use`

    class Meta:
        indexes = [models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return str(self.id)


class Restriction(models.Model):
    """Who may see one person, decided by an officer; the person's records carry it on.

    It holds for whoever the `records` belong to: resolution copies it (same `root`) to every
    person who takes one of them, marked by `inherited_at` until somebody reviews it. Restrictions
    of one person all count: a scope must be admitted by each. Only standing ones (`lifted_at`
    null) count.
    """

    class Level(models.TextChoices):
        RESTRICTED = "restricted", "Restricted: only the team and the people named here"
        COVERT = "covert", "Covert: looks normal, and every look is reported to the owner"
        MASKED = "masked", "Masked: identity hidden until somebody unmasks it"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="restrictions")
    root = models.UUIDField(default=uuid.uuid4)
    level = models.CharField(max_length=10, choices=Level)
    reason = models.CharField(max_length=500)
    notice = models.BooleanField(default=False)  # say in a search: contact the owner's unit
    owner_unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    units = models.ManyToManyField("access.Unit", related_name="+")
    records = ArrayField(models.BigIntegerField(), default=list)
    review_on = models.DateField()
    set_at = models.DateTimeField()
    inherited_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [("see_restricted", "See the person behind a restriction")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "root"],
                condition=Q(lifted_at__isnull=True),
                name="one_standing_restriction_per_root",
            ),
            models.CheckConstraint(
                condition=Q(notice=False) | Q(level="restricted"), name="only_restricted_notify"
            ),
        ]
        indexes = [
            models.Index(fields=["owner_unit", "lifted_at"], name="restrictions_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.level} restriction of person {self.person_id}"

    @property
    def short_level(self) -> str:
        """The level in one word: "Restricted"."""
        return str(self.get_level_display()).partition(":")[0]


class RestrictionUserPermission(UserObjectPermissionBase):
    """Guardian's direct foreign key grant of a restricted person to an officer."""

    content_object = models.ForeignKey(Restriction, on_delete=models.CASCADE)


class RestrictionGroupPermission(GroupObjectPermissionBase):
    """The same to a role, by its group."""

    content_object = models.ForeignKey(Restriction, on_delete=models.CASCADE)
