// A key presses the button that names it, except while somebody types.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=radio]), textarea, select");
  if (document.documentElement.dataset.keys === "off") return;
  if (typing || event.altKey || event.ctrlKey || event.metaKey) return;
  document.querySelector(`button[data-key="${CSS.escape(event.key)}"]`)?.click();
});
