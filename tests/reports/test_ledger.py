"""Rounded tables against somebody who subtracts, and who reasons with bounds."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import linprog

from crime.trends.rounding import released
from wmp_search.reports.ledger import Cut, gives_away
from wmp_search.reports.periods import Days

YEAR = [date(2024, month, 1) for month in range(1, 13)]
KINDS, AREAS = ("Arson", "Burglary", "Theft"), ("Dudley", "Walsall")
Cells = dict[tuple[date, str, str], int]


def town(seed: int) -> Cells:
    """Counts of a year, most of them small."""
    random = np.random.default_rng(seed)
    rates = dict(zip(KINDS, (0.6, 3, 9), strict=True))
    return {
        (month, kind, area): int(random.poisson(rates[kind]))
        for month, kind, area in product(YEAR, KINDS, AREAS)
    }


def days(first: date, months: int) -> Days:
    return Days(first, Days(first, first).with_before(-months).first)


def cut(cells: Cells, span: Days, by: tuple[str, ...], category: str | None = None) -> Cut:
    """The table as `release` would round it."""
    values = {
        "month": [m.isoformat() for m in span.months()],
        "category": [*KINDS],
        "authority": [*AREAS],
    }
    names = ("month", "category", "authority")
    inside = {
        (m.isoformat(), k, a): n
        for (m, k, a), n in cells.items()
        if m in span.months() and category in (None, k)
    }
    figures = {
        key: released(
            sum(
                n
                for cell, n in inside.items()
                if all(cell[names.index(b)] == v for b, v in zip(by, key, strict=True))
            )
        )
        for key in product(*(values[b] for b in by))
    }
    months = {m.isoformat(): days(m, 1) for m in span.months()}
    total = released(sum(inside.values()))
    return Cut(span, category, None, by, figures, total, months)


def every_cut(cells: Cells) -> Iterator[Cut]:
    """Everything that the release page offers of a year without a filter, and by offence."""
    spans = [days(YEAR[0], 12), *(days(YEAR[at], 3) for at in (0, 3, 6, 9))]
    spans += [days(month, 1) for month in YEAR]
    dims = ("month", "category", "authority")
    for span in spans:
        for by in ((), *((d,) for d in dims), *combinations(dims, 2)):
            yield cut(cells, span, by)
        for kind in KINDS:
            yield cut(cells, span, ("month", "authority"), kind)


def issued(cells: Cells) -> list[Cut]:
    """What the ledger lets out of all that could be asked for."""
    out: list[Cut] = []
    for one in every_cut(cells):
        if not gives_away([*out, one]):
            out.append(one)
    return out


def known_exactly(cells: Cells, cuts: list[Cut]) -> list[tuple[date, str, str]]:
    """An attacker with linear programming: atoms from 1 to 4 of which the tables leave one value.

    Knows the rounding, every table and that counts are whole; nothing of the ledger's reasoning.
    """
    atoms = list(cells)
    rows, limits = [], []
    for one in cuts:
        named = [(dict(zip(one.by, key, strict=True)), n) for key, n in one.figures.items()]
        for given, figure in [({}, one.total), *named]:
            row = [float(_in(one, given, atom)) for atom in atoms]
            rows += [row, [-v for v in row]]
            limits += [figure + 2.0, -(figure - 2.0)]
    matrix, right = np.array(rows), np.array(limits)
    found = []
    for place, atom in enumerate(atoms):
        if not 1 <= cells[atom] <= 4:
            continue
        goal = np.zeros(len(atoms))
        goal[place] = 1
        ends = []
        for sign in (1, -1):
            answer = linprog(sign * goal, matrix, right, bounds=(0, None), method="highs")
            assert answer.success
            ends.append(sign * answer.fun)
        if np.floor(ends[1] + 1e-6) == np.ceil(ends[0] - 1e-6):
            found.append(atom)
    return found


def _in(one: Cut, given: dict[str, str], atom: tuple[date, str, str]) -> bool:
    month, kind, area = atom
    return (
        month in one.days.months()
        and one.category in (None, kind)
        and given.get("month", month.isoformat()) == month.isoformat()
        and given.get("category", kind) == kind
        and given.get("authority", area) == area
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_no_difference_of_two_issued_figures_is_a_small_count(seed: int) -> None:
    cuts = issued(town(seed))
    figures = {n for one in cuts for n in (*one.figures.values(), one.total)}
    assert len(cuts) > 20
    assert not {abs(a - b) for a in figures for b in figures} & {1, 2, 3, 4}


def test_linear_programming_over_all_issued_tables_recovers_no_small_cell() -> None:
    cells = town(3)
    cuts = issued(cells)
    small = sum(1 <= n <= 4 for n in cells.values())
    assert small > 30
    assert known_exactly(cells, cuts) == []


def test_a_total_that_would_tell_its_parts_is_refused() -> None:
    """Twelve months rounded to 0 hold 0 to 2 each: a year of 25 (23 at least) leaves no room."""
    cells = dict.fromkeys(product(YEAR, KINDS, AREAS), 0)
    cells |= {(month, "Arson", "Dudley"): 2 for month in YEAR}
    months = cut(cells, days(YEAR[0], 12), ("month",), "Arson")
    assert set(months.figures.values()) == {0}
    assert months.total == 25
    assert gives_away([months]) == []  # 23 or 24: one of them may be 1
    cells[YEAR[0], "Theft", "Dudley"] = 4
    both = cut(cells, days(YEAR[0], 12), ("month",))
    assert gives_away([months, both]) == []
    told = Cut(
        months.days,
        None,
        None,
        ("month",),
        dict.fromkeys(months.figures, 0),
        26,  # no multiple of five, so that the least is 24
        months.months,
    )
    assert len(gives_away([told])) == 12
