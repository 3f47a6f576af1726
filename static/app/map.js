// The map that moves: the shapes of the page's own picture, without which the page works as well.
const { L } = window;
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const byId = (id) => document.getElementById(id);

const shapes = read("map-shapes");
const places = read("map-places"); // [address of the list, name], in the order of the table
const holder = byId("map");
const told = byId("map-told");

holder.hidden = false;
byId("map-picture").classList.add("wmp-map__picture--printed");
holder.setAttribute("role", "application");
holder.setAttribute("aria-label", "Map. The arrow keys move it, plus and minus change its size. Its numbers stand in the table");
const map = L.map(holder, { zoomControl: false, zoomSnap: 0.5, attributionControl: Boolean(holder.dataset.tiles) });
L.control.zoom({ position: "bottomright", zoomInTitle: "Nearer", zoomOutTitle: "Farther" }).addTo(map);
if (holder.dataset.tiles) {
  map.attributionControl.setPrefix(false);
  const credit = document.createElement("span");
  credit.textContent = holder.dataset.credit;
  L.tileLayer(holder.dataset.tiles, { attribution: credit.innerHTML }).addTo(map);
}

let drawing = false;

// What a shape holds is said below the map, with the way to its crimes.
const tell = ({ n, r, h }) => {
  const [address, name] = places[r - 1];
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = address;
  link.textContent = `${r}. ${name}: ${n.toLocaleString("en-GB")} ${n === 1 ? "crime" : "crimes"}`;
  told.replaceChildren(link, h ? " – hot spot" : "");
};

const layer = L.geoJSON(shapes, {
  style: ({ properties: { c, h } }) => ({
    className: `wmp-map__shape wmp-map__shape--${c}${h ? " wmp-map__shape--hot" : ""}`,
  }),
  onEachFeature: ({ properties }, shape) => {
    shape.on("click", () => drawing || tell(properties));
    if (!properties.h) return;
    const icon = L.divIcon({ className: "wmp-map__pin", html: "", iconSize: [12, 12] });
    L.marker(shape.getBounds().getCenter(), { icon, interactive: false, keyboard: false }).addTo(map);
  },
}).addTo(map);
map.fitBounds(layer.getBounds(), { padding: [8, 8] });

// Drawing an area: corners by taps, or by keys (the map's middle); it is sent, never put into an address.
const corners = [];
const area = L.polygon([], { className: "wmp-map__area", interactive: false }).addTo(map);
const [start, middle, undo, find] = ["start", "middle", "undo", "find"].map((name) => byId(`draw-${name}`));
byId("map-draw").hidden = false;

const show = () => {
  area.setLatLngs(corners);
  start.setAttribute("aria-pressed", String(drawing));
  start.textContent = drawing ? "Stop drawing" : "Draw an area";
  middle.hidden = !drawing;
  undo.hidden = !drawing || corners.length === 0;
  find.hidden = !drawing || corners.length < 3;
  holder.classList.toggle("wmp-map--drawing", drawing);
  map.doubleClickZoom[drawing ? "disable" : "enable"](); // two quick taps are two corners
  if (drawing) told.textContent = `${corners.length} ${corners.length === 1 ? "corner" : "corners"} of the area`;
};
const add = ({ lat, lng }) => {
  corners.push([Number(lat.toFixed(5)), Number(lng.toFixed(5))]);
  show();
};

map.on("click", ({ latlng }) => drawing && add(latlng));
middle.addEventListener("click", () => add(map.getCenter()));
undo.addEventListener("click", () => {
  corners.pop();
  show();
  if (undo.hidden) start.focus();
});
start.addEventListener("click", () => {
  drawing = !drawing;
  corners.length = 0;
  told.replaceChildren();
  show();
});
find.addEventListener("click", () => {
  byId("around_points").value = JSON.stringify(corners);
  byId("around").submit();
});
byId("around").addEventListener("submit", () => { byId("around_points").value = ""; });
