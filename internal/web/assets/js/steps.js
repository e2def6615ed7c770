// A long form in small steps: a form with data-steps shows one data-step at a time. Without script it is one plain form. The event
// "step" tells the form that another step is shown, "last" that it is the last one.
(function () {
  "use strict";
  var all = function (sel, root) { return Array.prototype.slice.call((root || document).querySelectorAll(sel)); };

  function start(form) {
    var steps = all("[data-step]", form), at = 0;
    var move = form.querySelector("[data-steps-move]"), now = form.querySelector("[data-steps-now]");
    if (steps.length < 2 || !move) return;
    var back = move.querySelector("[data-steps-back]"), next = move.querySelector("[data-steps-next]");
    form.setAttribute("data-stepped", "");
    move.hidden = false;
    if (now) now.hidden = false;
    all("[data-steps-plain]", form).forEach(function (el) { el.hidden = true; });
    function show(i, focus) {
      at = Math.max(0, Math.min(i, steps.length - 1));
      steps.forEach(function (el, n) { el.hidden = n !== at; });
      back.hidden = at === 0;
      next.hidden = at === steps.length - 1;
      if (now) now.textContent = (form.dataset.textStep || "").replace("%n", at + 1).replace("%m", steps.length);
      form.dispatchEvent(new CustomEvent("step"));
      if (at === steps.length - 1) form.dispatchEvent(new CustomEvent("last"));
      window.dispatchEvent(new Event("resize")); // a map that was hidden measures itself again
      if (focus) {
        var head = steps[at].querySelector("h2");
        if (head) head.focus();
        form.scrollIntoView({ block: "start" });
      }
    }
    function fine() {
      var bad = all("input, select, textarea", steps[at]).filter(function (el) { return !el.checkValidity(); })[0];
      if (bad) bad.reportValidity();
      return !bad;
    }
    back.addEventListener("click", function () { show(at - 1, true); });
    next.addEventListener("click", function () { if (fine()) show(at + 1, true); });
    form.addEventListener("keydown", function (e) { // Enter goes on, it does not send a half-filled form
      if (e.key !== "Enter" || e.target.tagName !== "INPUT" || at === steps.length - 1 || e.defaultPrevented) return;
      e.preventDefault();
      next.click();
    });
    form.addEventListener("invalid", function (e) {
      var i = steps.findIndex(function (el) { return el.contains(e.target); });
      if (i >= 0 && i !== at) show(i, false);
    }, true);
    all("a[href^='#']", form).forEach(function (a) { // the list of complaints leads to the step of the field
      a.addEventListener("click", function () {
        var el = document.getElementById(a.hash.slice(1));
        var i = steps.findIndex(function (s) { return el && s.contains(el); });
        if (i >= 0) show(i, false);
      });
    });
    var wrong = steps.findIndex(function (el) { return el.querySelector("[aria-invalid=true], .ds-validation-message"); });
    // A form that came back because of what is near opens where that is shown.
    var near = form.hasAttribute("data-steps-near") ? steps.findIndex(function (el) { return el.querySelector("#near"); }) : -1;
    show(wrong >= 0 ? wrong : Math.max(0, near), false);
  }

  document.addEventListener("DOMContentLoaded", function () { all("form[data-steps]").forEach(start); });
})();
