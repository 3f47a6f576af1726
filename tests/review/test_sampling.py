"""Samples drawn, labelled blind and counted; known pairs in the queue; the page of figures."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from ingest.models import ResolutionRun
from ingest.resolution.run import resolve
from ingest.review import figures, queue, sampling
from ingest.review.models import Decision, Sample, SampledPair, Task, Verdict
from people.models import Link, NominalRecord, Restriction
from tests.officers import officer, signed_in, with_purpose
from tests.resolution.loading import load
from tests.resolution.test_matching import crowd, record
from wmp_search.access.models import Officer, Unit

pytestmark = pytest.mark.django_db

BORN = date(1978, 4, 23)


@pytest.fixture(autouse=True)
def _a_set_of_its_own(tmp_path: Any, settings: Any) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def resolved() -> ResolutionRun:
    load(crowd(people=40))
    return resolve()


def analyst() -> Client:
    return with_purpose(signed_in(officer("analyst")))


def answer(client: Client, address: str, verdict: str) -> Any:
    page = client.get(address).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen, page
    return client.post(address, {"verdict": verdict, "ground": "whole", "seen": seen[1]})


def test_a_sample_holds_pairs_of_every_band_linked_and_not(resolved: ResolutionRun) -> None:
    sample = sampling.draw(pairs=60, seed=5)
    assert sample.run == resolved
    assert {s["linked"] for s in sample.strata} == {True, False}
    assert len(sample.strata) > 6
    assert all(0 < s["drawn"] <= s["pairs"] for s in sample.strata)
    assert sum(s["pairs"] for s in sample.strata) <= resolved.pairs_scored
    assert sum(s["drawn"] for s in sample.strata) == sample.drawn.count() <= 60
    people = dict(Link.objects.values_list("record", "person"))
    for pair in sample.drawn.all():
        together = people[pair.left_record] == people[pair.right_record]
        assert together is sample.strata[pair.stratum]["linked"]
    again = sampling.draw(pairs=60, seed=5)
    drawn = [list(s.drawn.values_list("left_record", "right_record")) for s in (sample, again)]
    assert drawn[0] == drawn[1], "the seed draws the same pairs again"
    other = sampling.draw(pairs=60, seed=6)
    assert set(drawn[0]) != set(other.drawn.values_list("left_record", "right_record"))


def test_nothing_can_be_drawn_before_a_run() -> None:
    with pytest.raises(CommandError, match="Matching has not finished yet"):
        call_command("draw_sample")


def test_a_label_is_given_blind_measures_and_decides_nothing(
    resolved: ResolutionRun, capsys: Any
) -> None:
    call_command("draw_sample", "--pairs", "12", "--seed", "5")
    assert f"of run {resolved.pk}" in capsys.readouterr().out
    client = analyst()
    first = sampling.to_label(client_scope(client)).first()
    assert first is not None
    page = client.get(f"/matches/sample/{first.pk}").content.decode()
    for hidden in ("Match weight", "bits", "For and against"):
        assert hidden not in page
    assert re.findall(r", (\d+) records?<", page).count("1") == len(
        re.findall(r", \d+ records?<", page)
    ), "other records of the person would tell that the pair is linked"
    assert answer(client, f"/matches/sample/{first.pk}", "same").status_code == 302
    first.refresh_from_db()
    assert (first.label, first.labelled_by is not None) == (Verdict.SAME, True)
    assert first.seconds is not None
    assert not Decision.objects.exists()
    event = Event.objects.get(action=Action.SAMPLE_LABELLED)
    assert event.subject_ids == [str(first.left_record), str(first.right_record)]
    assert client.get(f"/matches/sample/{first.pk}").status_code == 404, "it is labelled"
    assert not sampling.label(first, Verdict.DIFFERENT, 1.0, officer().pk)


def client_scope(client: Client) -> Any:
    return client.get("/matches").wsgi_request.scope  # type: ignore[attr-defined]


def test_a_hidden_person_is_not_labelled(resolved: ResolutionRun) -> None:
    sample = sampling.draw(pairs=12, seed=5)
    pair = sample.drawn.earliest("pk")
    owner = officer("analyst")
    Restriction.objects.create(
        person=Link.objects.get(record=pair.left_record).person, level="covert", reason="A secret",
        owner_unit=Unit.objects.get_or_create(name="Elsewhere")[0], owner=owner,
        records=[pair.left_record], review_on="2099-01-01", set_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    client = analyst()
    restricted = client.get(f"/matches/sample/{pair.pk}").status_code
    listed = sampling.to_label(client_scope(client)).filter(pk=pair.pk).exists()
    assert (restricted == 200) is listed


def test_labels_of_the_truth_give_the_precision_and_recall_of_the_people() -> None:
    """Labelled whole by the truth of the generator, the estimate is the figure itself."""
    rows = crowd(people=40)
    truth = dict(zip(load(rows), (r["truth"] for r in rows), strict=True))
    resolve()
    sample = sampling.draw(pairs=1_000_000, seed=1)
    assert all(s["drawn"] == s["pairs"] for s in sample.strata)
    who, now = officer("analyst"), timezone.now()
    pairs = list(sample.drawn.all())
    for pair in pairs:
        alike = truth[pair.left_record] == truth[pair.right_record]
        pair.label = Verdict.SAME if alike else Verdict.DIFFERENT
        pair.labelled_by, pair.labelled_at = who, now
    SampledPair.objects.bulk_update(pairs, ["label", "labelled_by", "labelled_at"])
    linked = [p for p in pairs if sample.strata[p.stratum]["linked"]]
    right = sum(p.label == Verdict.SAME for p in linked)
    (row,) = figures.samples()
    assert row.estimate is not None
    assert row.estimate.precision.value == pytest.approx(right / len(linked))
    assert row.estimate.recall.value == pytest.approx(
        right / sum(p.label == Verdict.SAME for p in pairs)
    )
    page = signed_in(officer("ethics")).get("/quality/matching").content.decode()
    assert f"{row.estimate.precision.value:.3f}" in page


def test_known_pairs_wait_among_the_others_and_look_like_them(monkeypatch: Any) -> None:
    monkeypatch.setattr(queue, "KNOWN_EVERY", 8)
    pnc = [{"pnc_id": "2001/0000001A"}, {"pnc_id": "2001/0000001A"}]
    load([record("Robert", "Cartwright", BORN, **pnc[0]),
          record("Rob", "Carter", date(1978, 4, 28), **pnc[1])])  # fmt: skip
    load([{**row, "pnc_id": ""} for row in crowd(people=80)], first_id=1000)
    resolve()
    queued = Task.objects.filter(kind=Task.Kind.PAIR, closed_at=None)
    assert queued.count() > queue.KNOWN_EVERY, "too few pairs to hide one among"
    seed = Task.objects.get(kind=Task.Kind.KNOWN)
    assert (seed.left_record, seed.right_record, seed.known) == (1, 2, Verdict.SAME)
    ahead = queued.filter(worth__gt=seed.worth).count()
    assert 0 < ahead < queue.KNOWN_EVERY
    client = analyst()
    assert "answer is known" not in client.get("/matches").content.decode()
    page = client.get(f"/matches/{seed.pk}").content.decode()
    assert "Two people who may be one" in page
    assert "Are these the same person?" in page
    before = Link.objects.get(record=1).person_id
    assert answer(client, f"/matches/{seed.pk}", "different").status_code == 302
    assert not Decision.objects.exists(), "a known pair decides nothing"
    assert Link.objects.get(record=1).person_id == Link.objects.get(record=2).person_id == before
    (row,) = figures.reviewers()
    assert (row.known, row.known_right, row.known_wrong) == (1, 0, 1)
    NominalRecord.objects.filter(pk=1000).update(phones=["1"], changed_at=timezone.now())
    resolve()
    assert not Task.objects.filter(kind=Task.Kind.KNOWN, closed_at=None).exists(), "asked once"


def closed(who: Officer, count: int, **fields: Any) -> None:
    now = timezone.now()
    given = {"kind": "pair", "answer": "same", "seconds": 9.0, "left_person": 1, "worth": 1.0}
    Task.objects.bulk_create(
        Task(**(given | {"claimed_by": who, "opened_at": now, "closed_at": now} | fields))
        for _ in range(count)
    )


def test_who_says_same_to_all_within_seconds_is_a_concern_and_nobody_is_named() -> None:
    hasty, careful, wrong = (officer("analyst", username=u) for u in ("hasty", "careful", "wrong"))
    closed(hasty, 210, seconds=2.0)
    closed(careful, 150)
    closed(careful, 55, answer="different")
    closed(careful, 5, kind="known", known="different", answer="different")
    closed(wrong, 3, kind="known", known="different")
    closed(wrong, 2, kind="known", known="same")
    rows = figures.reviewers()
    assert [(r.answered, round(r.same_share)) for r in rows] == [(210, 100), (210, 71), (5, 100)]
    assert [bool(r.concern) for r in rows] == [True, False, True]
    assert (rows[0].seconds, rows[0].quick_share) == (2.0, 100)
    page = signed_in(officer("ethics")).get("/quality/matching").content.decode()
    assert "within seconds" in page
    assert "Wrong on pairs" in page
    assert not {"hasty", "careful"} & set(re.findall(r"\w+", page))


def test_runs_show_weights_sizes_blocking_and_drift() -> None:
    key = {"name": "rare_name", "blocks": 12, "pairs": 200, "dropped": 1, "dropped_pairs": 50}
    for number, weights in enumerate(({"4": 50, "9": 50}, {"5": 51, "8": 49}, {"4": 10, "9": 90})):
        ResolutionRun.objects.create(
            state="done", model_version="0001", records=1000, people=100 + number, mentions=25,
            cluster_sizes={"1": 60, "2 to 3": 40}, finished_at=timezone.now(),
            report={"weights": weights, "input": {"whole": number == 0}, "blocking": [key]},
        )  # fmt: skip
    last, middle, first = figures.runs()
    assert first.drift is None
    assert middle.drift is not None
    assert middle.drift < 0.01, "the same bars"
    assert last.drift is not None
    assert last.drift > figures.CHANGED
    page = signed_in(officer("ethics")).get("/quality/matching").content.decode()
    for words in ("Rare name", "75.0", "2 to 3", "4 to 6", "Changed", "2.5"):
        assert words in page, words
    folded = re.findall(r"<details[^>]*>", page)
    assert len(folded) == 5, "who decides, weights, sizes, runs, keys"
    assert not [tag for tag in folded if "open" in tag]
    opened = signed_in(officer("ethics")).get("/quality/matching?all").content.decode()
    assert opened.count('<details class="wmp-section" open>') == len(folded)
    assert Event.objects.filter(action=Action.QUALITY_VIEWED).exists()


def test_the_page_is_there_before_the_first_run() -> None:
    page = signed_in(officer("ethics")).get("/quality/matching").content.decode()
    for words in ("No sample has been drawn", "Nobody has answered", "Matching has not finished"):
        assert words in page
    assert not Sample.objects.exists()
