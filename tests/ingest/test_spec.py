"""A wrong source file says which file, which key and what to do."""

from pathlib import Path

import pytest
from django.conf import settings

from ingest.errors import SpecError
from ingest.spec import load_spec, load_specs
from tests.ingest.conftest import PEOPLE

ROOT = Path(__file__).parents[2]


def load(tmp_path: Path, text: str) -> None:
    (tmp_path / "trial.toml").write_text(text)
    load_spec(tmp_path / "trial.toml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'tier = "open"',
            'tier = "secret"',
            "tier: Input should be 'open', 'restricted' or 'practice'",
        ),
        ("trust = 50", "trust = 500", "trust: Input should be less than or equal to 100"),
        ('title = "Trial system"', "", "title: Field required"),
        ('schedule = "0 * * * *"', 'schedule = "daily"', "schedule is a crontab of five parts"),
        (
            'schedule = "0 * * * *"',
            'schedule = "61 * * * *"',
            "schedule is a crontab of five parts",
        ),
        ('kind = "person"', 'kind = "dog"', "stream people, kind: Input should be 'person'"),
        ('surname = "SURNAME"', 'sirname = "SURNAME"', "a person has no field sirname; use"),
        ('surname = "SURNAME"', "surname = {}", "surname: give `column`, `columns` or `default`"),
        (
            'surname = "SURNAME"',
            'surname = { column = "A", parser = "x" }',
            "surname: unknown parser 'x'; use one of address",
        ),
        (
            'surname = "SURNAME"',
            'surname = { column = "A", split = ";" }',
            "surname holds one value: `split` and `as_list` are for lists",
        ),
        ('surname = "SURNAME"', 'surname = { colum = "A" }', "surname.colum: Extra inputs"),
        ('path = "people*.csv"', "", "path is missing"),
        ('format = "csv"', 'format = "fixed"', "format fixed needs options widths"),
        ('format = "csv"', 'format = "xml"', "format xml needs the option record"),
        ('format = "csv"', 'format = "database"', "format database needs options url and table"),
        ('role = "suspect"', 'role = "baddie"', "stream people, role: Input should be 'suspect'"),
        ('key = ["ID"]', "key = []", "key is empty"),
        ('kind = "person"', 'kind = "involvement"', "has no field"),
        ('system = "trial"', 'system = "other"', "it must be the file's name"),
        ('system = "trial"', "system = ", "not readable as TOML"),
    ],
)
def test_a_wrong_source_file_says_what_to_do(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in PEOPLE
    with pytest.raises(SpecError) as caught:
        load(tmp_path, PEOPLE.replace(old, new))
    assert "trial.toml: " in str(caught.value)
    assert message in str(caught.value)


def test_a_membership_must_be_graded_reasoned_authorised_and_reviewed(tmp_path: Path) -> None:
    text = PEOPLE.split("[stream.fields]", maxsplit=1)[0].replace('"person"', '"membership"')
    with pytest.raises(SpecError, match="needs the field authorised_by, authorised_on, gang_ref"):
        load(tmp_path, text + "[stream.fields]\n")


def test_two_files_for_one_system_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "trial.toml").write_text(PEOPLE)
    with pytest.raises(SpecError, match="has a source file already"):
        load_specs([tmp_path / "a", tmp_path / "b"])


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(PEOPLE)
    first = load_spec(path).spec_version
    assert load_spec(path).spec_version == first
    path.write_text(PEOPLE + "\n")
    assert load_spec(path).spec_version != first


def test_the_eleven_systems_have_their_source_files() -> None:
    assert sorted(load_specs([settings.BASE_DIR / "ingest" / "sources"])) == [
        "crime_recording", "custody", "domestic_abuse", "firearms", "gangs", "incidents",
        "intelligence", "missing_persons", "offender_management", "pnc", "stop_search",
    ]  # fmt: skip


def test_the_sample_sources_are_valid() -> None:
    assert sorted(load_specs([ROOT / "samples" / "sources"])) == [
        "fake_1000",
        "febrl2",
        "libra_court",
        "police_uk",
    ]
