"""Verdicts on series of counts: limits against a published table, false alarms by simulation."""

import csv
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crime.trends.chart import Marks, drawn
from crime.trends.limits import laney, seasonal
from crime.trends.rounding import released
from crime.trends.steps import days_in, following
from crime.trends.verdicts import Judged, Verdict, among_many, of_months, sentence
from tests.shared_data import SHARED, needs

WEST_MIDLANDS = "police_uk", "wm_monthly_counts_by_crime_type_2016.csv"
# sigma z, and the months outside of the limits of a plain u chart and of Laney's (crime.md 1.2)
PUBLISHED = {
    "Anti-social behaviour": (5.86, 11, 0),
    "Vehicle crime": (2.36, 10, 3),
    "Burglary": (2.87, 7, 1),
    "Violence and sexual offences": (1.92, 6, 0),
    "Robbery": (1.23, 1, 1),
}
FIRST = date(2021, 1, 1)


@needs(*WEST_MIDLANDS)
@pytest.mark.parametrize("kind", PUBLISHED)
def test_limits_of_west_midlands_2016(kind: str) -> None:
    with SHARED.joinpath(*WEST_MIDLANDS).open(newline="") as file:
        counts = [int(row[kind]) for row in csv.DictReader(file)]
    days = [days_in(month) for month in following(date(2016, 1, 1), 12)]
    limits = laney(counts, days, slice(None))
    plain = 3 * np.sqrt(limits.expected)
    gap = np.abs(np.array(counts) - limits.expected)
    outside = (np.array(counts) > limits.high) | (np.array(counts) < limits.low)
    found = round(limits.spread, 2), int((gap > plain).sum()), int(outside.sum())
    assert found == PUBLISHED[kind]


def series(rng: np.random.Generator, months: int, level: float, phi: float) -> list[int]:
    """Counts that vary phi times as much as by chance, with a season of 15 %; nothing changes."""
    season = 1 + 0.15 * np.sin(2 * np.pi * np.arange(months) / 12)
    mean = level * season
    shape = mean / (phi - 1)
    return [int(n) for n in rng.poisson(rng.gamma(shape, phi - 1))]


@pytest.mark.parametrize("months", [25, 37, 61])
@pytest.mark.parametrize(("level", "phi"), [(40, 1.5), (200, 3), (2_000, 10)])
def test_what_does_not_change_is_called_unusual_at_most_once_in_fifty(
    months: int, level: float, phi: float
) -> None:
    rng, runs = np.random.default_rng(20_261), 1_500
    called = sum(
        of_months(FIRST, series(rng, months, level, phi)).verdict.is_unusual for _ in range(runs)
    )
    assert called / runs <= 0.02


@pytest.mark.parametrize("months", [25, 61])
def test_what_nearly_doubles_is_called_unusual(months: int) -> None:
    rng, runs = np.random.default_rng(7), 300
    called = 0
    for _ in range(runs):
        counts = series(rng, months, 200, 3)
        counts[-1] = int(counts[-1] * 1.9)
        called += of_months(FIRST, counts).verdict is Verdict.HIGH
    assert called / runs >= 0.9


def test_few_crimes_and_short_series_are_not_judged() -> None:
    assert of_months(FIRST, [5] * 24 + [15]).verdict is Verdict.TOO_FEW
    assert of_months(FIRST, [500] * 12).verdict is Verdict.NO_BASELINE
    assert of_months(FIRST, [500] * 12).range == ""


def test_the_judged_month_is_not_in_its_own_baseline() -> None:
    before = [200, 210, 190, 205, 195, 200, 208, 192, 201, 199, 207, 193] * 2
    assert of_months(FIRST, [*before, 210]).low == of_months(FIRST, [*before, 900]).low


def test_with_a_change_in_recording_a_new_baseline_begins() -> None:
    old, new = [200] * 30, [300, 306, 294] * 5
    assert of_months(FIRST, [*old, 300]).verdict is Verdict.HIGH  # the recording's doing
    begin = following(FIRST, 31)[-1]
    judged = of_months(FIRST, [*old, *new], begin)
    assert judged == of_months(begin, new)
    assert (judged.verdict, judged.by) == (Verdict.USUAL, "the 14 months before")
    assert of_months(FIRST, [*old, *new, 500], begin).verdict is Verdict.HIGH
    for months in (0, 1, 12):
        few = of_months(FIRST, [*old, *new[:months]], following(FIRST, 31)[-1])
        assert (few.verdict, few.range) == (Verdict.TOO_FEW, "")
        assert not among_many([few])[0]


def test_the_range_and_the_mean_are_drawn_from_the_change_on() -> None:
    months, counts = following(FIRST, 30), [100] * 14 + [200] * 16
    marks = Marks(begin=months[14], mean=12)
    shown = drawn(months, counts, (180, 220), marks=marks)
    at = shown.line.split()[14].partition(",")[0]
    assert shown.band.startswith(f"M{at} ")
    heights = {point.partition(",")[2] for point in shown.mean.split()}
    assert heights == {shown.line.split()[-1].partition(",")[2]}  # 200, and nothing of before
    assert len(shown.mean.split()) == 5
    assert len(drawn(months, counts, marks=Marks(mean=12)).mean.split()) == 19
    assert not drawn(months[:12], counts[:12], marks=Marks(mean=12)).mean


def test_a_short_month_is_expected_to_have_fewer() -> None:
    limits = laney([310, 280, 310], [31, 28, 31], slice(None))
    assert list(limits.expected) == [310, 280, 310]


def test_a_month_that_is_always_high_is_usual_for_its_season() -> None:
    rng = np.random.default_rng(3)
    year = np.array([1.0] * 9 + [2.0] + [1.0] * 2)  # every October twice as many
    counts = [int(n) for n in rng.poisson(200 * np.tile(year, 6)[: 5 * 12 + 10])]
    assert of_months(FIRST, counts).verdict is Verdict.USUAL
    with pytest.raises(ValueError, match="3 full years"):
        seasonal(counts[:30], [30] * 30, [1] * 30)


def test_a_slow_rise_is_told_from_the_years_before() -> None:
    rng = np.random.default_rng(5)
    told = 0
    for _ in range(100):
        counts = series(rng, 61, 400, 2)
        counts[-8:] = [int(n * 1.12) for n in counts[-8:]]
        told += of_months(FIRST, counts).verdict in (Verdict.RISING, Verdict.HIGH)
    assert told >= 60


def test_of_many_quiet_series_none_is_named() -> None:
    rng = np.random.default_rng(11)
    judged = [of_months(FIRST, series(rng, 25, 200, 3)) for _ in range(400)]
    assert sum(among_many(judged)) <= 1
    odd = Judged(Verdict.HIGH, 900, 150, 250, "", 1e-12)
    assert among_many([*judged, odd])[-1]
    assert among_many([Judged(Verdict.TOO_FEW, 3, 0, 9, "", 1e-9)]) == [False]


def test_the_sentence_says_the_number_first_and_no_percentage_of_few() -> None:
    usual = Judged(Verdict.USUAL, 412, 355, 470, "", 0.6)
    assert sentence(usual, 400, "robberies") == (
        "412 robberies, 12 (3%) more than in the same month last year: no real change. "
        "Usual is 355 to 470."
    )
    few = Judged(Verdict.TOO_FEW, 12, 0, 20, "", 0.6)
    assert "%" not in sentence(few, 8, "robberies")
    assert "as many as" in sentence(few, 12, "robberies")
    assert sentence(Judged(Verdict.NO_BASELINE, 7, None, None, "", None), None, "thefts") == (
        "7 thefts: no baseline yet."
    )


@given(st.lists(st.integers(0, 40), min_size=2, max_size=24))
def test_rounded_figures_give_no_small_number_back(counts: list[int]) -> None:
    """A whole less its parts, all released, says no more than a multiple of five."""
    total = released(sum(counts))
    for place, hidden in enumerate(counts):
        others = sum(released(n) for at, n in enumerate(counts) if at != place)
        assert (total - others) % 5 == 0
        assert abs(released(hidden) - hidden) <= 2
