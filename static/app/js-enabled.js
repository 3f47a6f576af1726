// Before the first paint: tells GOV.UK components that scripts run and modules are known.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
