// Parts of a photo to be made black are drawn on it: a picture in data-redact="id" writes each rectangle as a line of four per cents into
// the text field of that id. Without script they are typed.
(function () {
  "use strict";
  document.querySelectorAll("[data-redact]").forEach(function (box) {
    var field = document.getElementById(box.dataset.redact), from = null, shape = null;
    if (!field) return;
    function at(e) {
      var r = box.getBoundingClientRect();
      var part = function (v, size) { return Math.max(0, Math.min(100, 100 * v / size)); };
      return { x: part(e.clientX - r.left, r.width), y: part(e.clientY - r.top, r.height) };
    }
    function rect(a, b) { return [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(a.x - b.x), Math.abs(a.y - b.y)]; }
    function place(el, v) {
      ["left", "top", "width", "height"].forEach(function (name, i) { el.style[name] = v[i] + "%"; });
    }
    function add() {
      var el = document.createElement("div");
      el.className = "g-casework__black";
      box.appendChild(el);
      return el;
    }
    function redraw() {
      box.querySelectorAll(".g-casework__black").forEach(function (el) { el.remove(); });
      field.value.split("\n").forEach(function (line) {
        var v = line.trim().split(/[\s;,%]+/).filter(Boolean).map(Number);
        if (v.length === 4 && v.every(isFinite)) place(add(), v);
      });
    }
    box.addEventListener("dragstart", function (e) { e.preventDefault(); });
    box.addEventListener("pointerdown", function (e) {
      var fold = field.closest("details");
      if (e.button || !fold || !fold.open) return;
      from = at(e);
      shape = add();
      box.setPointerCapture(e.pointerId);
    });
    box.addEventListener("pointermove", function (e) { if (from) place(shape, rect(from, at(e))); });
    box.addEventListener("pointerup", function (e) {
      if (!from) return;
      var v = rect(from, at(e));
      from = null;
      if (v[2] > 0.5 && v[3] > 0.5) field.value = (field.value.trim() + "\n" + v.map(function (n) { return n.toFixed(1); }).join(" ")).trim();
      redraw();
    });
    field.addEventListener("input", redraw);
    redraw();
  });
})();
