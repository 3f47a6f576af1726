"""Look-alikes alone are seldom called strong, and those to be found nearly always: no server."""

from tests.relevance import alone, judged


def test_the_aims_hold_for_the_fresh_lines() -> None:
    found = alone.strong(judged.lines("fresh"))
    assert found["true"] >= 0.85
    assert found["alone"] <= 0.06
