"""The review queue: what a run leaves for people, and who works on what.

Most valuable first: a pair near the threshold that would join many records, people with warnings;
reports of officers before everything (a wrong merge is put right within 24 hours, policing.md I8).
"""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from ingest.resolution.exchange import copy_in, temporary
from ingest.resolution.workspace import Workspace
from ingest.review.models import Decision, Task, Verdict
from people import rule
from wmp_search.access.scope import Scope

MOST_PAIRS = 5_000  # kept of a run
MOST_OF_KIND = 500
MANY_RECORDS = 200  # of one person
CLAIMED = timedelta(minutes=15)
REPORTED = 1_000.0  # worth of a report
KNOWN_EVERY = 20  # pairs of the queue hold one whose answer is known (policing.md G2)
KNOWN_OPEN = 50  # of these wait at most
KNOWN_DRAWN = 500  # are looked at for these, of each answer

# One pair for two people: its strongest edge, by the records of its nodes with the smallest ids.
_GREY = f"""
create or replace table grey as
with place as (
    select node, min(id) as id, arg_min(person, id) as person
    from member join person_of using (id) where node is not null group by node),
size as (select person, count(*) as n from person_of group by person),
crossing as (
    select x.person as p, y.person as q, x.id as i, y.id as j, weight
    from edge join place x on a = x.node join place y on b = y.node where x.person <> y.person),
best as (
    select least(p, q) as l, greatest(p, q) as r, max(weight) as weight,
        arg_max(case when p < q then i else j end, weight) as li,
        arg_max(case when p < q then j else i end, weight) as ri
    from crossing group by 1, 2)
select l, r, li, ri, weight,
    least(weight, 20) + log2(1 + least(x.n, y.n)) as worth
from best join size x on x.person = l join size y on y.person = r
order by worth desc, l, r limit {MOST_PAIRS}
"""
# Pairs whose answer is known without the model: a PNC ID is checked against fingerprints. One pair
# for a PNC ID with two names or births; grey pairs whose PNC IDs and births both differ.
_KNOWN = f"""
create or replace table known_pair as
with record as (select mark.*, person from mark join person_of using (id) where pnc is not null),
alike as (
    select pnc, min(id) as l, max(id) as r from record group by pnc
    having count(distinct concat_ws(' ', g, s, dob)) > 1),
same as (
    select l, r, 'same' as known from alike join record x on x.id = l join record y on y.id = r
    where concat_ws(' ', x.g, x.s, x.dob) <> concat_ws(' ', y.g, y.s, y.dob)),
different as (
    select li as l, ri as r, 'different' as known from grey
    join record x on x.id = li join record y on y.id = ri
    where x.pnc <> y.pnc and x.dob <> y.dob),
drawn as (
    (select * from same order by hash(l, r) limit {KNOWN_DRAWN})
    union all (select * from different order by hash(l, r) limit {KNOWN_DRAWN}))
select l, r, known, x.person as p, y.person as q from drawn
join record x on x.id = l join record y on y.id = r
"""
# one for every KNOWN_EVERY pairs of the queue, among them by worth; a pair is asked once
_SEED = """
INSERT INTO review_task (kind, left_person, right_person, left_record, right_record, weight, worth,
    known, note, answer, sides, opened_at)
SELECT 'known', p, q, l, r, NULL, worth, known, '', '', '[]', now()
FROM (SELECT *, row_number() OVER (ORDER BY hashint8(l # r)) AS place FROM known_pair
    WHERE NOT EXISTS (SELECT FROM review_task t
        WHERE t.kind = 'known' AND t.left_record = l AND t.right_record = r)) pair
JOIN (SELECT worth, row_number() OVER (ORDER BY worth DESC, id) AS place FROM review_task
    WHERE kind = 'pair' AND closed_at IS NULL) queued ON queued.place = pair.place * %s - 2
WHERE pair.place <= %s - (
    SELECT count(*) FROM review_task WHERE kind = 'known' AND closed_at IS NULL)
"""
_OPEN = "closed_at IS NULL AND claimed_by_id IS NULL AND kind <> 'report'"
# what somebody has decided already, and whose evidence is the same, is not asked again
_ANSWERED = """
DELETE FROM review_task t USING review_decision d
WHERE t.kind = 'pair' AND t.closed_at IS NULL AND d.state IN ('standing', 'waiting', 'refused')
    AND ((t.left_record = ANY(d.left) AND t.right_record = ANY(d.right))
        OR (t.left_record = ANY(d.right) AND t.right_record = ANY(d.left)))
    AND NOT EXISTS (SELECT FROM people_nominalrecord r
        WHERE r.id IN (t.left_record, t.right_record) AND r.changed_at > d.decided_at)
"""
_WARNED = """
UPDATE review_task SET worth = worth + 4 WHERE closed_at IS NULL AND kind = 'pair' AND EXISTS (
    SELECT FROM people_warningmarker m WHERE m.person_id IN (left_person, right_person))
"""
_ONE_PERSON = """
INSERT INTO review_task (kind, left_person, worth, known, note, answer, sides, opened_at)
SELECT '{kind}', person_id, 10 + log(2, 1 + n), '', '', '', '[]', now() FROM ({found}) found
WHERE NOT EXISTS (SELECT FROM review_task t WHERE t.kind = '{kind}'
        AND t.left_person = person_id AND (t.closed_at IS NULL OR t.closed_at >= (
            SELECT updated_at FROM people_person WHERE id = person_id)))
ORDER BY n DESC, person_id LIMIT {most}
"""
# two full dates, each said by two records or more, of which neither day, month nor year agrees
_BIRTHS = """
SELECT x.person_id, count(*) AS n FROM people_birthdate x
JOIN people_birthdate y ON y.person_id = x.person_id AND y.born_on > x.born_on
WHERE x.precision = 'D' AND y.precision = 'D'
    AND cardinality(x.records) > 1 AND cardinality(y.records) > 1
    AND extract(year FROM x.born_on) <> extract(year FROM y.born_on)
    AND (extract(day FROM x.born_on) <> extract(day FROM y.born_on)
        OR extract(month FROM x.born_on) <> extract(month FROM y.born_on))
GROUP BY x.person_id
"""
_NUMBERS = """
SELECT person_id, count(*) AS n FROM people_identifier
WHERE kind = 'pnc' GROUP BY person_id HAVING count(*) > 1
"""
_LARGE = f"SELECT id AS person_id, record_count AS n FROM people_person WHERE record_count > {MANY_RECORDS}"  # noqa: E501


def fill(space: Workspace) -> None:
    """Make the tasks of a run anew, set-based and bounded. In its transaction, after publishing.

    Needs `member`, `edge` and `person_of`. What somebody works on, and reports, stay.
    """
    space.run(_GREY)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM review_task WHERE {_OPEN}")
    columns = {"left_person": "l", "right_person": "r", "left_record": "li", "right_record": "ri"}
    copy_in(
        space,
        "from grey",
        "review_task",
        columns
        | {"kind": "'pair'", "weight": "weight", "worth": "worth", "sides": "'[]'"}
        | dict.fromkeys(("known", "note", "answer"), "'-'")
        | {"opened_at": "now()"},
    )
    with connection.cursor() as cursor:
        cursor.execute(  # COPY reads an empty field as NULL
            "UPDATE review_task SET known = '', note = '', answer = '' WHERE known = '-'"
        )
        cursor.execute(_ANSWERED)
        cursor.execute(_WARNED)
        _seed(space)
        for kind, found in (("births", _BIRTHS), ("numbers", _NUMBERS), ("large", _LARGE)):
            cursor.execute(_ONE_PERSON.format(kind=kind, found=found, most=MOST_OF_KIND))


def _seed(space: Workspace) -> None:
    """Known pairs among the queue: whether who decides looks is seen by what they answer."""
    space.run(_KNOWN)
    temporary("known_pair", "(l bigint, r bigint, known varchar(10), p bigint, q bigint)")
    copy_in(space, "from known_pair", "known_pair", {c: c for c in ("l", "r", "known", "p", "q")})
    with connection.cursor() as cursor:
        cursor.execute(_SEED, [KNOWN_EVERY, KNOWN_OPEN])


def waiting(scope: Scope) -> QuerySet[Task]:
    """Open tasks about people whom the scope may see, most valuable first."""
    seen = rule.visible(scope).values("pk")
    return Task.objects.filter(
        Q(right_person__isnull=True) | Q(right_person__in=seen),
        closed_at__isnull=True,
        left_person__in=seen,
    ).order_by("-worth", "pk")


def free(scope: Scope) -> QuerySet[Task]:
    """Those that nobody else works on."""
    held = Q(claimed_at__lt=timezone.now() - CLAIMED) | Q(claimed_by=None)
    return waiting(scope).filter(held | Q(claimed_by=scope.officer_id))


def take(scope: Scope, pk: int | None = None) -> Task | None:
    """Claim a task, or the most valuable one; None if there is none or somebody works on it.

    A claim ends by itself after 15 minutes.
    """
    with transaction.atomic():
        found = free(scope) if pk is None else free(scope).filter(pk=pk)
        task = found.select_for_update(skip_locked=True, of=("self",)).first()
        if task is not None:
            task.claimed_by_id, task.claimed_at = scope.officer_id, timezone.now()
            task.save(update_fields=["claimed_by", "claimed_at"])
    return task


def close(task: Task, verdict: Verdict, seconds: float, decision: Decision | None) -> None:
    """The task is done."""
    task.closed_at, task.decision = timezone.now(), decision
    task.answer, task.seconds = verdict, seconds
    task.save(update_fields=["closed_at", "decision", "answer", "seconds"])
