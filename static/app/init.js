// Starts the GOV.UK components of the page. Every page works without it.
import { initAll } from "../vendor/govuk-frontend-6.6.0/govuk-frontend.min.js";

initAll();

// The tab that is shown stands in sight where the row of tabs scrolls.
document.querySelector(".wmp-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// "/" leads to the box, "?" to the help; not while somebody types, nor where keys are switched off.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (typing || event.altKey || event.ctrlKey || event.metaKey) return;
  if (document.documentElement.dataset.keys === "off") return;
  const box = document.querySelector("form[role=search] input[type=search]");
  if (event.key === "/" && box) {
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "?") {
    document.querySelector("a[data-help]")?.click();
  }
});
