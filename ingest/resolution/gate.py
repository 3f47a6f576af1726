"""The release gate: a model's clusters on generated truth, against the limits in gate.toml."""

import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.resolution import delta, engine, evaluation, generated, groups, kept
from ingest.resolution.groups import Group
from ingest.resolution.kept import Kept
from ingest.resolution.model import MatchModel
from ingest.resolution.workspace import Workspace

LIMITS = Path(__file__).with_name("gate.toml")
# name → condition over the records' own columns
GROUPS = {
    "sex M": "sex = 'M'",
    "sex F": "sex = 'F'",
    "born before 1970": "year(born_on) < 1970",
    "born 1970 to 1989": "year(born_on) between 1970 and 1989",
    "born from 1990": "year(born_on) >= 1990",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was measured, and each limit that was not kept, in words; none: the model passes."""

    measured: dict[str, Any]
    failed: list[str]


def judge(space: Workspace, model: MatchModel) -> Judgement:
    """Resolve the gate's people with the model, in the workspace alone, and measure."""
    limits = tomllib.loads(LIMITS.read_text(encoding="utf-8"))
    folder = space.folder / "gate"
    generated.prepare(limits["people"], limits["seed"], folder)
    engine.match(space, job(folder, model))
    space.run(
        f"""create or replace table judged as
        select truth, coalesce(cluster, -id) as person, node is null as mention, sex, born_on
        from member left join cluster using (node)
        join '{folder}/truth.parquet' using (id) join nominal using (id)"""
    )
    measured: dict[str, Any] = {"everybody": evaluation.measure(space, "judged", "not mention")}
    for name, group in GROUPS.items():
        measured[name] = evaluation.measure(space, "judged", f"not mention and {group}")
    measured["everybody"] |= {"people": limits["people"], "seed": limits["seed"]}
    groups.judge(space, folder)
    everybody, *found = groups.counted(space, folder)
    measured["rates"] = [asdict(group) for group in (everybody, *found)]
    failed = _overall(measured["everybody"], limits) + _gaps(measured, limits)
    return Judgement(measured, failed + apart(everybody, found, limits["apart"]))


def apart(everybody: Group, found: list[Group], limits: dict[str, float]) -> list[str]:
    """In words each group whose rate lies beyond everybody's by more than the points allowed, of
    which even the low end of its interval does: chance alone stops no model.
    """
    failed = []
    for group in found:
        for measure in ("missed", "confused"):
            whole, here = getattr(everybody, measure), getattr(group, measure)
            if whole is None or here is None or here.people < limits["least"]:
                continue
            if here.low > whole.rate + limits[measure]:
                failed.append(
                    f"{here.rate:.2f} per cent are {measure} of {group.kind} {group.name} (at "
                    f"least {here.low:.2f}), of everybody {whole.rate:.2f}: "
                    f"at most {limits[measure]:g} points apart"
                )
    return failed


def job(folder: Path, model: MatchModel) -> engine.Job:
    """The job of matching the generated records of a folder, all of them, in the workspace."""

    def read(space: Workspace, _ids: str | None) -> int:
        space.run(f"create or replace view nominal as from '{folder}/records/*.parquet'")
        return int(space.value("select count(*) from nominal"))

    def live(_space: Workspace) -> None:
        raise NotImplementedError("The gate looks at everything")

    return engine.Job(
        records=delta.Records(live, read),
        model=model,
        kept=Kept(folder / "kept"),
        shape=kept.shape(str(asdict(model))),
        origin="gate",
        why_whole="the gate looks at everything",
    )


def _overall(found: dict[str, Any], limits: dict[str, Any]) -> list[str]:
    values = {
        "precision": found["pairs"]["precision"],
        "recall": found["pairs"]["recall"],
        "b_cubed_f1": found["b_cubed"]["f1"],
    }
    failed = [
        f"{name} is {values[name]}, must be at least {limit}"
        for name, limit in limits["at_least"].items()
        if (values[name] or 0.0) < limit
    ]
    share = found["clusters_with_more_than_3_people"] / max(found["clusters"], 1)
    most = limits["at_most"]["clusters_of_more_than_three"]
    if share > most:
        failed.append(f"{share:.5f} of clusters hold more than three people, at most {most}")
    return failed


def _gaps(measured: dict[str, Any], limits: dict[str, Any]) -> list[str]:
    failed = []
    for name in GROUPS:
        for measure, gap in limits["gap"].items():
            here = measured[name].get("pairs", {}).get(measure)
            everybody = measured["everybody"]["pairs"][measure]
            if here is not None and everybody is not None and here < everybody - gap:
                failed.append(
                    f"{measure} of {name} is {here}, {gap} below everybody's {everybody}"
                )
    return failed
