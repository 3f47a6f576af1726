"""What the desk keeps. Nobody's name stands in feedback or a survey unless they said so."""

from django.db import models


class Recent(models.Model):
    """A person that an officer opened, newest view; only the officer ever sees it."""

    officer = models.ForeignKey("access.Officer", on_delete=models.CASCADE)
    person_id = models.BigIntegerField()
    version = models.IntegerField()  # of the person as it was seen
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer", "person_id"], name="one_recent_each")
        ]
        indexes = [models.Index(fields=["officer", "-seen_at"], name="recent_of_officer")]

    def __str__(self) -> str:
        return f"person {self.person_id}"


class Feedback(models.Model):
    """What somebody said about a page, and what became of it.

    `route` names the kind of page and holds no id. `address` (with the id of a record in it) and
    `officer` are kept only where the officer ticked so.
    """

    class Kind(models.TextChoices):
        WRONG = "wrong", "Something on it is wrong or out of date"
        BROKEN = "broken", "Something does not work"
        IDEA = "idea", "I have an idea"
        GOOD = "good", "Something is good"

    class State(models.TextChoices):
        NEW = "new", "New"
        PLANNED = "planned", "Planned"
        DONE = "done", "Done"
        DECLINED = "declined", "Not going to happen"

    kind = models.CharField(max_length=6, choices=Kind)
    text = models.CharField(max_length=1000)
    route = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    device = models.CharField(max_length=10)
    officer = models.ForeignKey("access.Officer", on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    answer = models.CharField(max_length=500, blank=True)  # public: "we did"
    summary = models.CharField(max_length=200, blank=True)  # public: "you said"
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-created_at"], name="feedback_by_state")]

    def __str__(self) -> str:
        return f"feedback {self.pk}"


class SurveyAnswer(models.Model):
    """One anonymous answer to the two questions of the national survey, 1 (no) to 5 (yes)."""

    on = models.DateField()
    rely = models.SmallIntegerField()
    integrated = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"answer of {self.on}"


class SurveyTaken(models.Model):
    """That somebody answered in a quarter ("2026-4"), apart from what they answered."""

    officer = models.ForeignKey("access.Officer", on_delete=models.CASCADE)
    quarter = models.CharField(max_length=6)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer", "quarter"], name="one_answer_a_quarter")
        ]

    def __str__(self) -> str:
        return self.quarter


class TaskTime(models.Model):
    """How many searches of a day led to a person within so many seconds; nobody's."""

    on = models.DateField()
    within = models.IntegerField()  # seconds, see figures.BANDS; 0: longer
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "within"], name="one_count_a_band")]

    def __str__(self) -> str:
        return f"{self.on} within {self.within}: {self.count}"


class SearchUse(models.Model):
    """How many searches of a month were for a purpose with a name of a tradition, and how many of
    them found nobody. Nobody's: no officer, no name, no day (policing.md A10: not the trail).
    """

    month = models.DateField()
    purpose = models.CharField(max_length=20)
    tradition = models.CharField(max_length=40)
    searches = models.IntegerField()
    nobody = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "purpose", "tradition"], name="one_count_of_use"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.purpose}"
