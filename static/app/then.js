// Moves the day of "as known on" by months; the day itself stands in the field, and the button asks.
const slider = document.querySelector("#network-then");
const range = slider.querySelector("input");
const told = slider.querySelector("output");
const day = document.querySelector("#id_known");
const words = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
const now = new Date();

function month(back) {
  return new Date(Date.UTC(now.getFullYear(), now.getMonth() - back, 1));
}

function tell() {
  const back = range.max - range.value;
  const text = back === 0 ? "Today" : words.format(month(back));
  told.textContent = text;
  range.setAttribute("aria-valuetext", text);
}

function follow() {
  if (!day.value) range.value = range.max;
  else {
    const then = new Date(day.value);
    const back = (now.getFullYear() - then.getUTCFullYear()) * 12 + now.getMonth() - then.getUTCMonth();
    range.value = range.max - Math.max(back, 0);
  }
  tell();
}

range.addEventListener("input", () => {
  const back = range.max - range.value;
  day.value = back === 0 ? "" : month(back).toISOString().slice(0, 10);
  tell();
});
day.addEventListener("change", follow);
follow();
slider.hidden = false;
