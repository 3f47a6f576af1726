"""The daily sample for supervisors: a seed that nobody can choose or predict, and its checking.

Two halves make the seed of a day. A secret, HMAC(draw key, day), whose SHA-256 (the promise) is
published in the trail before that day begins: its keeper cannot change it later. And an anchor,
the SHA-256 over the content hashes of all events of that day: nobody knows it before the day is
over. Officers cannot predict the draw without the secret; the keeper of the secret cannot choose
it without knowing every event to come. Both are in the sealed event `review.drawn`, with which
`check` draws again (ADR 0020).
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from audit.models import Event
from audit.oversight import box, lottery
from audit.oversight.days import bounds
from audit.oversight.lottery import Candidate, Pick
from audit.oversight.models import Draw, ReviewItem, Sampling
from audit.record import reachable

LOCK = 7_215_301
DUE_WITHIN = timedelta(days=3)
PROMISED_AHEAD = timedelta(days=2)  # the draw of Monday runs on Tuesday and promises Wednesday's
ANCHOR = """
SELECT encode(sha256(coalesce(string_agg(content_hash, ''::bytea ORDER BY at, id), ''::bytea)),
              'hex')
FROM audit_event WHERE at >= %s AND at < %s
"""


def draw(day: date) -> int:
    """Draw the sample of a day that is over, once; returns how many events were drawn."""
    with reachable(), transaction.atomic(using="audit"):
        with connections["audit"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if Draw.objects.filter(day=day).exists():
            return 0
        box.note_activity(day)
        inputs = box.inputs(day)
        made = _drawn(day, inputs)
        made.save(force_insert=True)
        _record(made)
        _queue(made)
        return len(made.picks)


def secret(day: date) -> str:
    """The hidden half of a day's seed; only who holds the key can make it."""
    key = settings.OVERSIGHT_DRAW_KEY.encode()
    return hmac.digest(key, f"draw|{day.isoformat()}".encode(), hashlib.sha256).hex()


def promise(hidden: str) -> str:
    """What is published of a secret before its day."""
    return hashlib.sha256(hidden.encode()).hexdigest()


def anchor(day: date) -> str:
    """The half of the seed that comes from the trail itself."""
    with connections["audit"].cursor() as cursor:
        cursor.execute(ANCHOR, bounds(day))
        return str(cursor.fetchone()[0])


def seed(day: date, hidden: str, anchored: str) -> str:
    return hashlib.sha256(f"{day.isoformat()}|{hidden}|{anchored}".encode()).hexdigest()


def picks_of(seed_of_day: str, day: date, inputs: dict[str, Any]) -> list[dict[str, Any]]:
    """What the seed draws from the day's box; the same for ever."""
    drawn = lottery.draw(
        seed_of_day, box.candidates(day, inputs), box.reviewers(inputs), each=inputs["each"]
    )
    return [_plain(pick) for pick in drawn]


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _drawn(day: date, inputs: dict[str, Any]) -> Draw:
    before = Draw.objects.filter(day=day - PROMISED_AHEAD).first()
    hidden, anchored = secret(day), anchor(day)
    seeded = seed(day, hidden, anchored)
    return Draw(
        day=day,
        secret=hidden,
        promise=before.next_promise if before else "",
        next_promise=promise(secret(day + PROMISED_AHEAD)),
        anchor=anchored,
        seed=seeded,
        inputs=inputs,
        picks=picks_of(seeded, day, inputs),
        drawn_at=timezone.now(),
    )


def _plain(pick: Pick) -> dict[str, Any]:
    one: Candidate = pick.candidate
    return {
        "event": one.event_id,
        "officer": one.officer_id,
        "unit": one.unit_id,
        "reviewer": pick.reviewer_id,
        "reasons": list(one.reasons),
    }


def published(made: Draw) -> dict[str, Any]:
    """What the trail says of a draw. Who was drawn is known by its hash only."""
    return {
        "day": made.day.isoformat(),
        "secret": made.secret,
        "promise": made.promise,
        "anchor": made.anchor,
        "seed": made.seed,
        "promise_for": (made.day + PROMISED_AHEAD).isoformat(),
        "next_promise": made.next_promise,
        "inputs_sha256": digest(made.inputs),
        "picks_sha256": digest(made.picks),
        "drawn": len(made.picks),
    }


def _record(made: Draw) -> None:
    door.event(
        door.Entry(
            action=Action.REVIEW_DRAWN,
            actor=door.SYSTEM,
            subject_kind="draw",
            subject_ids=[made.day.isoformat()],
            result_count=len(made.picks),
            detail=published(made),
        )
    )


def _queue(made: Draw) -> None:
    by_id = {pick["event"]: pick for pick in made.picks}
    oldest = min((date.fromisoformat(d["since"]) for d in made.inputs["due"]), default=made.day)
    since = bounds(min(oldest, made.day))[0]
    events = Event.objects.filter(at__gte=since, at__lt=bounds(made.day)[1], id__in=list(by_id))
    found = events.only("at", "id", "officer_id", "officer", "unit_id")
    ReviewItem.objects.bulk_create(
        [_item(event, by_id[str(event.id)], made) for event in found], ignore_conflicts=True
    )
    officers = [pick["officer"] for pick in made.picks]
    Sampling.objects.filter(officer_id__in=officers).update(
        waiting_since=None, sampled_on=made.day
    )


def _item(event: Event, pick: dict[str, Any], made: Draw) -> ReviewItem:
    return ReviewItem(
        kind=ReviewItem.Kind.SAMPLE,
        event_at=event.at,
        event_id=event.id,
        officer_id=pick["officer"],
        officer=event.officer,
        unit_id=event.unit_id,
        reviewer_id=pick["reviewer"],
        reasons=pick["reasons"],
        drawn_on=made.day,
        created_at=made.drawn_at,
        due_at=made.drawn_at + DUE_WITHIN,
    )


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked about a draw."""

    what: str
    is_right: bool


def check(day: date) -> Sequence[Check]:
    """Draw the day again from the trail and compare; an unknown day is one failed check."""
    made = Draw.objects.filter(day=day).first()
    told = Event.objects.filter(action=Action.REVIEW_DRAWN, subject_ids=[day.isoformat()]).first()
    if made is None or told is None:
        return [Check("The day was drawn and the draw stands in the trail", is_right=False)]
    before = Event.objects.filter(
        action=Action.REVIEW_DRAWN, detail__promise_for=day.isoformat()
    ).first()
    again = picks_of(told.detail["seed"], day, made.inputs)
    checks = [
        Check("The trail's account of the draw is as it was written", door.is_intact(told)),
        Check("What is kept of the draw is what the trail tells", published(made) == told.detail),
        Check("The anchor comes from that day's events", anchor(day) == told.detail["anchor"]),
        Check(
            "The seed is made of secret and anchor",
            seed(day, told.detail["secret"], told.detail["anchor"]) == told.detail["seed"],
        ),
        Check("The same seed draws the same events again", again == made.picks),
    ]
    if before is None:
        return [*checks, Check("A first draw: no secret was promised before it", is_right=True)]
    kept = promise(told.detail["secret"]) == before.detail["next_promise"]
    in_time = before.at < bounds(day)[0]
    return [
        *checks,
        Check("The secret is the one that was promised", kept),
        Check("The promise was published before the day began", in_time),
    ]
