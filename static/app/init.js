// Starts the GOV.UK components of the page. Every page works without it.
import { initAll } from "../vendor/govuk-frontend-6.6.0/govuk-frontend.min.js";

initAll();
