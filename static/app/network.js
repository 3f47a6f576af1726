// Draws the table of links on a canvas: in rings around the middle first, by who shares most on
// request. Everything that the canvas does stands in the table below, and on the keys.
/* global cytoscape */
const table = document.querySelector("#links");
const holder = document.querySelector("#network");
const canvas = document.querySelector("#network-canvas");
const said = document.querySelector("#network-said");
const SHAPES = ["ellipse", "diamond", "octagon", "pentagon", "rectangle", "hexagon", "diamond", "diamond"];
const DRAFT_FROM = 500; // elements
const LARGEST = 1.3; // of a small chart
// a colour of the page as it is now: an element has it computed, dark or light
const probe = document.body.appendChild(document.createElement("span"));
probe.hidden = true;
function colour(value) {
  probe.style.color = value;
  return getComputedStyle(probe).color;
}
const [LINK, QUIET, DANGER, GROUND] = ["link", "quiet", "danger", "page"].map((name) => colour(`var(--wmp-${name})`));
const WORDS = getComputedStyle(document.body).color;

const things = [...document.querySelectorAll("#network-things li")].map((item) => ({
  data: {
    id: item.dataset.code,
    label: item.textContent,
    shape: item.dataset.child === undefined ? SHAPES[item.dataset.type] : "round-tag",
    middle: item.dataset.code === holder.dataset.center ? 1 : 0,
  },
  classes: ["hub", "child"].filter((name) => item.dataset[name] !== undefined).concat(`type-${item.dataset.type}`),
}));
const links = [...table.querySelectorAll("tr[data-from]")].map((row, place) => ({
  data: { id: `link-${place}`, source: row.dataset.from, target: row.dataset.to },
  classes: row.dataset.assessed === undefined ? [] : ["assessed"],
}));

const style = [
  {
    selector: "node",
    style: {
      "background-color": LINK, shape: "data(shape)", label: "data(label)", width: 22, height: 22,
      color: WORDS, "font-size": 11, "text-valign": "bottom", "text-margin-y": 3,
      "text-wrap": "ellipsis", "text-max-width": 110, "min-zoomed-font-size": 7,
      "text-background-color": GROUND, "text-background-opacity": 0.8,
    },
  },
  { selector: "node[middle = 1]", style: { width: 34, height: 34, "font-weight": "bold" } },
  { selector: ".type-2", style: { "border-width": 5, "border-style": "double", "border-color": QUIET } },
  { selector: ".hub", style: { "background-color": QUIET, "border-width": 5, "border-style": "double", "border-color": QUIET } },
  { selector: "edge", style: { width: 2, "line-color": QUIET, "curve-style": "haystack" } },
  { selector: ".assessed", style: { "line-style": "dashed" } },
  { selector: ".picked", style: { "border-width": 5, "border-style": "solid", "border-color": DANGER } },
];

holder.hidden = false;
const chart = cytoscape({
  container: canvas,
  elements: [...things, ...links],
  style,
  layout: { name: "preset" },
  minZoom: 0.1,
  maxZoom: 4,
  hideEdgesOnViewport: window.innerWidth < 641,
});
const rings = new Map();
chart.elements().bfs({
  roots: chart.getElementById(holder.dataset.center),
  visit: (node, _edge, _before, _place, depth) => { rings.set(node.id(), depth); },
});
const LAYOUTS = {
  concentric: () => ({ name: "concentric", animate: false, concentric: (node) => 10 - (rings.get(node.id()) ?? 9), levelWidth: () => 1, minNodeSpacing: 18 }),
  fcose: () => ({ name: "fcose", animate: false, randomize: true, quality: chart.elements().length > DRAFT_FROM ? "draft" : "default", nodeRepulsion: 9000, idealEdgeLength: 70 }),
};

function lay(name) {
  const began = performance.now();
  chart.layout(LAYOUTS[name]()).run();
  chart.fit(undefined, 24);
  if (chart.zoom() > LARGEST) chart.zoom(LARGEST);
  chart.center();
  holder.dataset.drawn = `${name} ${Math.round(performance.now() - began)}`;
}

let picked = chart.getElementById(holder.dataset.center);
function pick(node) {
  picked.removeClass("picked");
  picked = node.addClass("picked");
  const beside = node.neighborhood("node").length;
  said.textContent = `${node.data("label")}: ${beside} ${beside === 1 ? "link" : "links"} in this chart`;
}

const rowsOf = (code) => [...table.querySelectorAll(`tr[data-from="${code}"], tr[data-to="${code}"]`)];

const KEYS = {
  ArrowRight: () => step(1),
  ArrowDown: () => step(1),
  ArrowLeft: () => step(-1),
  ArrowUp: () => step(-1),
  Enter: () => show(picked),
  e: () => open(picked),
  Escape: () => pick(chart.getElementById(holder.dataset.center)),
};

function step(by) {
  const order = chart.nodes().sort((one, other) => (rings.get(one.id()) ?? 9) - (rings.get(other.id()) ?? 9)).toArray();
  const place = order.findIndex((node) => node.same(picked));
  pick(order[(place + by + order.length) % order.length]);
}

function show(node) {
  const row = rowsOf(node.id())[0];
  row?.scrollIntoView({ block: "center" });
  row?.querySelector("a")?.focus({ preventScroll: true });
}

function open(node) {
  const row = [...table.querySelectorAll(`tr[data-to="${node.id()}"]`)].find((one) => one.querySelector("a[data-open]"));
  row?.querySelector("a[data-open]").click();
}

canvas.addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  act();
});
chart.on("tap", "node", (event) => pick(event.target));
holder.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.layout) lay(button.dataset.layout);
  if (button?.dataset.zoom) chart.zoom({ level: chart.zoom() * Number(button.dataset.zoom), renderedPosition: { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 } });
});
lay("concentric");
pick(picked);
