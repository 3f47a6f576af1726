"""Tables of cases for every parser: what a feed says, and what the record says."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import time_machine

from ingest.spec import FieldSpec
from ingest.standardise import codes, contact, dates, identifiers, names, standardise
from ingest.standardise.addresses import addresses
from ingest.standardise.extract import extract
from ingest.standardise.parsing import Parsed, clean
from tests.ingest.streams import source_of, stream_of

CASES = Path(__file__).parents[3] / "shared/data/formats/hmpps_reference"


def value(expression: pl.Expr, text: str | None) -> Any:
    frame = pl.DataFrame({"t": [text, "other"]}, schema={"t": pl.String})
    return frame.lazy().select(expression.alias("v")).collect()["v"][0]


def outcome(parsed: Parsed, text: str | None) -> tuple[Any, Any, Any]:
    """(value, problem, issue)"""
    nothing = pl.lit(None, dtype=pl.String)
    return (
        value(parsed.value, text),
        value(nothing if parsed.problem is None else parsed.problem, text),
        value(nothing if parsed.issue is None else parsed.issue, text),
    )


T = clean(pl.col("t"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SMITH", "Smith"),
        ("  smith ", "Smith"),
        ("MCDONALD", "McDonald"),
        ("MACDONALD", "Macdonald"),
        ("O'NEILL", "O'Neill"),
        ("o\u2019neill", "O'Neill"),
        ("SMITH - JONES", "Smith-Jones"),
        ("MARY  ANN", "Mary Ann"),
        ("AL-HASSAN", "Al-Hassan"),
        ("de Souza", "de Souza"),
        ("JOSE\u0301", "José"),
        ("ŁUKASZ", "Łukasz"),
        ("KHAN,", "Khan"),
        ("Smi\tth\u200b", "Smi th"),
        ("Ng", "Ng"),
        ("Noname", "Noname"),
        *[
            (junk, None)
            for junk in (
                "UNKNOWN", "N/K", "NK", "NOT KNOWN", "A N OTHER", "a.n.other", "XXX", "-", "?",
                "", "  ", "None", "UNKNOWN MALE", "REFUSED", "tbc", "NOT STATED", "000",
            )
        ],
    ],
)  # fmt: skip
def test_a_name_is_spelled_as_people_write_it(text: str, expected: str | None) -> None:
    assert value(names.spelled(T), text) == expected


@pytest.mark.parametrize(
    ("parser", "text", "given", "surname"),
    [
        ("surname_comma_given", "SMITH, John James", "John James", "Smith"),
        ("surname_comma_given", "SMITH,JOHN", "John", "Smith"),
        ("surname_comma_given", "O'NEILL, MR SEAN", "Sean", "O'Neill"),
        ("surname_comma_given", "SMITH", None, "Smith"),
        ("surname_comma_given", "JOHN SMITH", "John", "Smith"),
        ("surname_comma_given", "UNKNOWN, UNKNOWN", None, None),
        ("surname_comma_given", "SMITH, UNKNOWN", None, "Smith"),
        ("surname_comma_given", ", JOHN", "John", None),
        ("given_surname", "John James Smith", "John James", "Smith"),
        ("given_surname", "MRS MARY SMITH", "Mary", "Smith"),
        ("given_surname", "JAN VAN DER BERG", "Jan", "Van Der Berg"),
        ("given_surname", "Mohammed al Hassan", "Mohammed", "al Hassan"),
        ("given_surname", "BEN SMITH", "Ben", "Smith"),
        ("given_surname", "AL GREEN", "Al", "Green"),
        ("given_surname", "JONNO", None, "Jonno"),
        ("given_surname", "MR", None, None),
        ("given_surname", "Drew Barry", "Drew", "Barry"),
        ("given_surname", "Mrinal Sen", "Mrinal", "Sen"),
        ("given_surname", "A N OTHER", None, None),
    ],
)
def test_a_full_name_is_split(
    parser: str, text: str, given: str | None, surname: str | None
) -> None:
    parts = names.split_full(T, parser)
    assert (value(parts[0], text), value(parts[1], text)) == (given, surname)


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("1990-02-01", (), date(1990, 2, 1)),
        ("01/02/1990", (), date(1990, 2, 1)),
        ("1/2/1990", (), date(1990, 2, 1)),
        ("01-02-1990", (), date(1990, 2, 1)),
        ("1 Feb 1990", (), date(1990, 2, 1)),
        ("1990-02-01 00:00:00", (), date(1990, 2, 1)),
        ("1990-02-01T13:00:00", (), date(1990, 2, 1)),
        ("19900201", (), date(1990, 2, 1)),
        ("01021990", ("%d%m%Y",), date(1990, 2, 1)),
        ("01/02/90", ("%d/%m/%y",), date(1990, 2, 1)),
        ("01/02/35", ("%d/%m/%y",), date(1935, 2, 1)),
        ("01/02/20", ("%d/%m/%y",), date(2020, 2, 1)),
        ("29/02/2000", ("%d/%m/%Y",), date(2000, 2, 29)),
        ("02/01/1990", ("%d/%m/%Y", "%Y-%m-%d"), date(1990, 1, 2)),
        ("2024-06-30T23:30:00Z", ("%Y-%m-%dT%H:%M:%S%z",), date(2024, 7, 1)),
        ("01/01/1900", (), None),
        ("00/00/0000", (), None),
        ("31/12/9999", (), None),
        ("UNKNOWN", (), None),
        ("N/K", (), None),
        ("", (), None),
    ],
)
@time_machine.travel(datetime(2026, 5, 1, tzinfo=UTC), tick=False)
def test_a_date_is_read(text: str, formats: tuple[str, ...], expected: date | None) -> None:
    assert outcome(dates.day(T, formats, birth=True), text) == (expected, None, None)


@pytest.mark.parametrize(
    ("text", "formats", "reason"),
    [
        ("31/02/1990", ("%d/%m/%Y",), "not a date of the form %d/%m/%Y: 99/99/9999"),
        ("29/02/1999", (), "not a date of the form YYYY-MM-DD: 99/99/9999"),
        ("1990-13-01", (), "not a date of the form YYYY-MM-DD: 9999-99-99"),
        ("01/02/90", ("%d/%m/%Y",), "not a date of the form %d/%m/%Y: 99/99/99"),
        ("Smith", (), "not a date of the form YYYY-MM-DD: AAAAA"),
        ("2026-05-02", (), "date of birth in the future"),
        ("1905-12-31", (), "date of birth more than 120 years ago"),
    ],
)
@time_machine.travel(datetime(2026, 5, 1, tzinfo=UTC), tick=False)
def test_an_impossible_date_of_birth_is_a_problem(
    text: str, formats: tuple[str, ...], reason: str
) -> None:
    _, problem, _ = outcome(dates.day(T, formats, birth=True), text)
    assert problem == reason


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("1990", date(1990, 1, 1), "Y"),
        ("00/00/1990", date(1990, 1, 1), "Y"),
        ("1990-00-00", date(1990, 1, 1), "Y"),
        ("1990-05", date(1990, 5, 1), "M"),
        ("05/1990", date(1990, 5, 1), "M"),
        ("00/05/1990", date(1990, 5, 1), "M"),
        ("1990-05-00", date(1990, 5, 1), "M"),
        ("1990-05-17", date(1990, 5, 17), "D"),
        ("17/05/1990", date(1990, 5, 17), "D"),
    ],
)
def test_a_partial_date_has_its_precision(text: str, expected: date, precision: str) -> None:
    parsed, exactness = dates.partial(T)
    assert outcome(parsed, text)[:2] == (expected, None)
    assert value(exactness, text) == precision


@pytest.mark.parametrize("text", ["1990-13", "31/02/1990", "1990-05-32", "2999", "1850", "soon"])
def test_an_impossible_partial_date_is_a_problem(text: str) -> None:
    parsed, _ = dates.partial(T)
    assert outcome(parsed, text)[1] is not None


@pytest.mark.parametrize(
    ("years", "on", "born"),
    [
        (30, date(2024, 12, 1), date(1994, 1, 1)),
        (30, date(2024, 3, 1), date(1993, 1, 1)),
        (0, date(2024, 12, 31), date(2024, 1, 1)),
    ],
)
def test_an_age_gives_the_likelier_year_of_birth(years: int, on: date, born: date) -> None:
    frame = pl.DataFrame({"a": [years], "on": [on]})
    assert frame.select(dates.born_of_age(pl.col("a"), pl.col("on"))).item() == born


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("35", (35, None, None)),
        ("approx 35", (35, None, None)),
        ("35 yrs", (35, None, None)),
        ("N/K", (None, None, None)),
        ("121", (121, "age above 120", None)),
        ("thirties", (None, None, "age not understood")),
    ],
)
def test_an_age_is_read(text: str, expected: tuple[Any, ...]) -> None:
    assert outcome(dates.age(T), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-15T10:30:00Z", datetime(2024, 1, 15, 10, 30, tzinfo=UTC)),
        ("2024-07-15 10:30:00", datetime(2024, 7, 15, 9, 30, tzinfo=UTC)),
        ("2024-07-15T10:30:00+01:00", datetime(2024, 7, 15, 9, 30, tzinfo=UTC)),
        ("15/07/2024 10:30", datetime(2024, 7, 15, 9, 30, tzinfo=UTC)),
        ("2024-07-15", datetime(2024, 7, 14, 23, 0, tzinfo=UTC)),
        ("2024-10-27 01:30", datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),  # happens twice
        ("2024-03-31 01:30", datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),  # does not exist
        ("N/K", None),
    ],
)
def test_a_time_is_the_wall_clock_of_london_unless_it_says_otherwise(
    text: str, expected: datetime | None
) -> None:
    assert outcome(dates.moment(T), text) == (expected, None, None)


def test_an_impossible_time_is_a_problem() -> None:
    assert (
        outcome(dates.moment(T), "31/02/2024 10:30")[1] == "not a date and time: 99/99/9999 99:99"
    )


def test_a_month_is_its_first_day() -> None:
    assert outcome(dates.month(T), "2024-02") == (date(2024, 2, 1), None, None)
    assert outcome(dates.month(T), "2024-02-17") == (date(2024, 2, 1), None, None)
    assert outcome(dates.month(T), "2024-13")[1] == "not a month: 9999-99"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1999/0123456X", "1999/0123456X"),
        ("99/123456X", "1999/0123456X"),
        ("1999/1234567B", "1999/1234567B"),
        ("20/9N", "2020/0000009N"),
        ("2002/0073319Z", "2002/0073319Z"),
        (" 02/73319z ", "2002/0073319Z"),
        ("1974/0000001B", "1974/0000001B"),
        ("2015/1234567Y", "2015/1234567Y"),
        ("N/K", None),
    ],
)
def test_a_pnc_id_has_one_form(text: str, expected: str | None) -> None:
    assert outcome(identifiers.pnc_id(T), text) == (expected, None, None)


def test_a_pnc_id_that_fails_is_left_out_and_noted() -> None:
    expected = (None, None, "PNC ID fails its check")
    assert outcome(identifiers.pnc_id(T), "2002/0073319A") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("097501/98T", "097501/98T"),
        ("123456/85V", "123456/85V"),
        ("65656/91H", "065656/91H"),
        ("sf83/50058z", "SF83/50058Z"),
        ("SF05/482703J", "SF05/482703J"),
    ],
)
def test_a_cro_number_has_one_form(text: str, expected: str) -> None:
    assert outcome(identifiers.cro(T), text) == (expected, None, None)


def test_the_identifier_cases_of_the_prison_service_pass() -> None:
    if not CASES.exists():
        pytest.skip(f"REFERENCE CASES ABSENT: {CASES}")
    text = (CASES / "pnc_cro_identifier_cases.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    checked = 0
    for row in rows:
        parse = {"PNC": identifiers.pnc_id, "CRO": identifiers.cro}[row["identifier"]]
        found = value(parse(T).value, row["input"])
        if row["test"] == "equal":
            other = value(parse(T).value, row["expected"])
            assert (found == other) is (row["outcome"] == "true"), row
        else:
            assert found == (row["expected"] or None), row
        checked += 1
    assert checked == 43


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("07700 900123", "07700900123"),
        ("+44 7700 900123", "07700900123"),
        ("+44 (0)7700 900123", "07700900123"),
        ("0044 7700 900123", "07700900123"),
        ("447700900123", "07700900123"),
        ("7700900123", "07700900123"),
        ("(0121) 496-0123", "01214960123"),
        ("0121 496 0123 ext 45", "01214960123"),
        ("0121.496.0123 x4", "01214960123"),
        ("01543 12345", "0154312345"),
        ("+48 600 123 456", "+48600123456"),
        ("N/K", None),
    ],
)
def test_a_phone_number_has_one_form(text: str, expected: str | None) -> None:
    assert outcome(contact.phone(T), text) == (expected, None, None)


@pytest.mark.parametrize("text", ["12345", "ex directory", "496 0123", "00"])
def test_a_phone_number_that_is_none_is_left_out(text: str) -> None:
    assert outcome(contact.phone(T), text)[:2] == (None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("b219aa", "B21 9AA"),
        ("B21  9AA", "B21 9AA"),
        ("WS1 1AA", "WS1 1AA"),
        ("SW1A 1AA", "SW1A 1AA"),
        ("W1A 0AX", "W1A 0AX"),
        ("M1 1AE", "M1 1AE"),
        ("CR2 6XH", "CR2 6XH"),
        ("DN55 1PT", "DN55 1PT"),
        ("gir0aa", "GIR 0AA"),
    ],
)
def test_a_postcode_has_one_form(text: str, expected: str) -> None:
    assert outcome(contact.postcode(T), text) == (expected, None, None)


@pytest.mark.parametrize("text", ["B21", "4011", "QB1 1AA", "B21 9CA", "1AA B21", "B211 19AA"])
def test_what_is_no_british_postcode_is_left_out_and_noted(text: str) -> None:
    assert outcome(contact.postcode(T), text) == (None, None, "postcode not valid")


def test_emails_and_registrations_have_one_form() -> None:
    assert outcome(contact.email(T), "Ann.Smith@Example.COM") == (
        "ann.smith@example.com",
        None,
        None,
    )
    assert outcome(contact.email(T), "none given")[2] == "email not valid"
    assert outcome(identifiers.vrm(T), "ab12 cde") == ("AB12CDE", None, None)
    assert outcome(identifiers.vrm(T), "AB12-CDE!")[2] == "vehicle registration not valid"


@pytest.mark.parametrize(
    ("line", "house", "street", "town", "postcode"),
    [
        ("14 HIGH STREET, BIRMINGHAM, B21 9AA", "14", "High Street", "Birmingham", "B21 9AA"),
        ("FLAT 2, 14A HIGH ST, LYE B219AA", "Flat 2 14A", "High St", "Lye", "B21 9AA"),
        ("Flat 2 High Street", "Flat 2", "High Street", "", ""),
        ("12-14 Mill Lane, Dudley", "12-14", "Mill Lane", "Dudley", ""),
        ("THE COTTAGE, MILL LANE", "", "The Cottage", "Mill Lane", ""),
        ("B21 9AA", "", "", "", "B21 9AA"),
        ("5 ST JOHN'S RD", "5", "St John's Rd", "", ""),
    ],
)  # fmt: skip
def test_an_address_line_is_split(
    line: str, house: str, street: str, town: str, postcode: str
) -> None:
    (found,) = _addresses({"address": ["A"]}, {"A": [line]})
    assert (found["from"], found["to"]) == (None, None)
    assert tuple(found[k] for k in ("house", "street", "town", "postcode")) == (
        house,
        street,
        town,
        postcode,
    )


@pytest.mark.parametrize("line", ["NFA", "No fixed abode", "N/K", "  ", None])
def test_no_fixed_abode_is_no_address(line: str | None) -> None:
    assert _addresses({"address": ["A"]}, {"A": [line]}) == []


def test_parallel_lists_are_addresses_newest_first() -> None:
    columns: dict[str, list[Any]] = {
        "L": [["1 Old Road", "2 New Road", "3 Mid Road"]],
        "P": [["B21 9AA", None, "nonsense"]],
        "F": [["2001-01-01", "2020-01-01", "2010-01-01"]],
        "T": [["2010-01-01", None, "2020-01-01"]],
    }
    fields = {"address": ["L"], "postcode": ["P"], "address_from": ["F"], "address_to": ["T"]}
    found = _addresses(fields, columns)
    assert [(a["house"], a["postcode"], a["from"], a["to"]) for a in found] == [
        ("2", "", "2020-01-01", None),
        ("3", "", "2010-01-01", "2020-01-01"),
        ("1", "B21 9AA", "2001-01-01", "2010-01-01"),
    ]


def test_warnings_take_the_days_of_their_row() -> None:
    stream = stream_of({
        "markers": {"column": "W", "split": ";", "values": {"VI": "Violent"}},
        "markers_on": {"column": "SET"}, "markers_review_on": {"column": "REVIEW"},
    })  # fmt: skip
    rows = pl.DataFrame({
        "line": [1, 2, 3], "source_ref": ["a", "b", "c"], "W": ['VI;{"X', "VI", None],
        "SET": ["01/02/2016", None, "01/02/2016"], "REVIEW": ["01/02/2031", None, None],
    })  # fmt: skip
    found = standardise(rows, stream, source_of(stream)).rows["markers"]
    days = {"on": "2016-02-01", "review_on": "2031-02-01"}
    assert [json.loads(said) for said in found] == [
        [days | {"code": "VI", "label": "Violent"}, days | {"code": '{"X', "label": '{"X'}],
        [{"code": "VI", "label": "Violent"}],
        [],
    ]


def _addresses(fields: dict[str, list[str]], columns: dict[str, list[Any]]) -> Any:
    stream = stream_of({n: {"column": c[0]} for n, c in fields.items()})
    texts = extract(_frame(columns), stream)
    return json.loads(addresses(texts, stream)["addresses"][0])


def _frame(columns: dict[str, list[Any]]) -> pl.DataFrame:
    texts = [
        pl.Series(n, v, dtype=pl.String) for n, v in columns.items() if not isinstance(v[0], list)
    ]
    lists = [pl.Series(n, v) for n, v in columns.items() if isinstance(v[0], list)]
    return pl.DataFrame([pl.Series("line", [1]), *texts, *lists])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("M", ("M", None, None)),
        ("female", ("F", None, None)),
        ("2", ("F", None, None)),
        ("U", (None, None, None)),
        ("N/K", (None, None, None)),
        ("Q", (None, None, "sex not understood")),
    ],
)
def test_sex_is_m_f_or_empty(text: str, expected: tuple[Any, ...]) -> None:
    assert outcome(codes.sex(T, FieldSpec(column="x")), text) == expected


def test_ethnicities_keep_to_their_lists() -> None:
    field = FieldSpec(column="x", values={"White - Irish": "W2"})
    assert outcome(codes.ethnicity_self(T, field), "white - irish") == ("W2", None, None)
    assert outcome(codes.ethnicity_self(T, field), "a1") == ("A1", None, None)
    assert outcome(codes.ethnicity_self(T, field), "Martian")[0] is None
    assert outcome(codes.ethnicity_observed(T, field), "IC3") == ("3", None, None)
    assert outcome(codes.ethnicity_observed(T, field), "A1")[0] is None


def test_a_role_that_is_not_mapped_is_unclassified_and_noted() -> None:
    field = FieldSpec(column="x", values={"SUS": "suspect"})
    assert outcome(codes.role(T, field), "sus") == ("suspect", None, None)
    assert outcome(codes.role(T, field), "Witness") == ("witness", None, None)
    assert outcome(codes.role(T, field), "BYSTANDER") == ("unclassified", None, "role not mapped")
    assert outcome(codes.role(T, field), None) == ("unclassified", None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("001/01", ("001/01", None)),
        ("1/1", ("001/01", None)),
        ("00101", ("001/01", None)),
        ("999/99", (None, "unknown Home Office offence code 999/99")),
        ("000/00", (None, "unknown Home Office offence code 000/00")),
        ("THEFT", (None, "unknown Home Office offence code THEFT")),
    ],
)
def test_an_offence_code_is_of_the_home_office_list(text: str, expected: tuple[Any, ...]) -> None:
    assert outcome(codes.offence_code(T), text)[:2] == expected


def test_the_offence_list_gives_title_and_category() -> None:
    assert codes.offences().height == 3038
    assert value(codes.of_offence(pl.col("t"), "title"), "001/00") == "Murder"
    expected = "Violence and sexual offences"
    assert value(codes.of_offence(pl.col("t"), "category"), "001/00") == expected


def test_a_number_keeps_its_bounds() -> None:
    parsed = codes.number(T, pl.Float64, -90, 90)
    assert outcome(parsed, "52.5") == (52.5, None, None)
    assert outcome(parsed, "91")[1] == "not a number from -90 to 90"
    assert outcome(parsed, "north")[1] == "not a number from -90 to 90"
