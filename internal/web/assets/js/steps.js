// A long form in small steps: a form with data-steps shows one data-step at a time, and says at the field what is missing before it goes
// on. Without script it is one plain form, of which the server says the same. The event
// "step" tells the form that another step is shown, "last" that it is the last one.
(function () {
  "use strict";
  var all = function (sel, root) { return Array.prototype.slice.call((root || document).querySelectorAll(sel)); };

  // A complaint stands at its field, as the server writes it, until the field is changed.
  function complain(form, el, text) {
    quiet(el);
    var group = el.closest("fieldset.g-choice"), box = group || el.closest(".g-field") || el.parentNode;
    var p = document.createElement("p"), word = document.createElement("span");
    p.className = "ds-validation-message";
    p.id = (el.id || el.name) + "-missing";
    word.className = "ds-sr-only";
    word.textContent = form.dataset.textError + ": ";
    p.append(word, text);
    if (group) group.querySelector("legend").after(p);
    else { box.insertBefore(p, el.closest(".g-affix") || el); box.setAttribute("data-invalid", "true"); }
    el.setAttribute("aria-invalid", "true");
    el.setAttribute("aria-describedby", (p.id + " " + (el.getAttribute("aria-describedby") || "")).trim());
  }
  function quiet(el) {
    var box = el.closest("fieldset.g-choice") || el.closest(".g-field");
    if (!box) return;
    all(".ds-validation-message", box).forEach(function (p) { p.remove(); });
    box.removeAttribute("data-invalid");
    all("[aria-invalid]", box).forEach(function (x) { x.removeAttribute("aria-invalid"); });
  }
  // What is wrong with the fields of a part: [field, words].
  function faults(form, part) {
    var out = [];
    all("fieldset[data-required]", part).forEach(function (group) {
      if (!group.querySelector("input:checked")) out.push([group.querySelector("input"), form.dataset.textRequired]);
    });
    all("input, select, textarea", part).forEach(function (el) {
      if (el.disabled || el.type === "hidden" || el.type === "radio" || el.type === "file") return;
      var typed = el.value.trim();
      if (el.getAttribute("aria-required") === "true" && !typed) out.push([el, form.dataset.textRequired]);
      else if (typed && el.dataset.min && typed.length < Number(el.dataset.min)) out.push([el, el.dataset.textMin]);
      else if (!el.checkValidity()) out.push([el, el.validationMessage]);
    });
    return out;
  }

  function start(form) {
    var steps = all("[data-step]", form), at = 0, seen = 0;
    var move = form.querySelector("[data-steps-move]"), now = form.querySelector("[data-steps-now]");
    if (steps.length < 2 || !move) return;
    var back = move.querySelector("[data-steps-back]"), next = move.querySelector("[data-steps-next]");
    var links = all("[data-steps-list] a", form);
    form.setAttribute("data-stepped", "");
    form.noValidate = true;
    move.hidden = false;
    if (now) now.hidden = false;
    all("[data-steps-plain]", form).forEach(function (el) { el.hidden = true; });
    function show(i, focus) {
      at = Math.max(0, Math.min(i, steps.length - 1));
      seen = Math.max(seen, at);
      links.forEach(function (a, n) {
        if (n === at) a.setAttribute("aria-current", "step"); else a.removeAttribute("aria-current");
        a.toggleAttribute("data-seen", n < seen && n !== at);
        if (n > seen) a.setAttribute("aria-disabled", "true"); else a.removeAttribute("aria-disabled");
      });
      steps.forEach(function (el, n) { el.hidden = n !== at; });
      back.hidden = at === 0;
      next.hidden = at === steps.length - 1;
      move.toggleAttribute("data-last", next.hidden);
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
    function fine(i) {
      form.dispatchEvent(new CustomEvent("check")); // other scripts judge their fields, also those that a draft filled in
      var bad = faults(form, steps[i]);
      bad.forEach(function (one) { complain(form, one[0], one[1]); });
      if (bad.length) {
        if (i !== at) show(i, false);
        bad[0][0].focus();
      }
      return !bad.length;
    }
    form.addEventListener("input", function (e) { quiet(e.target); });
    form.addEventListener("change", function (e) { quiet(e.target); });
    form.addEventListener("submit", function (e) {
      if (e.submitter && (e.submitter.formNoValidate || e.submitter.value === "preview")) return;
      for (var i = 0; i < steps.length; i++) {
        if (!fine(i)) { e.preventDefault(); e.stopImmediatePropagation(); return; }
      }
    });
    links.forEach(function (a, n) {
      a.addEventListener("click", function (e) {
        e.preventDefault();
        if (n < at || n <= seen && fine(at)) show(n, true);
      });
    });
    // A part that hangs on a field is passed over while that is empty.
    function beyond(i, by) {
      var name = steps[i + by] && steps[i + by].dataset.stepWhen, field = name && form.elements[name];
      return field && !field.value && steps[i + 2 * by] ? i + 2 * by : i + by;
    }
    back.addEventListener("click", function () { show(beyond(at, -1), true); });
    next.addEventListener("click", function () { if (fine(at)) show(beyond(at, 1), true); });
    form.addEventListener("keydown", function (e) { // Enter goes on, it does not send a half-filled form
      if (e.key !== "Enter" || e.target.tagName !== "INPUT" || at === steps.length - 1 || e.defaultPrevented) return;
      e.preventDefault();
      next.click();
    });
    all(".ds-error-summary a[href^='#']", form).forEach(function (a) { // the list of complaints leads to the step of the field
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
