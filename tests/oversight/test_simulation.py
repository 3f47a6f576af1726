"""A small force over some days: every planted misuse is found, the honest stay quiet (H1, H7).

The full size (7,000 officers, a month, a quarter) runs in `make bench-oversight`.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from audit.oversight.rules import RULES
from tests.oversight.simulation import days
from tests.oversight.simulation.population import Size

pytestmark = pytest.mark.django_db(transaction=True)
SINCE = date(2026, 9, 7)  # a Monday


def test_every_planted_misuse_is_found_and_honest_officers_raise_few_alerts(
    owner_connection: Any,
) -> None:
    size = Size(officers=420, people=3_360)
    found = days.month(owner_connection, size, SINCE, 6)
    assert set(found.planted) == set(RULES)
    assert days.missed(found.planted) == []
    told = days.alerts_by_rule(6)
    assert found.events > 3_000
    honest = told["alerts"] - len(found.planted)
    assert honest / 6 <= 20 * size.officers / 7_000 + 3, told


@pytest.mark.slow
def test_in_a_quarter_everybody_active_is_drawn_and_nobody_reviews_themselves(
    owner_connection: Any,
) -> None:
    size = Size(officers=180, people=960)
    days.quarter(owner_connection, size, SINCE, 90)
    told = days.coverage(SINCE + timedelta(days=89))
    assert told["active"] > 150
    assert told["sampled"] == told["active"], told
    assert told["longest_wait_days"] <= days.QUARTER
    assert (told["reviews_themselves"], told["reciprocal_pairs"]) == (0, 0)
    assert told["without_reviewer"] == 0
