"""Verdicts on weeks: false alarms by simulation, years of 53 weeks, what is recorded late."""

from datetime import date, timedelta

import numpy as np
import pytest

from crime.trends import lateness, usual
from crime.trends.steps import WEEK, Step
from crime.trends.verdicts import Verdict, among_many, judge, sentence

FIRST = date(2021, 1, 4)


def series(
    rng: np.random.Generator, weeks: int, level: float, phi: float, swing: float = 0.15
) -> list[int]:
    """Counts that vary phi times as much as by chance, with a season that begins anywhere."""
    at = np.arange(weeks) + rng.integers(52)
    mean = level * (1 + swing * np.sin(2 * np.pi * at / 52.18))
    return [int(n) for n in rng.poisson(rng.gamma(mean / (phi - 1), phi - 1))]


@pytest.mark.parametrize("weeks", [40, 157, 262])
@pytest.mark.parametrize(("level", "phi"), [(40, 1.5), (200, 3), (2_000, 2), (2_000, 10)])
def test_what_does_not_change_is_called_unusual_at_most_once_in_fifty(
    weeks: int, level: float, phi: float
) -> None:
    rng, runs = np.random.default_rng(20_262), 600
    judged = [judge(Step.WEEK, FIRST, series(rng, weeks, level, phi)) for _ in range(runs)]
    assert sum(one.verdict.is_unusual for one in judged) / runs <= 0.02
    # among all of them, as the table by offence has them, next to nothing is named
    assert sum(among_many(judged)) <= 2


@pytest.mark.parametrize("weeks", [40, 157, 262])
def test_what_nearly_doubles_is_called_unusual(weeks: int) -> None:
    rng, runs = np.random.default_rng(7), 200
    called = 0
    for _ in range(runs):
        counts = series(rng, weeks, 200, 3)
        counts[-1] = int(counts[-1] * 1.9)
        called += judge(Step.WEEK, FIRST, counts).verdict is Verdict.HIGH
    assert called / runs >= 0.9


def test_a_slow_rise_is_told_from_the_years_before() -> None:
    rng = np.random.default_rng(5)
    told = 0
    for _ in range(50):
        counts = series(rng, 262, 400, 2)
        counts[-14:] = [int(n * 1.12) for n in counts[-14:]]
        told += judge(Step.WEEK, FIRST, counts).verdict in (Verdict.RISING, Verdict.HIGH)
    assert told >= 35


def test_a_week_that_is_always_high_is_usual_for_its_season() -> None:
    """The 50th of each of five years is twice as high, with a year of 53 weeks among them."""
    rng = np.random.default_rng(3)
    weeks = Step.WEEK.following(date(2016, 1, 4), 52 * 5)
    assert any(one.isocalendar().week == 53 for one in Step.WEEK.following(weeks[0], 300))
    mean = [600 if Step.WEEK.season(one) == 50 else 300 for one in weeks]
    end = max(at for at, one in enumerate(weeks) if Step.WEEK.season(one) == 50)
    counts = [int(n) for n in rng.poisson(mean)][: end + 1]
    assert judge(Step.WEEK, weeks[0], counts).verdict is Verdict.USUAL
    # and as high a week elsewhere in the year is not
    assert judge(Step.WEEK, weeks[0], [*counts[:-9], 600]).verdict is Verdict.HIGH


def test_the_53rd_week_is_compared_with_the_last_weeks_of_other_years() -> None:
    last = date(2026, 12, 28)  # begins week 53 of 2026
    assert last.isocalendar()[:2] == (2026, 53)
    assert Step.WEEK.season(last) == Step.WEEK.season(last - WEEK) == 52
    assert Step.WEEK.year_before(last) is None
    assert Step.WEEK.year_before(last + WEEK) == date(2025, 12, 29)  # both are week 1
    periods = Step.WEEK.following(last - 208 * WEEK, 209)
    counts = [90 if Step.WEEK.season(one) == 52 else 300 for one in periods]
    found = usual.of(Step.WEEK, periods, counts, [7.0] * len(periods))
    assert found.limits.expected[-1] == pytest.approx(90, rel=0.05)
    assert judge(Step.WEEK, periods[0], counts).verdict is Verdict.USUAL


def test_few_crimes_and_short_series_are_not_judged() -> None:
    assert judge(Step.WEEK, FIRST, [5] * 60 + [15]).verdict is Verdict.TOO_FEW
    assert judge(Step.WEEK, FIRST, [500] * 26).verdict is Verdict.NO_BASELINE
    new = FIRST + 30 * WEEK
    assert judge(Step.WEEK, FIRST, [200] * 30 + [400] * 10, new).verdict is Verdict.TOO_FEW
    counts = [200] * 30 + [400, 380, 410] * 12
    assert judge(Step.WEEK, FIRST, counts, new) == judge(Step.WEEK, new, counts[30:])


def test_a_week_of_which_a_part_is_recorded_is_judged_by_that_part() -> None:
    rng = np.random.default_rng(9)
    counts = [int(n) for n in rng.poisson(500, 60)]
    counts[-1] = 400
    shares = [1.0] * 59 + [0.8]
    assert judge(Step.WEEK, FIRST, counts).verdict is Verdict.LOW
    assert judge(Step.WEEK, FIRST, counts, shares=shares).verdict is Verdict.USUAL


def test_how_much_of_a_week_is_recorded_follows_from_how_late_crimes_were() -> None:
    """A tenth is reported each day: of a week seven days old, eight tenths on average."""
    days = [{"key": float(day), "doc_count": 100} for day in range(10)]
    quarters = [
        {"key_as_string": "2024-01-01", "days": {"buckets": days}},
        # of this one not everything is known by the end: it says nothing
        {"key_as_string": "2024-07-01", "days": {"buckets": [{"key": 0.0, "doc_count": 9_999}]}},
    ]
    answer = {"quarters": {"buckets": quarters}}
    end = date(2024, 10, 6)  # a Sunday
    weeks = Step.WEEK.following(date(2024, 9, 2), 5)
    shares = lateness.shares(answer, weeks, end)
    # the week that ended that day: its Sunday is known to a tenth, its Monday to seven
    assert shares == pytest.approx((1.0, 1.0, 1.0, (0.8 + 0.9 + 1.0 * 5) / 7, 0.4))
    assert lateness.too_new(shares) == 1
    assert lateness.shares({"quarters": {"buckets": quarters[1:]}}, weeks, end) == ()
    assert lateness.too_new(()) == 0
    assert lateness.too_new((0.1,) * 20) == lateness.MOST_WEEKS


def test_weeks_begin_on_monday_and_are_named_by_their_days() -> None:
    assert Step.WEEK.begin(date(2024, 12, 29)) == date(2024, 12, 23)
    assert Step.WEEK.words(date(2024, 12, 30)) == "30 December 2024 to 5 January 2025"
    assert Step.WEEK.words(date(2024, 9, 30)) == "30 September to 6 October 2024"
    assert Step.WEEK.words(date(2024, 11, 18)) == "18 to 24 November 2024"
    whole = Step.WEEK.following(date(2024, 11, 20), 3)
    assert [one.weekday() for one in whole] == [0, 0, 0]
    assert Step.WEEK.within(whole[0], whole[2] + timedelta(days=6)) == 3
    judged = judge(Step.WEEK, FIRST, [100] * 60)
    assert "in the same week last year" in sentence(judged, 90, "crimes", Step.WEEK)
