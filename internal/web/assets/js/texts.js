// Acts: words that somebody selects can be quoted in a remark. Plans: a place that somebody presses is filled into the form.
(function () {
  "use strict";
  var doc = document;
  var button;

  function drop() { if (button) { button.remove(); button = null; } }

  // chosen is what is selected within one block: the words, and some before and after them, by which they are found again.
  function chosen() {
    var s = doc.getSelection();
    if (!s || s.isCollapsed || !s.rangeCount) return null;
    var range = s.getRangeAt(0);
    var from = range.startContainer.nodeType === 1 ? range.startContainer : range.startContainer.parentElement;
    var block = from && from.closest("[data-quote] [data-key]");
    if (!block || !block.contains(range.endContainer)) return null;
    var quote = s.toString().replace(/\s+/g, " ").trim();
    if (quote.length < 3 || quote.length > 900) return null;
    var before = range.cloneRange(), after = range.cloneRange();
    before.setStart(block, 0);
    before.setEnd(range.startContainer, range.startOffset);
    after.setStart(range.endContainer, range.endOffset);
    after.setEnd(block, block.childNodes.length);
    return { block: block, range: range, quote: quote, prefix: before.toString().slice(-40), suffix: after.toString().slice(0, 40) };
  }

  var wait;
  doc.addEventListener("selectionchange", function () {
    clearTimeout(wait);
    wait = setTimeout(function () {
      var c = chosen();
      if (doc.activeElement && button && doc.activeElement === button) return;
      drop();
      if (!c) return;
      var act = c.block.closest("[data-quote]");
      var at = c.range.getBoundingClientRect();
      button = doc.createElement("a");
      button.className = "ds-button g-act__pick";
      button.dataset.size = "sm";
      button.textContent = act.dataset.quote;
      button.href = act.dataset.quotePath + c.block.dataset.key + "?" + new URLSearchParams({ quote: c.quote, prefix: c.prefix, suffix: c.suffix });
      // After the block, so that the tab key leads from the selection to it.
      c.block.parentElement.style.position = "relative";
      var home = c.block.parentElement.getBoundingClientRect();
      button.style.insetBlockStart = (at.bottom - home.top + 6) + "px";
      button.style.insetInlineStart = Math.max(0, Math.min(at.left - home.left, home.width - 220)) + "px";
      c.block.after(button);
    }, 200);
  });
  doc.addEventListener("keydown", function (e) { if (e.key === "Escape") drop(); });

  function percent(e, plan) {
    var box = plan.querySelector("img").getBoundingClientRect();
    return [(e.clientX - box.left) / box.width * 100, (e.clientY - box.top) / box.height * 100].map(function (v) {
      return Math.max(0, Math.min(100, v)).toFixed(1);
    });
  }
  doc.addEventListener("click", function (e) {
    var plan = e.target.closest(".g-plan");
    if (!plan) return;
    var zones = doc.querySelector("textarea[name=zones]");
    if (zones && doc.querySelector("[data-plan-corners]")) {
      // Staff draw a zone: each press adds a corner to the last line.
      e.preventDefault();
      var text = zones.value.replace(/\s+$/, "");
      zones.value = text + (text && !/;\s*[^;\n]*$/.test(text) ? "; ; " : " ") + percent(e, plan).join(",");
      return;
    }
    if (!plan.dataset.plan || e.target.closest("a")) return;
    var at = percent(e, plan);
    location.href = plan.dataset.plan + "?" + new URLSearchParams({ x: at[0], y: at[1] }) + "#point";
  });
})();
