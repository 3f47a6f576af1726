"""Identifiers in their official shapes. All numbers are invented; check letters are right.

Rules: NPCC/PDS POLE Data Standards Dictionary DS_071, DS_072 (CRO and PNC check letter), DS_065.
"""

from typing import Final

import numpy as np
import polars as pl

from ingest.generator.reference import Ints

CHECK_LETTERS: Final = np.array(list("ZABCDEFGHJKLMNPQRTUVWXY"))
PLATE_LETTERS: Final = np.array(list("ABCDEFGHJKLMNOPRSTUVWXYZ"))  # DVLA: never I or Q
AREA_CODES: Final = {"B": "0121", "CV": "02476", "WV": "01902", "WS": "01922", "DY": "01384"}


def digits(values: Ints, width: int) -> pl.Series:
    """Non-negative numbers as text, padded with zeros to `width`."""
    return pl.Series(values).cast(pl.String).str.zfill(width)


def year_of(days: Ints) -> Ints:
    """Calendar year of days since 1970-01-01."""
    years: Ints = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return years


def spread(numbers: Ints, prime: int, factor: int) -> Ints:
    """Distinct numbers below `prime`, scattered; distinct results (while input < prime)."""
    scattered: Ints = (numbers * factor + 7_919) % prime
    return scattered


def pnc_parts(person: Ints, first_arrest: Ints) -> tuple[Ints, Ints]:
    """(year, serial) of each person's PNC ID; distinct for up to two million people."""
    return year_of(first_arrest), spread(person, 1_999_993, 1_740_077) + 1


def pnc_long(year: Ints, serial: Ints) -> pl.Series:
    """`YYYY/NNNNNNND`."""
    return digits(year, 4) + "/" + digits(serial, 7) + _check(year % 100 * 10_000_000 + serial)


def pnc_short(year: Ints, serial: Ints) -> pl.Series:
    """`YY/N…D` without leading zeros."""
    letter = _check(year % 100 * 10_000_000 + serial)
    return digits(year % 100, 2) + "/" + digits(serial, 1) + letter


def cro(person: Ints, first_arrest: Ints) -> pl.Series:
    """`NNNNNN/YYD`."""
    serial = spread(person, 999_983, 104_729) + 1
    year = year_of(first_arrest) % 100
    return digits(serial, 6) + "/" + digits(year, 2) + _check(year * 1_000_000 + serial)


def mobile(number: Ints) -> pl.Series:
    """`07` and nine digits, one per `number`; synthetic, not numbers known to be in use."""
    return "07" + digits(400_000_000 + spread(number, 499_999_993, 104_395_301), 9)


def landline(household: Ints, district: pl.Series) -> pl.Series:
    """Eleven digits with the area code of the postcode district."""
    area = district.str.extract(r"^([A-Z]+)").replace_strict(AREA_CODES, default="0121")
    local = digits(2_000_000 + spread(household, 5_999_993, 1_299_709), 7)
    wanted = 11 - area.str.len_chars()
    frame = pl.DataFrame({"area": area, "local": local, "n": wanted})
    return frame.select(pl.col("area") + pl.col("local").str.tail(pl.col("n"))).to_series()


def vehicle(number: Ints, year: int) -> pl.Series:
    """Registrations of Birmingham in the current style, `BX12ABC`; `year` is today's."""
    code = spread(number, 191_102_971, 67_867_967)
    letters = [PLATE_LETTERS[code // 24**place % 24] for place in range(4)]
    age = code // 24**4 % (year - 2002) + 2
    half = np.where(code % 2 == 0, age, age + 50)
    text = pl.Series(letters[0]) + digits(half, 2)
    return "B" + text + pl.Series(letters[1]) + pl.Series(letters[2]) + pl.Series(letters[3])


def _check(number: Ints) -> pl.Series:
    return pl.Series(CHECK_LETTERS[number % 23])
