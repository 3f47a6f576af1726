"""Published networks, loaded by source files, measure what the reference computation measured."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from gangs.models import Gang
from gangs.network import nodes, paths, positions, steps
from gangs.network.models import Edge, Kind, Type
from gangs.network.sight import View
from ingest.pipeline import Plan, refresh
from people.models import Link
from tests.officers import officer
from tests.shared_data import SHARED, needs
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import scope_of

FOLDER = SHARED / "networks"
pytestmark = [pytest.mark.django_db, needs("networks", "reference.csv")]
HEAD = """
system = "{system}"
title = "{system}"
tier = "open"
trust = 50
retention_class = "research"
schedule = "0 * * * *"
delivery = "full"
"""
PEOPLE = """
[[stream]]
name = "people"
kind = "person"
path = "people.csv"
format = "csv"
key = ["id"]
role = "suspect"
[stream.fields]
other_ids = "name"
"""
LONDON = (
    PEOPLE
    + """
[[stream]]
name = "ties"
kind = "association"
path = "ties.csv"
format = "csv"
key = ["source", "target"]
[stream.fields]
nominal_ref = "source"
other_ref = "target"
[stream.fields.words]
column = "weight"
values = { 1 = "Together", 2 = "Co-offending", 3 = "Serious co-offending", 4 = "Serious, and kin" }
"""
)
MONTREAL = """
[[stream]]
name = "gangs"
kind = "gang"
path = "people.csv"
format = "csv"
key = ["id"]
[stream.fields]
name = "name"

[[stream]]
name = "ties"
kind = "relation"
path = "ties.csv"
format = "csv"
key = ["source", "target"]
[stream.fields]
gang_ref = "source"
other_ref = "target"
words = { default = "Tie" }
"""
MORENO = (
    PEOPLE
    + """
[[stream]]
name = "crimes"
kind = "crime"
path = "crimes.csv"
format = "csv"
key = ["id"]
[stream.fields]
crime_number = "name"

[[stream]]
name = "roles"
kind = "involvement"
path = "ties.csv"
format = "csv"
key = ["source", "target"]
[stream.fields]
nominal_ref = "source"
crime_ref = "target"
[stream.fields.role]
column = "weight"
values = { 1 = "victim", 2 = "suspect", 3 = "witness", 4 = "involved" }
"""
)
SPECS = {
    "london_gang": LONDON,
    "montreal_street_gangs": MONTREAL,
    "stlouis_crime_moreno": MORENO,
}


def rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def write(path: Path, found: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)


def load(name: str, tmp_path: Path, settings: object) -> None:
    """The published files as deliveries of a system; only people and crimes are parted."""
    feeds, sources = tmp_path / "feeds", tmp_path / "sources"
    (feeds / name).mkdir(parents=True)
    sources.mkdir()
    (sources / f"{name}.toml").write_text(HEAD.format(system=name) + SPECS[name])
    everybody = list(rows(f"{name}_nodes.csv"))
    write(feeds / name / "people.csv", [r for r in everybody if r.get("type") != "True"])
    if crimes := [r for r in everybody if r.get("type") == "True"]:
        write(feeds / name / "crimes.csv", crimes)
    write(feeds / name / "ties.csv", list(rows(f"{name}_edges.csv")))
    report = refresh(Plan(systems=[name], source_dirs=[sources], feeds=feeds, index=False))
    assert not report.failed, [batch.error for batch in report.failed]
    assert not report.held


def loaded(name: str) -> tuple[list[tuple[int, int]], dict[int, str]]:
    """The links of the table, each once, and the reference of each node."""
    kind = {"london_gang": Kind.STATED, "montreal_street_gangs": Kind.RELATION}.get(
        name, Kind.CRIME
    )
    found = Edge.objects.filter(kind=kind).values_list("src", "dst")
    refs = dict(Link.objects.values_list("person", "record__source_ref"))
    from crime.models import Crime

    for gang in Gang.objects.all():
        refs[nodes.number(Type.GANG, gang.pk)] = gang.source_ref
    for crime in Crime.objects.all():
        refs[nodes.number(Type.CRIME, crime.pk)] = crime.source_ref
    return sorted({(min(pair), max(pair)) for pair in found}), refs


@pytest.mark.parametrize("name", SPECS)
def test_degree_betweenness_and_components_are_the_references(
    name: str, tmp_path: Path, settings: object
) -> None:
    load(name, tmp_path, settings)
    edges, refs = loaded(name)
    degree, between = positions.degrees(edges), positions.betweenness(edges)
    by_ref = {ref: node for node, ref in refs.items()}
    many = sum(1 for _ in rows(f"{name}_nodes.csv"))
    linked = {node for edge in edges for node in edge}
    parts = positions.components(edges)
    measured = {
        "nodes": len(refs),
        "edges": len(edges),
        "isolates": many - len(linked),
        "components": len(parts) + many - len(linked),
        "largest_component": len(parts[0]),
    }
    # the reference normalises over all nodes, of which some have no link
    scale = ((len(linked) - 1) * (len(linked) - 2)) / ((many - 1) * (many - 2))
    checked = 0
    for row in rows("reference.csv"):
        if row["dataset"] != name:
            continue
        value = float(row["value"])
        if row["level"] == "graph" and row["measure"] in measured:
            assert measured[row["measure"]] == value, row
        elif row["measure"] == "degree":
            assert degree[by_ref[row["node_id"]]] == value, row
        elif row["measure"] == "betweenness_norm":
            found = between[by_ref[row["node_id"]]] * scale
            assert found == pytest.approx(value, abs=2e-6), row
        else:
            continue
        checked += 1
    assert checked >= 15
    assert not Edge.objects.filter(kind=Kind.AFFILIATED).exists()  # no role makes a member


def test_two_steps_and_a_path_in_the_london_network(tmp_path: Path, settings: object) -> None:
    load("london_gang", tmp_path, settings)
    _, refs = loaded("london_gang")
    by_ref = {ref: node for node, ref in refs.items()}
    scope = scope_of(officer("analyst"), Purpose("CRIME-INV", "20/123456/26"))
    one, two = steps.around(by_ref["0"], (), scope, View())
    assert len({row.dst for row in (*one, *two)} - {by_ref["0"]}) == 53
    found = paths.find(by_ref["0"], by_ref["53"], scope, View())
    assert {len(path) for path in found} == {3}
    assert len(found) == 4  # over each of the common neighbours
