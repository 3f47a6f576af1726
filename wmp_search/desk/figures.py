"""How the product is used, in numbers that name nobody and are not taken from the audit trail."""

import time
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from wmp_search.access.models import Officer
from wmp_search.desk.models import Feedback, SurveyAnswer, TaskTime

BANDS = (5, 10, 30, 60, 300)  # seconds from Search to the first person opened; 10 is the aim
BEGAN = "search_began"  # in the session
COUNT = """
INSERT INTO desk_tasktime ("on", within, count) VALUES (%s, %s, 1)
ON CONFLICT ("on", within) DO UPDATE SET count = desk_tasktime.count + 1
"""
FEWEST = 5  # answers or officers below which a figure is not told: it could point at somebody


def began(request: HttpRequest) -> None:
    """A search has just been asked for."""
    request.session[BEGAN] = time.time()


def reached(request: HttpRequest) -> None:
    """A person was opened: count the time since the search, once. At most one statement."""
    start = request.session.pop(BEGAN, None)
    if start is None:
        return
    seconds = time.time() - start
    within = next((band for band in BANDS if seconds <= band), 0)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [timezone.localdate(), within])


def all_of_them() -> dict[str, Any]:
    """What the product team sees: adoption, task times of 30 days, the survey, feedback."""
    since = timezone.now() - timedelta(days=30)
    officers = Officer.objects.filter(is_active=True).aggregate(
        all=Count("pk"), used=Count("pk", filter=Q(last_login__gte=since))
    )
    answers = SurveyAnswer.objects.filter(on__gte=since.date()).aggregate(
        count=Count("pk"),
        can_rely=Count("pk", filter=Q(rely__gte=4)),
        is_integrated=Count("pk", filter=Q(integrated__gte=4)),
    )
    return {
        "officers": officers,
        "times": _times(since.date()),
        "survey": answers if answers["count"] >= FEWEST else None,
        "fewest": FEWEST,
        "waiting": Feedback.objects.filter(state=Feedback.State.NEW).count(),
    }


def _times(since: Any) -> list[dict[str, Any]]:
    counts: dict[int, int] = {}
    for row in TaskTime.objects.filter(on__gte=since):
        counts[row.within] = counts.get(row.within, 0) + row.count
    total = sum(counts.values())
    bands = [(f"within {band} seconds", counts.get(band, 0)) for band in BANDS]
    bands.append((f"longer than {BANDS[-1]} seconds", counts.get(0, 0)))
    return [
        {"words": words, "count": count, "percent": round(100 * count / total) if total else 0}
        for words, count in bands
    ]
