// Finds one element by CSS selector, by the name people see, or by the label of a field. Evaluated anew for each look, so that
// nothing of it stays in the page under test.
(what, kind) => {
  const seen = (e) => {
    if (!e || !e.isConnected) return false;
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden" && style.display !== "none" && !e.closest("[inert]");
  };
  const clean = (s) => (s || "").replace(/\s+/g, " ").trim();
  const name = (e) => clean(e.getAttribute("aria-label") || (e.tagName === "INPUT" ? e.value : e.innerText) || e.title || (e.querySelector("img") || {}).alt);
  const field = (label) => {
    if (label.control) return label.control;
    return label.id ? document.querySelector(`[aria-labelledby~="${CSS.escape(label.id)}"]`) : null;
  };
  let bySelector = [];
  try { bySelector = [...document.querySelectorAll(what)]; } catch { /* not a selector: then it is a text */ }
  const hit = bySelector.find(seen) || (kind === "field" && bySelector[0]);
  if (hit) return hit;
  const wanted = clean(what);
  if (kind === "field") {
    const labels = [...document.querySelectorAll("label, legend")];
    const named = [...document.querySelectorAll("input, textarea, select")];
    for (const same of [(s) => s === wanted, (s) => s.startsWith(wanted)]) {
      const l = labels.find((e) => same(clean(e.innerText)) && field(e));
      if (l) return field(l);
      const n = named.find((e) => same(clean(e.getAttribute("aria-label"))) || same(clean(e.placeholder)) || e.name === wanted);
      if (n) return n;
    }
    return null;
  }
  const can = [...document.querySelectorAll("a[href], button, summary, label, input[type=submit], input[type=button], [role=button], [role=tab], [role=link], [role=menuitem], [role=option]")].filter(seen);
  return can.find((e) => name(e) === wanted) || can.find((e) => name(e).startsWith(wanted)) || can.find((e) => name(e).includes(wanted)) || null;
}
