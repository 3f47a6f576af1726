"""A question is read from JSON or an address and held against the registry.

Whatever is not declared is refused with words that say what to change.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NoReturn

from django.http import QueryDict

from wmp_search.datasets import Dataset, Dimension, Kind
from wmp_search.reports.periods import MOST_DAYS, MOST_MONTHS, Period, month_of
from wmp_search.reports.registry import DATASETS
from wmp_search.reports.spec import UNKNOWN, Chart, Compare, ReportSpec, SpecError

MOST_CELLS = 60_000  # OpenSearch answers with at most 65,535 groups
MOST_VALUES, MOST_LENGTH = 50, 120
KEYS = ("dataset", "measure", "by", "where", "period", "compare", "chart")
NEEDS = {
    Chart.LINE: "A line needs months alone. Choose bars or a table",
    Chart.BARS: "Bars need one thing to split by. Choose a table",
    Chart.MAP: "A map needs one split by ward, LSOA or hexagon. Choose a table",
    Chart.HEAT: "A heat map needs hours of crimes by day of the week and hour. Choose a table",
}
PERIOD_KEYS = ("last", "days", "from", "to")


def read(data: Mapping[str, Any]) -> ReportSpec:
    """The question in JSON. Raises SpecError."""
    if unknown := sorted(set(data) - set(KEYS)):
        _refuse(f"“{unknown[0]}” is not part of a report. Use {', '.join(KEYS)}")
    dataset = _dataset(data.get("dataset"))
    measure = str(data.get("measure") or dataset.measures[0].key)
    if measure not in {one.key for one in dataset.measures}:
        known = ", ".join(one.key for one in dataset.measures)
        _refuse(f"{dataset.label} has no measure “{measure}”. Choose {known}")
    spec = ReportSpec(
        dataset.key,
        measure,
        _split(dataset, data.get("by") or ()),
        _where(dataset, data.get("where") or {}),
        _period(data.get("period") or {"last": 12}),
        Compare(_one_of(data.get("compare") or "none", Compare, "comparison")),
        Chart(_one_of(data.get("chart") or "table", Chart, "chart")),
    )
    _fits(spec)
    return spec


def from_query(given: QueryDict) -> ReportSpec:
    """The question in an address. Raises SpecError. Keys of other things there are left alone."""
    dataset, _, measure = given.get("of", "").partition(".")
    where = {
        key.removeprefix("w."): ["" if v == UNKNOWN else v for v in values if v]
        for key, values in given.lists()
        if key.startswith("w.") and any(values)
    }
    by = [*given.getlist("by"), *given.getlist("by2")]
    return read(
        {
            "dataset": dataset,
            "measure": measure,
            "by": list(dict.fromkeys(one for one in by if one)),
            "where": where,
            "period": _asked_period(given),
            "compare": given.get("compare", ""),
            "chart": given.get("chart", ""),
        }
    )


def _asked_period(given: QueryDict) -> dict[str, str]:
    """As the canonical address has it, or as the builder's form sends it (`when`)."""
    key, _, number = given.get("when", "").partition(".")
    if number:
        return {key: number}
    wanted = ("from", "to") if key else PERIOD_KEYS
    return {name: given.get(name, "").strip() for name in wanted if given.get(name)}


def _dataset(key: Any) -> Dataset:
    if key not in DATASETS:
        _refuse(f"There is no data set “{key or ''}”. Choose {', '.join(DATASETS)}")
    return DATASETS[key]


def _split(dataset: Dataset, by: Any) -> tuple[str, ...]:
    if not isinstance(by, Sequence) or isinstance(by, str) or len(by) > 2:
        _refuse("Split by two things at most")
    known = [one.key for one in dataset.dimensions if one.splits]
    for key in by:
        if key not in known:
            _refuse(f"{dataset.label} cannot be split by “{key}”. Choose {', '.join(known)}")
    if len(set(by)) < len(by):
        _refuse("Split by two different things")
    if len([key for key in by if dataset.dimension(key).is_time]) > 1:
        _refuse("Split by months or by days, not by both")
    return tuple(by)


def _where(dataset: Dataset, where: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(where, Mapping):
        _refuse("Filters name what they filter and the values")
    known = {one.key: one for one in dataset.dimensions if one.filters}
    found = {}
    for key, values in where.items():
        if key not in known:
            _refuse(f"{dataset.label} has no filter “{key}”. Choose {', '.join(known)}")
        given = [values] if isinstance(values, str) else list(values)
        if len(given) > MOST_VALUES or any(len(str(v)) > MOST_LENGTH for v in given):
            _refuse(f"Give at most {MOST_VALUES} short values for {known[key].label.lower()}")
        typed = known[key].typed or str
        found[key] = tuple(sorted({typed(str(v)) for v in given}))
    return tuple(sorted(found.items()))


def _period(given: Any) -> Period:
    if not isinstance(given, Mapping):
        _refuse("A period says last, days, or from and to")
    if unknown := sorted(set(given) - set(PERIOD_KEYS)):
        _refuse(f"A period has no “{unknown[0]}”. Use {', '.join(PERIOD_KEYS)}")
    if "from" in given or "to" in given:
        return _months(str(given.get("from", "")), str(given.get("to", "")))
    key = "days" if "days" in given else "last"
    text, most = str(given.get(key, "")), MOST_DAYS if key == "days" else MOST_MONTHS
    if not text.isdecimal() or not 0 < int(text[:4]) <= most:
        _refuse(f"Give a number of {'days' if key == 'days' else 'months'} from 1 to {most}")
    return Period(days=int(text)) if key == "days" else Period(last=int(text))


def _months(first: str, final: str) -> Period:
    try:
        begin, end = month_of(first), month_of(final or first)
    except ValueError:
        _refuse("Write months as 2025-03")
    if not 0 <= (end.year - begin.year) * 12 + end.month - begin.month < MOST_MONTHS:
        _refuse(f"The last month must not be before the first, nor {MOST_MONTHS} months after it")
    return Period(first=begin, final=end)


def _one_of(value: Any, known: type[StrEnum], what: str) -> str:
    if value not in [one.value for one in known]:
        _refuse(f"There is no {what} “{value}”. Choose {', '.join(one.value for one in known)}")
    return str(value)


def _fits(spec: ReportSpec) -> None:
    """Whether its parts go together."""
    time = next((one for one in spec.split if one.is_time), None)
    days = spec.period.resolved()
    if time and time.kind is Kind.DAY and len(days.days()) > MOST_DAYS:
        _refuse(f"By day, give {MOST_DAYS} days at most")
    sizes = [_groups(one, spec) for one in spec.split]
    if len(sizes) == 2 and sizes[0] * sizes[1] > MOST_CELLS:
        _refuse("That would be too many numbers. Take fewer months, or split by less")
    if spec.compare is Compare.USUAL:
        if not spec.of.judged or spec.by != ("month",):
            _refuse("What is usual can be said of crimes by month alone")
        if not spec.period.is_whole_months:
            _refuse("What is usual can be said of whole months")
    if spec.chart not in spec.charts:
        _refuse(NEEDS[spec.chart])


def _groups(one: Dimension, spec: ReportSpec) -> int:
    days = spec.period.resolved()
    if one.kind is Kind.MONTH:
        return len(days.months())
    if one.kind is Kind.DAY:
        return len(days.days())
    return {k: len(v) for k, v in spec.where}.get(one.key, one.size)


def _refuse(words: str) -> NoReturn:
    raise SpecError(words)
