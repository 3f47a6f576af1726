"""A new source on the pages: from a sample to records that are loaded, by two people."""

import json
import logging
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from ingest import registry, tasks
from ingest.mapping import drafts, dry_run
from ingest.mapping.picking import Pick, apply, picks
from ingest.models import SourceDraft, SourceSample
from ingest.newsource import write
from ingest.pipeline import Plan, refresh
from people import sources
from people.models import NominalRecord
from tests.officers import officer, signed_in
from tests.people_data import person, record
from wmp_search.search.models import OutboxEntry

pytestmark = pytest.mark.django_db
SAMPLE = (
    "Ref No;Family Nm;Given Nm;Geboren;M/F;Remark\n"
    "A1;Okonkwo;Adaeze;17/05/1990;F;seen at the fair\n"
    "A2;Whitlock;Jonah;01/02/1985;M;\n"
    "A3;Sandoval;Inés;99/99/1971;F;bad date\n"
)


@pytest.fixture(autouse=True)
def _asked_anew(settings: Any, tmp_path: Path) -> Any:
    settings.SOURCES_DIRS = [tmp_path / "none"]
    settings.FEEDS_DIR = tmp_path / "feeds"
    (tmp_path / "none").mkdir()
    registry.forget()
    yield
    registry.remember_none()


@pytest.fixture
def author() -> Client:
    return signed_in(officer("data-engineer", username="author"))


@pytest.fixture
def second() -> Client:
    return signed_in(officer("data-engineer", username="second"))


def upload(client: Client, content: str | bytes = SAMPLE, **given: str) -> Any:
    data = content.encode() if isinstance(content, str) else content
    sent = SimpleUploadedFile(given.pop("name", "nominals_20260501.csv"), data)
    form = {"system": "prisons", "title": "Prisons", "kind": "person", "record": "", **given}
    return client.post("/feeds/new", {"file": sent, **form})


def begun(client: Client, content: str | bytes = SAMPLE, **given: str) -> SourceDraft:
    answer = upload(client, content, **given)
    assert answer.status_code == 302, answer.content.decode()
    return SourceDraft.objects.get(pk=answer["Location"].rpartition("/")[2])


def address(found: SourceDraft, then: str = "") -> str:
    return f"/feeds/sources/{found.pk}{then}"


def picked(client: Client, found: SourceDraft, **changes: str) -> Any:
    """Post the page of columns as it stands, with some inputs changed ("Family Nm-field")."""
    page = client.get(address(found, "/columns"))
    form, whole = page.context["form"], page.context["settings"]
    sent = {f.html_name: f.value() for f in (*form, *whole)}
    for key, value in changes.items():
        column, _, part = key.rpartition("__")
        if column:
            number = [row["column"] for row in form.rows()].index(column)
            sent[f"column-{number}-{part}"] = value
        else:
            sent[f"source-{part}"] = value
    sent = {k: v for k, v in sent.items() if v not in (None, False)}
    return client.post(address(found, "/columns"), sent)


MAPPED = {
    "Family Nm__field": "surname",
    "Given Nm__field": "given_names",
    "Geboren__field": "born_on",
    "M/F__field": "sex",
    "Remark__field": "note",
    "Ref No__key": "on",
    "hours": "6",
    "role": "suspect",
}


def test_from_a_sample_to_loaded_records_by_two_people(author: Client, second: Client) -> None:
    found = begun(author)
    page = author.get(address(found)).content.decode()
    assert "Rows read" in page
    assert picked(author, found, **MAPPED).status_code == 302
    found.refresh_from_db()
    spec = tomllib.loads(found.toml)
    (stream,) = spec["stream"]
    assert spec["schedule"] == "0 */6 * * *"
    assert (stream["key"], stream["role"], stream["options"]) == (
        ["Ref No"], "suspect", {"delimiter": ";"},
    )  # fmt: skip
    assert stream["fields"]["surname"] == "Family Nm"
    page = author.get(address(found)).content.decode()
    assert "Okonkwo" in page
    assert "1990-05-17" in page
    assert "Line 4, Geboren: not a date" in page
    assert (found.trial["read"], found.trial["good"], found.trial["bad"]) == (3, 2, 1)
    assert not NominalRecord.objects.exists()
    assert not OutboxEntry.objects.exists()
    assert second.get(address(found)).status_code == 404  # nobody's business before it is sent
    assert author.post(address(found), {"send": "1"}).status_code == 302
    assert registry.sources() == {}

    own = author.post(address(found), {"decision": "approve", "reason": "I like it"})
    assert own.status_code == 302
    found.refresh_from_db()
    assert found.state == "waiting"  # an author's decision counts for nothing

    assert "Okonkwo" in second.get(address(found)).content.decode()
    unexplained = second.post(address(found), {"decision": "approve"})
    assert "Say why, for the audit trail" in unexplained.content.decode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "on_commit", lambda f: f())
        second.post(address(found), {"decision": "approve", "reason": "As agreed"})
    found.refresh_from_db()
    assert (found.state, found.decided_by.username) == ("approved", "second")  # type: ignore[union-attr]
    assert not SourceSample.objects.exists()
    assert sources.title("prisons") == "Prisons"

    folder = django_settings.FEEDS_DIR / "prisons"
    folder.mkdir(parents=True)
    (folder / "nominals_20260601.csv").write_text(SAMPLE)
    report = refresh(Plan(systems=["prisons"], resolve=False, index=False))
    assert [(b.added, b.rejected) for b in report.batches] == [(2, 1)]
    assert set(NominalRecord.objects.values_list("surname", "source_ref")) == {
        ("Okonkwo", "A1"),
        ("Whitlock", "A2"),
    }
    assert "prisons" in author.get("/feeds").content.decode()


def test_every_step_is_in_the_trail_and_no_value_of_a_row_in_log_or_trail_detail(
    author: Client, second: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found = begun(author)
    picked(author, found, **MAPPED)
    author.post(address(found), {"send": "1"})
    second.get(address(found))
    second.post(address(found), {"decision": "refuse", "reason": "Not now"})
    events = Event.objects.filter(subject_kind="source", subject_ids=["prisons"])
    changes = events.filter(action=Action.SOURCE_CHANGED).order_by("at")
    assert [e.detail["step"] for e in changes] == ["began", "mapped", "sent", "refused"]
    hashes = [e.detail["file_sha256"] for e in changes]
    assert hashes[1] == hashes[2] == hashes[3] != hashes[0]
    looks = events.filter(action=Action.SOURCE_VIEWED)
    assert {e.officer for e in looks} == {"author", "second"}
    said = json.dumps([[e.detail, e.shown, e.query] for e in events], default=str)
    assert "Okonkwo" not in said
    assert "Okonkwo" not in caplog.text
    found.refresh_from_db()
    assert "Okonkwo" not in json.dumps([found.trial, found.notes]) + found.toml
    assert not SourceSample.objects.exists()


def test_the_database_refuses_an_author_who_approves(author: Client) -> None:
    found = begun(author)
    with pytest.raises(IntegrityError), transaction.atomic():
        SourceDraft.objects.filter(pk=found.pk).update(
            state="approved", decided_by=found.author, decided_at=timezone.now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        SourceDraft.objects.filter(pk=found.pk).update(state="approved")


@pytest.mark.parametrize(
    ("content", "given", "words"),
    [
        (b"x" * 10_000_001, {}, "larger than 10 MB. Cut it"),
        (b"", {}, "The file is empty"),
        (b"PK\x03\x04rest", {"name": "x.zip"}, "x.zip: a zip archive; unpack it"),
        (b"\xd0\xcf\x11\xe0rest", {"name": "x.xls"}, "save it as XLSX or CSV"),
        (b"<a><b>1</b></a>", {"name": "x.xml"}, "which element is a record? Name one"),
        (SAMPLE.encode(), {"system": "Prisons!"}, "Use small letters, digits and _"),
        (SAMPLE.encode(), {"system": "taken"}, "There is a source taken already"),
    ],
)
def test_a_sample_that_cannot_be_read_is_refused_with_the_remedy(
    author: Client, content: bytes, given: dict[str, str], words: str, settings: Any
) -> None:
    text = begun_toml("taken")
    (settings.SOURCES_DIRS[0] / "taken.toml").write_text(text)
    page = upload(author, content, **given).content.decode()
    assert words in page
    assert "There is a problem" in page
    assert not SourceDraft.objects.exists()
    assert not SourceSample.objects.exists()


def begun_toml(system: str) -> str:
    return (
        f'system = "{system}"\ntitle = "Taken"\ntier = "open"\ntrust = 50\n'
        'retention_class = "mopi_3"\nschedule = "0 5 * * *"\ndelivery = "full"\n'
        '[[stream]]\nname = "rows"\nkind = "person"\npath = "x.csv"\nformat = "csv"\n'
        'key = ["ID"]\n[stream.fields]\nsurname = "NAME"\n'
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("[stream.fields]", "[stream.fields"), r"not readable as TOML: .*at line \d+"),
        (('surname = "', 'surnam = "'), "stream nominals: a person has no field surnam"),
        (('schedule = "0', 'schedule = "99'), "schedule is a crontab of five parts"),
        (('system = "prisons"', 'system = "other"'), "it must stay"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(
    author: Client, change: tuple[str, str], words: str
) -> None:
    found = begun(author)
    picked(author, found, **MAPPED)
    found.refresh_from_db()
    assert change[0] in found.toml
    page = author.post(address(found, "/file"), {"toml": found.toml.replace(*change)})
    assert re.search(words, page.context["form"].non_field_errors()[0])
    before = found.toml
    found.refresh_from_db()
    assert found.toml == before


def test_a_database_is_never_asked_from_the_pages(author: Client, tmp_path: Path) -> None:
    found = begun(author)
    options = f'{{ url = "sqlite:///{tmp_path}/asked.sqlite", table = "people" }}'
    database = f'format = "database"\noptions = {options}'
    toml = begun_toml(found.system).replace('path = "x.csv"\nformat = "csv"', database)
    page = author.post(address(found, "/file"), {"toml": toml})
    assert "these pages take files" in page.content.decode()
    assert not (tmp_path / "asked.sqlite").exists()


def test_a_file_that_does_not_fit_the_sample_says_which_column_and_cannot_be_sent(
    author: Client,
) -> None:
    found = begun(author)
    picked(author, found, **MAPPED)
    found.refresh_from_db()
    author.post(address(found, "/file"), {"toml": found.toml.replace("Family Nm", "Nachname")})
    page = author.get(address(found)).content.decode()
    assert "missing column Nachname" in page
    assert "Correct the column" in page
    said = author.post(address(found), {"send": "1"}, follow=True).content.decode()
    assert "No row of the sample would be loaded" in said
    found.refresh_from_db()
    assert found.state == "draft"


def test_what_a_guess_lacks_is_said_and_can_be_picked(author: Client) -> None:
    content = "Ref No;Crew;Ends\n1;Blue;Aston\n2;Red;Lozells\n"
    found = begun(author, content, kind="gang")
    page = author.get(address(found)).content.decode()
    assert "a gang needs the field name. Change the mapping" in page
    picked(author, found, **{"Crew__field": "name", "Ends__field": "area", "Ref No__key": "on"})
    found.refresh_from_db()
    assert (found.trial["error"], found.trial["good"]) == ("", 2)


def test_a_key_keeps_its_constants() -> None:
    stream = {"kind": "person", "key": ["=P", "A"], "fields": {"surname": "B"}}
    before = picks(stream, ["A", "B"])
    assert before == [Pick("A", is_key=True), Pick("B", "surname")]
    chosen = [Pick("A"), Pick("B", "surname", is_key=True)]
    apply(stream, chosen, pl.DataFrame({"A": ["1"], "B": ["x"]}))
    assert stream == {"kind": "person", "key": ["=P", "B"], "fields": {"surname": "B"}}


def test_what_stays_mapped_keeps_its_options_and_what_moves_is_guessed_anew(
    author: Client,
) -> None:
    found = begun(author)
    picked(author, found, **MAPPED)
    found.refresh_from_db()
    kept = found.toml.replace(
        'sex = "M/F"', 'sex = { column = "M/F", values = { "F" = "F", "M" = "M", "?" = "" } }'
    )
    author.post(address(found, "/file"), {"toml": kept})
    picked(author, found, Remark__field="event_summary", Geboren__parser="partial_date")
    found.refresh_from_db()
    fields = tomllib.loads(found.toml)["stream"][0]["fields"]
    assert fields["sex"]["values"]["?"] == ""
    assert "note" not in fields
    assert fields["event_summary"] == "Remark"
    assert fields["born_on"] == {"column": "Geboren", "parser": "partial_date"}


def test_every_source_file_survives_being_written_again() -> None:
    root = Path(__file__).parents[2]
    files = [*root.glob("ingest/sources/*.toml"), *root.glob("samples/sources/*.toml")]
    assert len(files) > 12
    for path in files:
        values = tomllib.loads(path.read_text())
        assert tomllib.loads(write.whole(values)) == values, path


def test_known_people_are_counted_in_open_records_only_and_never_a_few() -> None:
    def rows(n: int) -> str:
        head = "ID,SURNAME,FORENAMES,DOB\n"
        return head + "".join(f"{i},Quill{i},Ada,0{i % 9 + 1}/05/1980\n" for i in range(n))

    def known(n: int) -> int | None:
        upload_file = Path(django_settings.FEEDS_DIR) / "s.csv"
        upload_file.parent.mkdir(exist_ok=True)
        upload_file.write_text(rows(n))
        from ingest.spec import parse

        text = begun_toml("trial").replace('surname = "NAME"', FIELDS)
        return dry_run.run(parse(text.encode(), "x"), upload_file).known

    for i in range(12):
        born = f"1980-05-0{i % 9 + 1}"
        person(record("custody", surname=f"QUILL{i}", given_names="Ada", born_on=born))
    assert known(12) == 12
    assert known(9) is None
    person(record("domestic_abuse", tier=1, surname="Quill12", given_names="Ada",
                  born_on="1980-05-04"))  # fmt: skip
    assert known(13) == 12


FIELDS = 'surname = "SURNAME"\ngiven_names = "FORENAMES"\nborn_on = "DOB"'


def test_of_a_long_sample_only_the_beginning_is_tried(
    author: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_run, "TRIED", 3)
    found = begun(author)
    assert found.trial["is_cut"] is True
    assert "the first ones, more were not tried" in author.get(address(found)).content.decode()


def test_an_abandoned_sample_is_deleted_after_a_day_and_what_waits_after_a_week(
    author: Client,
) -> None:
    left, sent, fresh = (begun(author, system=s) for s in ("left", "sent", "fresh"))
    picked(author, sent, **MAPPED)
    author.post(address(sent), {"send": "1"})
    past = timezone.now() - timedelta(hours=25)
    SourceDraft.objects.exclude(pk=fresh.pk).update(changed_at=past)
    assert tasks.forget_samples() == 1
    assert set(SourceSample.objects.values_list("draft", flat=True)) == {sent.pk, fresh.pk}
    SourceDraft.objects.filter(pk=sent.pk).update(changed_at=past - timedelta(days=7))
    assert tasks.forget_samples() == 1
    left.refresh_from_db()
    assert left.state == "abandoned"
    assert author.post(address(fresh), {"drop": "1"})["Location"] == "/feeds"
    assert not SourceSample.objects.exists()


def test_a_source_is_stopped_before_its_evidence_is_removed(
    author: Client, second: Client
) -> None:
    found = begun(author)
    picked(author, found, **MAPPED)
    author.post(address(found), {"send": "1"})
    second.post(address(found), {"decision": "approve", "reason": "As agreed"})
    registry.forget()
    with pytest.raises(CommandError, match="Stop it there first"):
        call_command("remove_source", "prisons", reason="x", yes=True)
    again = upload(author)
    assert "There is a source prisons already" in again.content.decode()
    author.post(address(found), {"reason": "The contract has ended"})
    registry.forget()
    assert registry.sources() == {}
    with pytest.raises(CommandError, match="There are no records"):
        call_command("remove_source", "prisons", reason="x", yes=True)
    assert begun(author).system == "prisons"


def test_two_of_one_name_are_not_both_approved(author: Client, second: Client) -> None:
    first, other = begun(author), begun(author)
    for found in (first, other):
        picked(author, found, **MAPPED)
        author.post(address(found), {"send": "1"})
    second.post(address(first), {"decision": "approve", "reason": "One"})
    said = second.post(
        address(other), {"decision": "approve", "reason": "Two"}, follow=True
    ).content.decode()
    assert "There is a source prisons already" in said
    other.refresh_from_db()
    assert other.state == "waiting"
    assert drafts.seen_by(None).filter(state="approved").count() == 1


def test_others_map_nothing_and_officers_see_nothing(author: Client, second: Client) -> None:
    found = begun(author)
    for then in ("/columns", "/file"):
        assert second.get(address(found, then)).status_code == 404
        assert second.post(address(found, then), {"toml": "x"}).status_code == 404
    plain = signed_in(officer("officer"))
    assert plain.get(address(found)).status_code == 403
    assert upload(plain).status_code == 403


def test_what_a_sample_says_is_text_on_the_page(author: Client) -> None:
    evil = "<script>alert(1)</script>"
    rows = [{"id": n, "surname": evil, evil: "=1+1"} for n in ("1", "2")]
    found = begun(author, "".join(json.dumps(r) + "\n" for r in rows), name="x.jsonl")
    for then in ("", "/columns", "/file"):
        page = author.get(address(found, then)).content.decode()
        assert evil not in page
        assert "&lt;script&gt;" in page
