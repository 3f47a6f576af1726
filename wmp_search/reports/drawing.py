"""The line of a report's monthly counts, by the recipe of the trends."""

from crime.trends.chart import Chart, drawn
from wmp_search.reports.result import Result


def line_chart(result: Result) -> Chart | None:
    """The chart of counts by month; None without any month."""
    if not result.rows:
        return None
    judged = result.verdict.judged if result.verdict else None
    usual = None
    if judged and judged.low is not None and judged.high is not None:
        usual = (judged.low, judged.high)
    return drawn(
        result.days.months(),
        [int(row.value) for row in result.rows],
        usual,
        unusual=judged is not None and judged.verdict.is_unusual,
    )
