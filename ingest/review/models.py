"""Human decisions on matches, the tasks that ask for them, and notices when one was wrong.

Everything refers to source records and people by id only: decisions must survive every run, and
the evidence behind them is read from where it stands, under the reader's own scope.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Verdict(models.TextChoices):
    """What a person said about two sets of records."""

    SAME = "same", "Same person"
    DIFFERENT = "different", "Different people"
    UNSURE = "unsure", "Cannot tell"


class Decision(models.Model):
    """A person's word on two sets of source records; a hard constraint while it stands.

    same: all records named are one person. different: no record of `left` is of the person of a
    record of `right`. unsure: binds nothing, but is not asked again of the same evidence.
    A row is never deleted (a trigger refuses): it is undone, and says by whom and why.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for a second person"
        STANDING = "standing", "Stands"
        REFUSED = "refused", "The second person refused"
        UNDONE = "undone", "Undone"

    verdict = models.CharField(max_length=10, choices=Verdict)
    state = models.CharField(max_length=10, choices=State)
    left = ArrayField(models.BigIntegerField())
    right = ArrayField(models.BigIntegerField())
    people = ArrayField(models.BigIntegerField(), default=list)  # as they stood
    reason = models.CharField(max_length=500)
    impact = ArrayField(models.CharField(max_length=80), default=list)  # why two must decide
    weight = models.FloatField(null=True)  # bits, as shown to who decided
    model_version = models.CharField(max_length=40, blank=True)
    author = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    seconds = models.FloatField(null=True)  # from seeing both sides to deciding
    second = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    second_at = models.DateTimeField(null=True)
    second_reason = models.CharField(max_length=500, blank=True)
    undone_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.CharField(max_length=500, blank=True)
    before = models.JSONField(default=dict)  # record → person just before it was applied
    settled = models.BooleanField(default=True)  # people are as the standing decisions say

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=models.F("author")),
                name="the_second_person_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_at__isnull=False),
                name="undone_decisions_say_when",
            ),
        ]
        indexes = [
            GinIndex(fields=["left"], name="decisions_by_left"),
            GinIndex(fields=["right"], name="decisions_by_right"),
            models.Index(fields=["id"], condition=Q(settled=False), name="decisions_to_settle"),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}: {self.verdict}"

    @property
    def records(self) -> list[int]:
        """All records named, in order."""
        return sorted({*self.left, *self.right})


class MachineLink(models.Model):
    """Where the model alone would put a record: kept for records near a decision only.

    So that a decision and its undoing need no run: people = these clusters + standing decisions.
    """

    record_id = models.BigIntegerField(primary_key=True)
    cluster = models.BigIntegerField()  # the smallest record of the model's cluster
    weight = models.FloatField(null=True)
    mention = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["cluster"], name="machine_links_by_cluster")]

    def __str__(self) -> str:
        return f"record {self.record_id}: cluster {self.cluster}"


class Frequency(models.Model):
    """How common a name or town was in the last run of a model (`explain.keep_frequencies`)."""

    model_version = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    value = models.CharField(max_length=200, blank=True)
    share = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["model_version", "kind", "value"], name="one_share_per_value"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.model_version}"


class Task(models.Model):
    """Something about matches that a person must look at. Two sides, or one person to look into.

    Tasks that a run made and nobody took are made anew by the next run; what people reported
    stays until it is closed.
    """

    class Kind(models.TextChoices):
        REPORT = "report", "An officer says: two different people"
        PAIR = "pair", "Two people who may be one"
        BIRTHS = "births", "Dates of birth that exclude each other"
        NUMBERS = "numbers", "Two PNC IDs"
        LARGE = "large", "Unusually many records"
        KNOWN = "known", "A pair whose answer is known"

    kind = models.CharField(max_length=10, choices=Kind)
    left_person = models.BigIntegerField()
    right_person = models.BigIntegerField(null=True)
    left_record = models.BigIntegerField(null=True)
    right_record = models.BigIntegerField(null=True)
    weight = models.FloatField(null=True)  # bits, of the strongest pair
    worth = models.FloatField()  # the most valuable are offered first
    known = models.CharField(max_length=10, choices=Verdict, blank=True)
    note = models.CharField(max_length=500, blank=True)
    reporter = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    sides = models.JSONField(default=list)  # of one person: two lists of records
    answer = models.CharField(max_length=10, choices=Verdict, blank=True)
    seconds = models.FloatField(null=True)  # from seeing both sides to answering
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["-worth", "id"], condition=Q(closed_at__isnull=True), name="open_tasks"
            ),
            models.Index(fields=["left_person"], name="tasks_by_person"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}: {self.kind}"

    @property
    def words(self) -> str:
        """What it is about; a known pair looks like every other."""
        shown = self.Kind.PAIR if self.kind == self.Kind.KNOWN else self.Kind(self.kind)
        return str(shown.label)


class Sample(models.Model):
    """Pairs drawn at random from all that a run compared, to be labelled by people (sampling.py).

    `strata`: [{"low", "high" (bits, null: open), "linked", "pairs" (in the run), "drawn"}].
    """

    run = models.ForeignKey("ingest.ResolutionRun", on_delete=models.PROTECT, related_name="+")
    seed = models.BigIntegerField()
    strata = models.JSONField()
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sample {self.pk} of run {self.run_id}"


class SampledPair(models.Model):
    """Two records of a sample and what a person said. A label measures; it decides nothing."""

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="drawn")
    stratum = models.IntegerField()  # its place in the sample's strata
    left_record = models.BigIntegerField()
    right_record = models.BigIntegerField()
    label = models.CharField(max_length=10, choices=Verdict, blank=True)
    labelled_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    labelled_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)  # from seeing both sides to answering

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "left_record", "right_record"], name="a_pair_is_drawn_once"
            ),
            models.CheckConstraint(
                condition=Q(label="") | Q(labelled_by__isnull=False, labelled_at__isnull=False),
                name="a_label_says_whose_it_is",
            ),
        ]

    def __str__(self) -> str:
        return f"pair {self.pk} of sample {self.sample_id}"


class Recall(models.Model):
    """Tells an officer that a person they saw was two: what was wrong, until they have read it."""

    officer = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="recalls")
    person = models.BigIntegerField()  # who was seen
    now = ArrayField(models.BigIntegerField())  # who that is now
    seen_at = models.DateTimeField()  # the last look before the parting
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer", "decision"], name="one_recall_per_decision")
        ]
        indexes = [
            models.Index(
                fields=["officer"], condition=Q(read_at__isnull=True), name="recalls_to_read"
            )
        ]

    def __str__(self) -> str:
        return f"recall of person {self.person}"
