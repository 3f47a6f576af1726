"""Small numbers cannot be read, nor worked out from the rest."""

import itertools

import pytest

from gangs import suppression
from gangs.suppression import HIDDEN, HIDDEN_TOO, LEAST


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([0, 7], ["0", "7"]),
        ([1, 7, 9], [HIDDEN, HIDDEN_TOO, "9"]),
        ([4, 3, 9], [HIDDEN, HIDDEN, "9"]),
        ([1, 1, 9, 20], [HIDDEN, HIDDEN, HIDDEN_TOO, "20"]),
        ([2], [HIDDEN]),
        ([], []),
    ],
)
def test_f9_f10_what_is_shown(numbers: list[int], words: list[str]) -> None:
    """F9, F10: a table of cases."""
    named = {str(place): n for place, n in enumerate(numbers)}
    assert list(suppression.together(named).values()) == words


def test_f9_f10_nobody_who_knows_the_sum_can_work_a_small_number_out() -> None:
    """F9, F10: every column of up to four numbers: what is hidden has another solution."""
    for size in (2, 3, 4):
        for numbers in itertools.product((0, 1, 2, 4, 5, 6, 9), repeat=size):
            named = {str(place): n for place, n in enumerate(numbers)}
            words = suppression.together(named)
            hidden = [n for name, n in named.items() if words[name] in (HIDDEN, HIDDEN_TOO)]
            small = [n for n in hidden if n < LEAST]
            if small and len(hidden) < sum(n > 0 for n in numbers):
                assert len(hidden) > 1, numbers
                assert sum(hidden) >= LEAST, numbers


def test_the_share_of_a_hidden_number_is_not_said() -> None:
    """F9: nor what it is of the whole."""
    assert suppression.share(HIDDEN, 3, 100) == suppression.share(HIDDEN_TOO, 30, 100) == ""
    assert suppression.share("30", 30, 100) == "30%"
