"""What is kept of reports: questions, who may ask them too, runs as numbers, files for a day.

No answer is kept but in a file for its owner, for 24 hours. A spec holds no personal data.
"""

import uuid

from django.db import models

from wmp_search.access.models import Officer, Role, Unit


class Report(models.Model):
    """A saved question. Shared with roles and units: their officers may ask it, too."""

    owner = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="reports")
    title = models.CharField(max_length=80)
    spec = models.JSONField()
    roles = models.ManyToManyField(Role, related_name="+")
    units = models.ManyToManyField(Unit, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "title"], name="reports_of_owner")]

    def __str__(self) -> str:
        return self.title


class Dashboard(models.Model):
    """Reports on one page, in an order; on the owner's start page by choice."""

    owner = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="dashboards")
    title = models.CharField(max_length=80)
    on_home = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(on_home=True), name="one_dashboard_on_home"
            )
        ]

    def __str__(self) -> str:
        return self.title


class DashboardItem(models.Model):
    """A report's place on a dashboard."""

    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="items")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    place = models.IntegerField()

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dashboard", "report"], name="a_report_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} on {self.dashboard_id}"


class ReportRun(models.Model):
    """That a question was answered: what was asked, of which days, with which access, when, and a
    hash of the answer. `total` is told to its own officer alone: of another's it would tell how
    many records the reader may not see.
    """

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True, related_name="+")
    spec = models.JSONField()
    spec_hash = models.CharField(max_length=16)
    first = models.DateField()
    until = models.DateField()
    scope_label = models.CharField(max_length=200)
    scope_hash = models.CharField(max_length=12)
    as_of = models.DateTimeField()
    fresh_at = models.DateTimeField(null=True)
    rows = models.IntegerField()
    total = models.FloatField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["officer", "-as_of"], name="runs_of_officer")]

    def __str__(self) -> str:
        return f"run {self.pk}"


class Schedule(models.Model):
    """A report made again and again for its recipients, for each with their own access.

    The purpose is the owner's: why it is sent. It stops by itself (`stopped_at`, `why_stopped`).
    """

    class Every(models.TextChoices):
        DAY = "day", "Every day"
        WEEK = "week", "Every Monday"
        MONTH = "month", "On the first of each month"

    class Form(models.TextChoices):
        PAGE = "page", "On the page"
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"
        PDF = "pdf", "PDF"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="schedules")
    owner = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="+")
    every = models.CharField(max_length=5, choices=Every)
    form = models.CharField(max_length=4, choices=Form, default=Form.PAGE)
    recipients = models.ManyToManyField(Officer, related_name="+")
    purpose_code = models.CharField(max_length=20)
    purpose_reference = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    next_on = models.DateField()
    stopped_at = models.DateTimeField(null=True)
    why_stopped = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_on"],
                condition=models.Q(stopped_at__isnull=True),
                name="schedules_to_run",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.every}"


class ReportFile(models.Model):
    """A file being made or made, for its owner alone, until it expires. The id is its address."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        READY = "ready", "Ready"
        FAILED = "failed", "Not made"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=80)
    spec = models.JSONField()
    form = models.CharField(max_length=4, choices=Schedule.Form)
    purpose_code = models.CharField(max_length=20)
    purpose_reference = models.CharField(max_length=200)
    given = models.JSONField(default=dict)  # recipient, organisation, reason
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    why = models.CharField(max_length=200, blank=True)  # it was not made
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="report_files_to_forget")]

    def __str__(self) -> str:
        return str(self.id)


class Delivery(models.Model):
    """Something for an officer's inbox: that a scheduled report is there to be opened."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="deliveries")
    recipient = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    file = models.ForeignKey(ReportFile, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "recipient", "on"], name="one_delivery_a_day"
            )
        ]
        indexes = [models.Index(fields=["recipient", "-made_at"], name="inbox_of_officer")]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class IssuedCut(models.Model):
    """A table of rounded figures that left the force: the ledger against differencing. Kept."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    spec = models.JSONField()
    spec_hash = models.CharField(max_length=16)
    first = models.DateField()
    until = models.DateField()
    given = models.JSONField()  # recipient, organisation, reason
    figures = models.JSONField()  # as issued: [[key, …], rounded]
    total = models.IntegerField()  # rounded by itself
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["spec_hash"], name="cuts_by_spec")]

    def __str__(self) -> str:
        return f"cut {self.pk}"
