"""What the address of a network's page asks for, and where its steps lead from there."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.template.loader import get_template

from gangs.network import charts, nodes
from gangs.network.charts import Chart
from gangs.network.forms import ViewForm
from gangs.network.limits import limits
from gangs.network.models import Kind
from gangs.network.reading import Thing, Tie
from gangs.network.sight import View
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

TABS = (("tree", "Steps"), ("table", "Table"), ("chart", "Chart"))
POSITIONS = ("positions", "Positions")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says: which tab, what is opened, what it is narrowed to."""

    tab: str
    opened: tuple[int, ...]
    form: ViewForm
    everything: bool
    is_full: bool

    @property
    def view(self) -> View:
        return self.form.wanted

    @property
    def filters(self) -> list[tuple[str, str]]:
        """Of the form, as it stands in an address; no personal data."""
        data = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        known = data.get("known")
        found = [("kind", kind) for kind in data.get("kind") or ()]
        found += [("source", data["source"])] if data.get("source") else []
        return [*found, ("known", known.isoformat())] if known else found

    def query(self, *, tab: str = "", opened: tuple[int, ...] | None = None) -> str:
        """The address of another tab, or with other things opened."""
        here = self.opened if opened is None else opened
        pairs = [("tab", tab or self.tab), *(("open", nodes.code(node)) for node in here)]
        return urlencode([*pairs, *self.filters])


def tabs_of(request: AccessRequest) -> tuple[tuple[str, str], ...]:
    """(name, title) of the tabs that the role opens."""
    may = request.scope.may(Permission.NETWORK_ANALYSE)
    return (*TABS, POSITIONS) if may else TABS


def asked_of(request: AccessRequest) -> Asked:
    """What the address asks for; what cannot be read in it is left out, as are positions for who
    is no analyst.
    """
    form = ViewForm(request.GET)
    form.is_valid()
    codes = request.GET.getlist("open")
    opened = [node for code in codes if (node := nodes.of_code(code)) is not None]
    most = limits().chart["opened"]
    tab = request.GET.get("tab", "")
    return Asked(
        tab if tab in dict(tabs_of(request)) else TABS[0][0],
        tuple(dict.fromkeys(opened))[:most],
        form,
        "all" in request.GET,
        len(opened) >= most,
    )


def narrowed(asked: Asked) -> dict[str, Any]:
    """The filter as the trail keeps it."""
    view = asked.view
    kinds = [] if view.kinds == frozenset(Kind) else sorted(kind.label for kind in view.kinds)
    found = {"tab": asked.tab, "kinds": kinds, "source": view.system}
    return {**found, "known": view.known.isoformat() if view.known else ""}


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the tree: a thing, as it is written, how it hangs on the one above, and where
    opening it leads ("" if it cannot be).
    """

    thing: Thing
    written: str
    tie: Tie | None
    onward: str
    below: tuple["Step", ...]


def branches(chart: Chart, asked: Asked) -> Step:
    written = _written(chart)

    def step(branch: charts.Branch) -> Step:
        thing = branch.thing
        below = tuple(step(under) for under in branch.below)
        onward = _onward(thing, chart, asked)
        return Step(thing, written[thing.node], branch.tie, onward, below)

    return step(charts.tree(chart))


def _written(chart: Chart) -> dict[int, str]:
    """Each thing as it stands in lines and rows, once: a page names some of them many times."""
    template = get_template("network/marked.html")
    return {node: template.render({"thing": thing}) for node, thing in chart.things.items()}


def _is_opened(node: int, chart: Chart) -> bool:
    return node == chart.center or node in chart.opened


def _onward(thing: Thing, chart: Chart, asked: Asked) -> str:
    """The address with the thing opened; hubs need a filter first."""
    if _is_opened(thing.node, chart) or asked.is_full:
        return ""
    if thing.is_hub and not asked.view.is_narrow:
        return ""
    return asked.query(opened=(*asked.opened, thing.node))


def opened(chart: Chart, asked: Asked) -> list[tuple[int, Thing, str]]:
    """(node, thing, address without it) of what was opened: closing is undoing a step."""
    return [
        (node, chart.things[node], asked.query(opened=tuple(n for n in asked.opened if n != node)))
        for node in chart.opened
    ]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A link in the table: its ends, how they are written, where opening the other leads."""

    tie: Tie
    one: Thing
    other: Thing
    written: tuple[str, str]
    onward: str


def rows(chart: Chart, asked: Asked) -> list[TableRow]:
    """The links of the table."""
    written, things = _written(chart), chart.things
    onward = {node: _onward(thing, chart, asked) for node, thing in things.items()}
    return [
        TableRow(
            tie,
            things[tie.one],
            things[tie.other],
            (written[tie.one], written[tie.other]),
            onward[tie.other],
        )
        for tie in chart.ties
    ]
