"""How well matching works, as numbers: runs, samples and how people decide. Names nobody."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Q
from django.utils import timezone

from ingest.models import ResolutionRun
from ingest.review import sampling
from ingest.review.estimate import Estimate, estimate
from ingest.review.models import Sample, Task, Verdict

RUNS = 12  # shown
WIDTH = 100.0  # of the longest bar
BITS = 2  # of one bar of weights
DAYS = 90  # of decisions
# policing.md G2: who accepts nearly everything within seconds does not decide
STAMPED, STAMPED_SHARE, STAMPED_SECONDS = 200, 0.98, 5.0
# our own: so many answers to known pairs, of which so many are wrong, are no accident
KNOWN_ASKED, KNOWN_WRONG_SHARE = 5, 0.2
# population stability index: above, look; above the second, something changed (Siddiqi, Credit
# Risk Scorecards, 2006)
MOVED, CHANGED = 0.1, 0.25


@dataclass(frozen=True, slots=True)
class Bar:
    """A count, its share of all and a bar of at most WIDTH."""

    label: str
    count: int
    share: float
    width: float


@dataclass(frozen=True, slots=True)
class RunRow:
    """A finished run; `drift` of its weights from the run before (PSI), None for the first."""

    run: ResolutionRun
    whole: bool
    drift: float | None

    @property
    def words(self) -> str:
        if self.drift is None:
            return ""
        return "Changed" if self.drift > CHANGED else "Moved" if self.drift > MOVED else "Steady"

    @property
    def mention_share(self) -> float:
        return 100 * self.run.mentions / self.run.records if self.run.records else 0.0


@dataclass(frozen=True, slots=True)
class Reviewer:
    """How one person answered in DAYS days; shares in percent, seconds as median."""

    number: int
    answered: int
    same_share: float
    seconds: float | None
    quick_share: float
    known: int
    known_right: int
    known_wrong: int

    @property
    def concern(self) -> str:
        """Why somebody should talk to this person, or nothing."""
        many = self.answered >= STAMPED and self.same_share > 100 * STAMPED_SHARE
        if many and self.seconds is not None and self.seconds < STAMPED_SECONDS:
            return "Says “same” to nearly all within seconds"
        if self.known >= KNOWN_ASKED and self.known_wrong > KNOWN_WRONG_SHARE * self.known:
            return "Wrong on pairs whose answer is known"
        return ""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A sample with its labels; `estimate` None until every stratum has one."""

    sample: Sample
    strata: list[dict[str, Any]]
    drawn: int
    labelled: int
    unsure: int
    estimate: Estimate | None


def runs() -> list[RunRow]:
    """The last finished runs, latest first."""
    found = list(ResolutionRun.objects.filter(state=ResolutionRun.State.DONE)[: RUNS + 1])
    before: list[ResolutionRun | None] = [*found[1:], None][: len(found)]
    rows = [
        RunRow(
            run,
            bool(run.report.get("input", {}).get("whole")),
            drift(earlier.report.get("weights", {}), run.report.get("weights", {}))
            if earlier
            else None,
        )
        for run, earlier in zip(found, before, strict=True)
    ]
    return rows[:RUNS]


def drift(before: Mapping[str, int], now: Mapping[str, int]) -> float | None:
    """Population stability index of two histograms of match weight; None where one is empty."""
    one, other = _binned(before), _binned(now)
    if not one or not other:
        return None
    total, all_now = sum(one.values()), sum(other.values())
    index = 0.0
    for bits in {*one, *other}:
        # half a link where there is none: the logarithm stays finite
        p = max(one.get(bits, 0), 0.5) / total
        q = max(other.get(bits, 0), 0.5) / all_now
        index += (q - p) * math.log(q / p)
    return index


def weights(run: ResolutionRun) -> list[Bar]:
    """Links joined by the model, by match weight."""
    binned = _binned(run.report.get("weights", {}))
    return bars({f"{b} to {b + BITS}": n for b, n in sorted(binned.items())})


def _binned(weights: Mapping[str, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for bits, count in weights.items():
        low = int(bits) // BITS * BITS
        found[low] = found.get(low, 0) + count
    return found


def bars(counts: Mapping[str, int]) -> list[Bar]:
    """One bar for each count, the longest of WIDTH."""
    total, most = sum(counts.values()), max(counts.values(), default=0)
    return [
        Bar(label, n, 100 * n / total if total else 0.0, WIDTH * n / most if most else 0.0)
        for label, n in counts.items()
    ]


def blocking() -> tuple[ResolutionRun | None, list[dict[str, Any]]]:
    """The last whole run and its keys: pairs that share one, and how many of these were compared.

    `covered` in percent: the rest are in blocks over the cap, reached by other keys or not at all.
    """
    whole = ResolutionRun.objects.filter(
        state=ResolutionRun.State.DONE, report__input__whole=True
    ).first()
    keys = whole.report.get("blocking", []) if whole else []
    return whole, [
        {
            **key,
            "title": key["name"].replace("_", " ").capitalize(),
            "covered": 100 * (1 - key["dropped_pairs"] / key["pairs"]) if key["pairs"] else 100.0,
        }
        for key in keys
    ]


class _Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def reviewers() -> list[Reviewer]:
    """Everybody who answered a task in DAYS days, most answers first; numbered, not named."""
    known = Q(kind=Task.Kind.KNOWN)
    rows = (
        Task.objects.filter(closed_at__gte=timezone.now() - timedelta(days=DAYS))
        .exclude(answer="")
        .values("claimed_by")
        .annotate(
            answered=Count("pk"),
            same=Count("pk", filter=Q(answer=Verdict.SAME)),
            quick=Count("pk", filter=Q(seconds__lt=STAMPED_SECONDS)),
            median=_Median("seconds"),
            seeded=Count("pk", filter=known),
            right=Count("pk", filter=known & Q(answer=F("known"))),
            unsure=Count("pk", filter=known & Q(answer=Verdict.UNSURE)),
        )
        .order_by("-answered", "claimed_by")
    )
    return [
        Reviewer(
            number=number,
            answered=r["answered"],
            same_share=100 * r["same"] / r["answered"],
            seconds=r["median"],
            quick_share=100 * r["quick"] / r["answered"],
            known=r["seeded"],
            known_right=r["right"],
            known_wrong=r["seeded"] - r["right"] - r["unsure"],
        )
        for number, r in enumerate(rows, 1)
    ]


def samples(most: int = 5) -> list[SampleRow]:
    """The latest samples and what their labels say."""
    return [_sample(one) for one in Sample.objects.select_related("run").order_by("-pk")[:most]]


def _sample(sample: Sample) -> SampleRow:
    found = sampling.counted(sample)
    strata = [
        {
            **drawn,
            "band": _band(drawn["low"], drawn["high"]),
            "labelled": stratum.labelled,
            "same": stratum.same,
            "unsure": unsure,
        }
        for drawn, stratum, unsure in found
    ]
    return SampleRow(
        sample=sample,
        strata=strata,
        drawn=sum(s["drawn"] for s in strata),
        labelled=sum(s["labelled"] for s in strata),
        unsure=sum(s["unsure"] for s in strata),
        estimate=estimate([stratum for _, stratum, _ in found]),
    )


def _band(low: float | None, high: float | None) -> str:
    if low is None:
        return f"below {high:g}"
    return f"{low:g} or more" if high is None else f"{low:g} to {high:g}"
