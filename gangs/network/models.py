"""The derived table of links and what only exists in it; stated associates; what is no link.

A node's id carries its type in the bits from SHIFT: a person's is the person's own, a crime's and
a gang's their own with the type before it; addresses, phones, vehicles and events are rows of
`Node`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from people.models import NominalRecord

SHIFT = 56
MASK = (1 << SHIFT) - 1
HIDDEN = -1  # the access label of a place that is never shown as one that people share


class Type(models.IntegerChoices):
    """What a node is."""

    PERSON = 0, "Person"
    CRIME = 1, "Crime"
    GANG = 2, "Gang"
    ADDRESS = 3, "Address"
    PHONE = 4, "Phone"
    VEHICLE = 5, "Vehicle"
    INTELLIGENCE = 6, "Intelligence report"
    EVENT = 7, "Event"


class Kind(models.IntegerChoices):
    """What a link says. Only AFFILIATED is membership, and only by an authorised one."""

    CRIME = 1, "Recorded in a crime"
    ADDRESS = 2, "Recorded at an address"
    PHONE = 3, "Recorded with a phone"
    VEHICLE = 4, "Recorded with a vehicle"
    STATED = 5, "Stated to be linked"
    AFFILIATED = 6, "Affiliated to a gang"
    INTELLIGENCE = 7, "Named in intelligence"
    EVENT = 8, "Recorded in an event"
    HARMED = 9, "Exploited or at risk"
    RELATION = 10, "Between gangs"


class Node(models.Model):
    """An address, phone, vehicle or event that records share.

    `key`: the same for every way of writing it. `acl`: the lowest tier that attests it, or HIDDEN.
    """

    id = models.BigIntegerField(primary_key=True)
    type = models.SmallIntegerField(choices=Type)
    key = models.CharField(max_length=300)
    label = models.CharField(max_length=300)
    acl = models.SmallIntegerField()

    class Meta:
        db_table = "graph_node"
        constraints = [
            models.UniqueConstraint(fields=["type", "key"], name="one_graph_node_per_key"),
        ]
        indexes = [
            models.Index(
                fields=["key"], condition=models.Q(acl=HIDDEN), name="graph_nodes_never_shown"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.pk}"


class Edge(models.Model):
    """A link, as one row in each direction; derived, and rebuilt from records at any time.

    `acl`: four times the tier of the record plus that of the crime it is about (its own where it
    is about none): one row for each, so that a restricted record never widens an open link.
    `roles`: of the person in it, or the words of the source. `walk`: whether a path may use it.
    `ddeg`: the links of `dst`, counted to 250, of a person in fifties, rounded up. `until`: when a
    membership is due for review.
    """

    pk = models.CompositePrimaryKey("src", "dst", "kind", "acl")
    src = models.BigIntegerField()
    dst = models.BigIntegerField()
    kind = models.SmallIntegerField(choices=Kind)
    acl = models.SmallIntegerField()
    ddeg = models.SmallIntegerField(default=0)
    walk = models.BooleanField(default=True)
    n = models.IntegerField()
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    known_on = models.DateField(null=True)
    until = models.DateField(null=True)
    grade = models.CharField(max_length=12, blank=True)
    roles = ArrayField(models.CharField(max_length=40), default=list)
    systems = ArrayField(models.CharField(max_length=40), default=list)
    records = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        db_table = "graph_edge"
        indexes = [
            models.Index(
                models.F("src"),
                models.F("last_on").desc(nulls_last=True),
                include=["dst", "kind", "acl", "ddeg", "walk", "first_on", "until"],
                name="graph_edge_steps",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.src} to {self.dst}"


class State(models.Model):
    """When the links were last brought up to date (one row)."""

    built_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"links of {self.built_at}"


class Association(models.Model):
    """A source states that two of its nominal records are linked (policing.md E2)."""

    id = models.BigIntegerField(primary_key=True)
    system = models.CharField(max_length=40)
    nominal_ref = models.CharField(max_length=120)
    other_ref = models.CharField(max_length=120)
    record = models.ForeignKey(
        NominalRecord, on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False
    )
    other = models.ForeignKey(
        NominalRecord, on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False
    )
    words = models.CharField(max_length=40, blank=True)  # "Co-offending", "Partner"
    grade = models.CharField(max_length=12, blank=True)
    from_on = models.DateField(null=True)
    recorded_on = models.DateField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["system", "nominal_ref"], name="network_association_one"),
            models.Index(fields=["system", "other_ref"], name="network_association_two"),
        ]

    def __str__(self) -> str:
        return f"{self.nominal_ref} and {self.other_ref}"


class Relation(models.Model):
    """A source states how two gangs stand to each other; never walked through by a path."""

    id = models.BigIntegerField(primary_key=True)
    system = models.CharField(max_length=40)
    gang_ref = models.CharField(max_length=120)
    other_ref = models.CharField(max_length=120)
    gang = models.ForeignKey(
        "gangs.Gang", on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False
    )
    other = models.ForeignKey(
        "gangs.Gang", on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False
    )
    words = models.CharField(max_length=40, blank=True)  # "Conflict", "Alliance"
    grade = models.CharField(max_length=12, blank=True)
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    recorded_on = models.DateField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["system", "gang_ref"], name="network_relation_one"),
            models.Index(fields=["system", "other_ref"], name="network_relation_two"),
        ]

    def __str__(self) -> str:
        return f"{self.gang_ref} and {self.other_ref}"


class NotALink(models.Model):
    """Somebody has said that a place or number connects nobody, why, and until it is reviewed."""

    class Reason(models.TextChoices):
        HOSTEL = "hostel", "Hostel or night shelter"
        PRISON = "prison", "Prison or custody"
        HOSPITAL = "hospital", "Hospital or surgery"
        SCHOOL = "school", "School or college"
        STATION = "station", "Police station or court"
        SOLICITOR = "solicitor", "Solicitor or advice centre"
        CARE = "care", "Care home"
        DEFAULT = "default", "Default value, not a real one"
        REFUGE = "refuge", "Refuge: never shown as shared"
        CHILDREN = "children", "Children's home: never shown as shared"
        OTHER = "other", "Other"

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="not_a_link")
    reason = models.CharField(max_length=10, choices=Reason)
    explanation = models.CharField(max_length=300)
    owner = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    review_on = models.DateField()
    set_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["node"],
                condition=models.Q(ended_at__isnull=True),
                name="one_standing_not_a_link_per_node",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} is no link"

    @property
    def overdue(self) -> bool:
        return self.review_on < timezone.localdate()


NEVER_SHOWN = (NotALink.Reason.REFUGE, NotALink.Reason.CHILDREN)
