"""Make the frequency and spelling tables in data/ from published lists.

Run it by hand when a list is renewed: `python -m people.names.make_tables DIR`, where DIR
holds the lists named below (see data/README.md for their origin and licences).
"""

import csv
import gzip
import sys
from collections import defaultdict
from pathlib import Path

from rapidfuzz.distance import JaroWinkler

from people.names.fold import fold, tokens
from people.names.keys import codes

HERE = Path(__file__).parent / "data"
BIRTHS = "ew_baby_names_1996_2020.csv.gz"
RANKS = "ew_baby_name_top100_ranks_1904_1994.csv"
SURNAMES = "uk_surnames_freq_ons_sdglinkage.csv"
VARIANTS = "uk_forename_variants_ons_sdglinkage.csv"
LOCALES = "faker_names_by_locale.csv"
FAMILIES = "uk_forename_variant_families_derived.csv"
FEWEST_BIRTHS = 50  # in 25 years; rarer spellings are mostly variants of commoner ones
RAREST_SURNAME = 30.0  # per million; a rarer one weighs as an unknown one
OLD_SHARE = 30_000.0  # per million of a decade's first name; falls with the rank (Zipf)


def given_names(folder: Path) -> list[tuple[str, float, int]]:
    """(name, per million people, percent female), most frequent first."""
    women: dict[str, float] = defaultdict(float)
    men: dict[str, float] = defaultdict(float)
    births = _births(folder)
    total = sum(births.values())
    for (name, sex), number in births.items():
        (women if sex == "F" else men)[name] += number * 1e6 / total
    for name, sex, per_million in _older(folder):
        (women if sex == "F" else men)[name] += per_million
    rows = [
        (name, women[name] + men[name], round(100 * women[name] / (women[name] + men[name])))
        for name in {*women, *men}
    ]
    least = FEWEST_BIRTHS * 1e6 / total
    return sorted((r for r in rows if r[1] >= least), key=lambda r: (-r[1], r[0]))


def _births(folder: Path) -> dict[tuple[str, str], int]:
    births: dict[tuple[str, str], int] = defaultdict(int)
    with gzip.open(folder / BIRTHS, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            births[fold(row["name"]), row["sex"]] += int(row["n"])
    return births


def _older(folder: Path) -> list[tuple[str, str, float]]:
    with (folder / RANKS).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    decades = len({row["year"] for row in rows})
    return [
        (fold(row["name"]), row["sex"], OLD_SHARE / int(row["rank"]) ** 0.8 / decades)
        for row in rows
    ]


def surnames(folder: Path) -> list[tuple[str, float]]:
    """(surname, per million people), most frequent first."""
    with (folder / SURNAMES).open(encoding="utf-8") as file:
        rows = [(fold(r["surname"]), float(r["freq"]) * 1e6) for r in csv.DictReader(file)]
    return sorted((r for r in rows if r[1] >= RAREST_SURNAME), key=lambda r: (-r[1], r[0]))


def families(folder: Path) -> list[str]:
    """Spellings of one name, separated by spaces."""
    found: dict[str, list[str]] = defaultdict(list)
    with (folder / FAMILIES).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[fold(row["family"].replace("/", " "))].append(fold(row["spelling"]))
    return sorted(" ".join(dict.fromkeys([*name.split(), *rest])) for name, rest in found.items())


def variants(folder: Path) -> list[str]:
    """A given name and what record linkage at ONS met it as, where the two also look alike.

    The published list also holds what only shares a short form (edwin, edgar); those go.
    """
    found: dict[str, list[str]] = defaultdict(list)
    with (folder / VARIANTS).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name, other = fold(row["forename"]), fold(row["forename2"])
            if _look_alike(name, other):
                found[name].append(other)
    return sorted(" ".join([name, *others]) for name, others in found.items())


def other_names(folder: Path, known: set[str], families: set[str]) -> list[tuple[str, str]]:
    """(name, F, M, U or S) of other languages: a given name of that sex or both, a surname."""
    found: dict[str, set[str]] = defaultdict(set)
    with (folder / LOCALES).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            kind = "S" if row["kind"] == "surname" else row["sex"]
            for word in tokens(row["name"]):
                if len(word) > 2 and word not in (families if kind == "S" else known):
                    found[word].add(kind)
    rows = []
    for word, kinds in sorted(found.items()):
        given = kinds & {"F", "M"}
        rows += [(word, "U" if len(given) == 2 else next(iter(given)))] if given else []
        rows += [(word, "S")] if "S" in kinds else []
    return rows


def _look_alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 3 or one == other:
        return False
    alike = JaroWinkler.similarity(one, other)
    return alike >= 0.85 or (alike >= 0.7 and bool(codes(one) & codes(other)))


def main(folder: Path) -> None:
    """Write given_names.csv, surnames.csv, other_names.csv, variants.txt and families.txt."""
    with (HERE / "given_names.csv").open("w", encoding="utf-8", newline="") as file:
        for name, share, female in given_names(folder):
            file.write(f"{name},{share:.1f},{female}\n")
    with (HERE / "surnames.csv").open("w", encoding="utf-8", newline="") as file:
        for name, share in surnames(folder):
            file.write(f"{name},{share:.0f}\n")
    known, families_known = {r[0] for r in given_names(folder)}, {r[0] for r in surnames(folder)}
    with (HERE / "other_names.csv").open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"{n},{k}\n" for n, k in other_names(folder, known, families_known))
    (HERE / "variants.txt").write_text("\n".join(variants(folder)) + "\n", encoding="utf-8")
    (HERE / "families.txt").write_text("\n".join(families(folder)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
