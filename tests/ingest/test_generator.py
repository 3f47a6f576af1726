"""The eleven generated feeds: their formats by other readers, their truth, their counts."""

import csv
import datetime as dt
import io
import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
from django.core.management import CommandError, call_command
from lxml import etree

from ingest import readers, rows
from ingest.generator import households, identifiers, lexicon, make, places
from ingest.generator.feeds import FEEDS, pnc
from ingest.generator.reference import table
from ingest.spec import Source, Stream, load_specs
from ingest.standardise import standardise

SOURCES = load_specs([Path(make.__file__).parents[1] / "sources"])
TODAY = dt.date(2026, 1, 15)
CASE = "{urn:example:offender-management:case}"
PERSON = "{urn:example:offender-management:person}"


def _make(out: Path, people: int, seed: int = 1) -> Path:
    make.make(make.Order(people, seed, out, TODAY))
    return out


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Feeds of 2,000 people, made in three chunks."""
    out = tmp_path_factory.mktemp("feeds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "CHUNK", 700)
        return _make(out, 2_000)


def _csv(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[dict[str, str]]:
    text = io.StringIO(path.read_bytes().decode(encoding), newline="")
    return list(csv.DictReader(text, delimiter=delimiter))


def _sheet(path: Path) -> list[dict[str, str | None]]:
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        heading, *body = book["Incidents"].iter_rows(values_only=True)
    return [dict(zip(map(str, heading), line, strict=True)) for line in body]  # type: ignore[arg-type]


def _read(feeds: Path) -> dict[tuple[str, str], list[str | None]]:
    """(system, person stream) -> the references of its rows, by readers that are not ours."""
    om = etree.parse(feeds / "offender_management" / "offenders.xml").findall(f".//{CASE}Case")
    missing = json.loads((feeds / "missing_persons" / "missing.json").read_text())["reports"]
    reports = (feeds / "intelligence" / "intelligence.jsonl").read_text().splitlines()
    custody = _csv(next((feeds / "custody").glob("*.txt")), "cp1252", "|")
    incidents = _csv(feeds / "incidents" / "incidents.csv")
    abuse = _sheet(feeds / "domestic_abuse" / "domestic_abuse.xlsx")
    lines = (feeds / "pnc" / "pnc_extract.dat").read_text(encoding="ascii").splitlines()
    with closing(sqlite3.connect(feeds / "firearms" / "firearms.sqlite")) as database:
        holders = database.execute("SELECT certificate_no FROM certificate_holders").fetchall()
    return {
        ("crime_recording", "nominals"): [
            r["NOMINAL_REF"] for r in _csv(feeds / "crime_recording" / "nominals.csv")
        ],
        ("custody", "detainees"): [_joined(r["CUSTODY_NO"], r["SEQ"]) for r in custody],
        ("intelligence", "reports"): [json.loads(line)["ref"] for line in reports],
        ("incidents", "people"): [_joined(r["INCIDENT_NO"], r["PERSON_SEQ"]) for r in incidents],
        ("stop_search", "searches"): [
            r["Search reference"] for r in _csv(feeds / "stop_search" / "stop_search.csv")
        ],
        ("pnc", "subjects"): [line[:21].strip() for line in lines],
        ("offender_management", "cases"): [c.findtext(f"{CASE}CaseReference") for c in om],
        ("missing_persons", "reports"): [r["report_no"] for r in missing],
        ("domestic_abuse", "victims"): [r["VICTIM_REF"] for r in abuse],
        ("domestic_abuse", "perpetrators"): [r["PERP_REF"] for r in abuse if r["PERP_SURNAME"]],
        ("firearms", "holders"): [number for (number,) in holders],
        ("gangs", "members"): [r["MEMBERSHIP_NO"] for r in _csv(feeds / "gangs/memberships.csv")],
    }


def _joined(first: str, second: str) -> str:
    return f"{first}/{second}" if first else ""


def _truth(feeds: Path) -> pl.DataFrame:
    return pl.read_csv(feeds / "truth.csv", infer_schema=False)


def _counts(feeds: Path) -> make.Counts:
    counts: make.Counts = json.loads((feeds / "expected_counts.json").read_text())
    return counts


def test_every_system_has_its_feed_its_source_file_and_its_counts(feeds: Path) -> None:
    folders = {path.name for path in feeds.iterdir() if path.is_dir()}
    streams = {name: {s.name for s in source.streams} for name, source in SOURCES.items()}
    assert folders <= set(SOURCES)
    assert len(folders) == 11
    assert {n: set(c) for n, c in _counts(feeds).items()} == {n: streams[n] for n in folders}


def test_other_readers_find_the_expected_number_of_rows(feeds: Path) -> None:
    counts = _counts(feeds)
    for (system, stream), found in _read(feeds).items():
        expected = counts[system][stream]
        assert len(found) == expected["rows"] - expected["skipped"], (system, stream)


def test_every_row_is_accepted_rejected_or_skipped_and_some_are_rejected(feeds: Path) -> None:
    for system, streams in _counts(feeds).items():
        for count in streams.values():
            assert count["rows"] == count["accepted"] + count["rejected"] + count["skipped"]
        assert sum(count["rejected"] for count in streams.values()) >= 1, system


def test_every_acceptable_person_row_has_one_truth_and_no_other_row_has(feeds: Path) -> None:
    truth = _truth(feeds)
    assert truth.select("system", "source_ref").is_unique().all()
    known = set(truth.select("system", "source_ref").rows())
    written = {(system, ref) for (system, _), refs in _read(feeds).items() for ref in refs if ref}
    counts = _counts(feeds)
    accepted = {
        system: sum(
            counts[system][stream]["accepted"] for s, stream in _read(feeds) if s == system
        )
        for system in counts
    }
    assert known <= written
    assert Counter(system for system, _ in known) == accepted


@pytest.mark.parametrize("system", [feed.system for feed in FEEDS])
def test_the_source_file_reads_its_feed_as_the_counts_say(system: str, feeds: Path) -> None:
    for stream in SOURCES[system].streams:
        assert _through(SOURCES[system], stream, feeds) == _counts(feeds)[system][stream.name]


def _through(source: Source, stream: Stream, feeds: Path) -> dict[str, int]:
    """What reader and standardiser make of a stream, without a database."""
    counts = dict.fromkeys(("rows", "accepted", "rejected", "skipped"), 0)
    if stream.format == "database":
        url = str(stream.options.url).replace("{feeds}", str(feeds))
        options = stream.options.model_copy(update={"url": url})
        stream, path = stream.model_copy(update={"options": options}), feeds
    else:
        (path,) = (feeds / source.system).glob(stream.path)
    for chunk in readers.read(stream, path):
        frame = chunk.frame
        asked = frame.filter(pl.col(stream.when).fill_null("") != "") if stream.when else frame
        ref = rows.references(asked, stream, rows.sha256(rows.raw_json(asked)))
        keyed = asked.with_columns(source_ref=ref).filter(pl.col("source_ref").is_not_null())
        accepted = standardise(keyed, stream, source).rows.height if keyed.height else 0
        counts["rows"] += frame.height + chunk.malformed.height
        counts["accepted"] += accepted
        counts["rejected"] += asked.height - accepted + chunk.malformed.height
        counts["skipped"] += frame.height - asked.height
    return counts


def test_the_same_people_seed_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    first, second, other = (
        _make(tmp_path / name, 250, seed) for name, seed in (("a", 5), ("b", 5), ("c", 6))
    )
    files = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(second) for p in second.rglob("*") if p.is_file())
    assert all((first / f).read_bytes() == (second / f).read_bytes() for f in files)
    assert (first / "truth.csv").read_bytes() != (other / "truth.csv").read_bytes()


def test_making_feeds_again_leaves_nothing_of_the_earlier_ones(tmp_path: Path) -> None:
    _make(tmp_path, 30)
    (tmp_path / "custody" / "custody_20200101.txt").write_text("old")
    _make(tmp_path, 30)
    assert [p.name for p in (tmp_path / "custody").iterdir()] == ["custody_20260115.txt"]


@pytest.mark.parametrize("people", [1, 2, 25])
def test_a_handful_of_people_is_enough(people: int, tmp_path: Path) -> None:
    _make(tmp_path, people)
    assert _truth(tmp_path)["truth"].n_unique() <= people
    assert (
        json.loads((tmp_path / "missing_persons" / "missing.json").read_text())["reports"]
        is not None
    )


def test_check_letters_follow_the_standard() -> None:
    year, serial = np.array([1999, 1999, 2002, 1974]), np.array([123456, 1234567, 73319, 1])
    assert identifiers.pnc_long(year, serial).to_list() == [
        "1999/0123456X", "1999/1234567B", "2002/0073319Z", "1974/0000001B",
    ]  # fmt: skip
    assert identifiers.pnc_short(year, serial)[2] == "02/73319Z"


def test_nobody_shares_a_pnc_id_or_a_mobile_number() -> None:
    people = np.arange(300_000)
    day = np.full(len(people), 12_000)
    year, serial = identifiers.pnc_parts(people, day)
    assert identifiers.pnc_long(year, serial).n_unique() == len(people)
    assert identifiers.mobile(people).n_unique() == len(people)
    assert identifiers.mobile(people).str.contains(r"^07[4-8]\d{8}$").all()


def test_custody_is_windows_1252_with_short_and_long_pnc_ids(feeds: Path) -> None:
    found = _csv(feeds / "custody" / "custody_20260115.txt", "cp1252", "|")
    ids = [r["PNC_ID"] for r in found if r["PNC_ID"]]
    short = sum(len(i.split("/")[0]) == 2 for i in ids)
    assert 0.3 < short / len(ids) < 0.6
    assert {c for r in found for c in r["SURNAME"] + r["FORENAMES"] if ord(c) > 127}


def test_pnc_lines_have_the_widths_of_the_source_file(feeds: Path) -> None:
    (stream,) = SOURCES["pnc"].streams
    assert {name: size for name, _, size in stream.options.widths} == pnc.WIDTHS
    lines = (feeds / "pnc" / "pnc_extract.dat").read_text(encoding="ascii").splitlines()
    assert {len(line) for line in lines} == {stream.options.record_length}


def test_most_people_have_few_records_and_a_few_have_many(tmp_path: Path) -> None:
    truth = _truth(_make(tmp_path, 6_000))
    per_person = sorted(Counter(truth["truth"]).values())
    assert 4 <= per_person[3_000] <= 6
    assert 9 < truth.height / 6_000 < 11.5
    assert per_person[-1] > 80
    shares = dict(truth["system"].value_counts(normalize=True).iter_rows())
    assert 0.25 < shares["crime_recording"] < 0.33
    assert 0.22 < shares["incidents"] < 0.30
    assert 0.06 < shares["custody"] < 0.10
    assert 0.06 < shares["pnc"] < 0.10


def test_names_follow_their_traditions() -> None:
    family = households.make(np.random.default_rng(1), 40_000, 20_000)
    surnames = lexicon.lexicon().write(family.surname)
    common = dict(Counter(surnames).most_common(25))
    assert {"Khan", "Singh", "Kaur", "Smith", "Begum", "Jones", "Hussain", "Patel"} <= set(common)
    women = dict(Counter(surnames.filter(pl.Series(family.female))))
    assert women["Kaur"] == common["Kaur"]
    assert women["Begum"] == common["Begum"]
    assert "Singh" not in women
    assert women["Kowalska"] > 0
    assert "Kowalski" not in women


def test_families_have_twins_and_sons_named_like_their_father() -> None:
    family = households.make(np.random.default_rng(1), 40_000, 20_000)
    head = family.head
    assert (family.given[family.junior] == family.given[head][family.junior]).all()
    assert (family.surname[family.junior] == family.surname[head][family.junior]).mean() > 0.9
    assert family.junior.sum() > 50
    same_day = (family.born[1:] == family.born[:-1]) & (
        family.household[1:] == family.household[:-1]
    )
    assert same_day.sum() > 50


def test_a_name_has_misspellings_variants_and_short_forms() -> None:
    words = lexicon.lexicon()
    mohammed = np.array([words.numbers["Mohammed"]])
    assert set(words.write(words.misspelt[mohammed[0]])) - {"Mohammed"}
    rng = np.random.default_rng(1)
    assert words.write(words.spellings.pick(rng, np.repeat(mohammed, 50))).n_unique() > 4
    robert = np.repeat(words.numbers["Robert"], 50)
    assert set(words.write(words.nicknames.pick(rng, robert))) == {"Bob", "Rob", "Bobby", "Robbie"}
    assert words.texts[int(words.folded[words.numbers["Wiśniewski"]])] == "Wisniewski"
    assert words.texts[int(words.feminine[words.numbers["Kowalski"]])] == "Kowalska"


def test_neighbours_share_their_postcode_and_street() -> None:
    found = places.make(np.random.default_rng(1), 2_000).frame
    per_postcode = found.group_by("postcode").agg(pl.col("street").n_unique(), pl.len())
    assert per_postcode.filter(pl.col("street") == 1).height > 0.97 * per_postcode.height
    assert 8 < len(found) / per_postcode.height < 20
    assert found["postcode"].str.contains(r"^(B|CV|WV|WS|DY)\d{1,2} \d[A-Z]{2}$").all()


def test_crimes_have_people_an_official_code_and_a_place_in_the_force_area(feeds: Path) -> None:
    crimes = _csv(feeds / "crime_recording" / "crimes.csv")
    involved = Counter(r["CRIME_NO"] for r in _csv(feeds / "crime_recording" / "involvements.csv"))
    sound = [c for c in crimes if c["CRIME_NO"] in involved]
    assert len(sound) == _counts(feeds)["crime_recording"]["crimes"]["accepted"]
    for crime in sound:
        grid, world = bool(crime["EASTING"]), bool(crime["LATITUDE"])
        assert grid != world
        if grid:
            assert 375_000 < int(crime["EASTING"]) < 445_000
            assert 270_000 < int(crime["NORTHING"]) < 310_000
        assert len(crime["MO"]) >= 20


def test_domestic_abuse_names_two_different_people_in_a_row(feeds: Path) -> None:
    truth = _truth(feeds).filter(pl.col("system") == "domestic_abuse")
    people = dict(truth.select("source_ref", "truth").iter_rows())
    pairs = [(p, people.get(ref[:-1] + "P")) for ref, p in people.items() if ref.endswith("-V")]
    assert len(pairs) > 50
    assert all(victim != perpetrator for victim, perpetrator in pairs)


def test_a_membership_is_graded_reasoned_authorised_and_to_be_reviewed(feeds: Path) -> None:
    for row in _csv(feeds / "gangs" / "memberships.csv"):
        assert all(row[c] for c in ("GRADE", "RATIONALE", "AUTHORISED_BY"))
        authorised, review = (
            dt.date.fromisoformat(row[c]) for c in ("AUTHORISED_ON", "REVIEW_ON")
        )
        assert dt.timedelta(0) < review - authorised <= dt.timedelta(days=184)


def test_the_showcase_people_are_in_four_systems_under_several_names(feeds: Path) -> None:
    cast = json.loads((feeds / "showcase.json").read_text())
    reports = [
        json.loads(line)["subject"]
        for line in (feeds / "intelligence" / "intelligence.jsonl").read_text().splitlines()
    ]
    nicknames = {nickname for subject in reports for nickname in subject["nicknames"]}
    aliases = {alias["name"] for subject in reports for alias in subject["aliases"]}
    others = set(table("names")["name"])
    assert len(cast) == 8
    for person in cast:
        assert len(person["systems"]) >= 4
        assert {person["moniker"], person["nickname"]} <= nicknames
        assert person["alias"] in aliases
        surnames = {person["name"].split()[-1], person["alias"].split()[-1]}
        assert not surnames & others, "somebody else may bear the name"


def test_impossible_numbers_of_people_are_refused(tmp_path: Path) -> None:
    for people in ("0", "2000001"):
        with pytest.raises(CommandError, match="people must be between 1 and 2,000,000"):
            call_command("make_feeds", "--people", people, "--out", str(tmp_path))
