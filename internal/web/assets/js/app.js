// Small improvements of pages that work without them. Nothing here is needed to read, write or vote.
(function () {
  "use strict";
  var doc = document;
  var on = function (type, fn, opts) { doc.addEventListener(type, fn, opts); };
  var all = function (sel, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(sel)); };
  var lang = doc.documentElement.lang || "en";
  var number = new Intl.NumberFormat(lang);

  if (window.htmx) {
    htmx.config.includeIndicatorStyles = false;
    htmx.config.allowEval = false;
    htmx.config.selfRequestsOnly = true;
    htmx.config.historyCacheSize = 0;
    htmx.config.refreshOnHistoryMiss = true;
  }

  // Letters as people count them; the server counts the same way.
  var segmenter = window.Intl && Intl.Segmenter ? new Intl.Segmenter(lang, { granularity: "grapheme" }) : null;
  function letters(text) {
    if (!segmenter) return Array.from(text).length;
    var n = 0;
    for (var it = segmenter.segment(text)[Symbol.iterator](); !it.next().done;) n++;
    return n;
  }

  function count(box) {
    var input = doc.getElementById(box.dataset.counterFor);
    if (!input) return;
    var left = Number(box.dataset.max) - letters(input.value.trim());
    box.dataset.state = left < 0 ? "over" : "ok";
    box.textContent = (left < 0 ? box.dataset.over : box.dataset.left).replace("{n}", number.format(Math.abs(left)));
  }

  // Menus close with Escape and by pressing elsewhere.
  on("click", function (e) {
    all("details[data-menu][open]").forEach(function (d) { if (!d.contains(e.target)) d.open = false; });
  });
  on("keydown", function (e) {
    if (e.key !== "Escape") return;
    all("details[data-menu][open]").forEach(function (d) { d.open = false; d.querySelector("summary").focus(); });
  });

  // Votes: the press shows at once, the server's answer replaces the form, a failure takes it back.
  function shown(button, pressed) {
    var was = button.getAttribute("aria-pressed") === "true";
    if (was === pressed) return;
    button.setAttribute("aria-pressed", String(pressed));
    if (button.hasAttribute("data-variant")) button.dataset.variant = pressed ? "primary" : "secondary";
    var box = button.querySelector("[data-vote-count]");
    if (!box) return;
    var n = Number(box.dataset.voteCount) + (pressed ? 1 : -1);
    box.dataset.voteCount = n;
    box.textContent = number.format(n);
  }
  var before = new WeakMap();
  on("htmx:beforeRequest", function (e) {
    var form = e.detail.elt;
    if (!form.matches || !form.matches("form[data-vote]")) return;
    before.set(form, form.innerHTML);
    var ev = e.detail.requestConfig && e.detail.requestConfig.triggeringEvent;
    var pressed = (ev && ev.submitter) || form.querySelector("button");
    var turnOn = pressed.getAttribute("aria-pressed") !== "true";
    all("button[aria-pressed]", form).forEach(function (b) { shown(b, b === pressed && turnOn); });
  });
  function takeBack(e) {
    var form = e.detail.elt;
    if (form && before.has(form)) { form.innerHTML = before.get(form); before.delete(form); }
  }
  on("htmx:responseError", takeBack);
  on("htmx:sendError", takeBack);
  on("htmx:timeout", takeBack);
  // A whole page instead of a fragment (sign-in was needed, the session ended): go there.
  on("htmx:beforeSwap", function (e) {
    var text = e.detail.xhr.responseText || "";
    if (/^\s*<!doctype/i.test(text) && !e.detail.requestConfig.elt.hasAttribute("hx-select")) {
      e.detail.shouldSwap = false;
      location.assign(e.detail.xhr.responseURL || location.href);
    }
  });
  // The focus stays where it was when a fragment comes.
  on("htmx:afterSwap", function (e) {
    var id = e.detail.target && e.detail.target.id;
    var fresh = id && doc.getElementById(id);
    if (fresh && doc.activeElement === doc.body) {
      var b = fresh.querySelector("button[aria-pressed=true], button, a, input");
      if (b) b.focus({ preventScroll: true });
    }
    prepare(fresh || doc);
  });

  // Drafts survive an error, a sign-in and a closed tab; they are forgotten when the thing was sent.
  function draftKey(form) { return "draft:" + (form.dataset.draft || form.getAttribute("action") || location.pathname); }
  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (f) {
      return f.name && !f.disabled && !/^(password|file|hidden|submit|button)$/.test(f.type) && f.autocomplete !== "off";
    });
  }
  function saveDraft(form) {
    var data = {};
    fields(form).forEach(function (f) {
      if (f.type === "checkbox" || f.type === "radio") { if (f.checked) (data[f.name] = data[f.name] || []).push(f.value); }
      else if (f.value) data[f.name] = f.value;
    });
    try { localStorage.setItem(draftKey(form), JSON.stringify({ at: Date.now(), data: data })); } catch (err) { return; }
  }
  function loadDraft(form) {
    var raw;
    try { raw = JSON.parse(localStorage.getItem(draftKey(form))); } catch (err) { raw = null; }
    var note = form.querySelector("[data-draft-note]");
    if (!raw || Date.now() - raw.at > 7 * 864e5 || form.querySelector("[data-error-summary]")) return;
    if (fields(form).some(function (f) { return /^(text|textarea|search)/.test(f.type) && f.value; })) return;
    var used = false;
    fields(form).forEach(function (f) {
      var v = raw.data[f.name];
      if (v === undefined) return;
      if (f.type === "checkbox" || f.type === "radio") f.checked = Array.isArray(v) && v.indexOf(f.value) >= 0;
      else if (f.value !== v) { f.value = v; used = true; }
    });
    if (used && note) note.hidden = false;
  }
  function clearDrafts() {
    // The server names finished drafts on the page that follows a success.
    all("[data-draft-done]").forEach(function (el) { try { localStorage.removeItem("draft:" + el.dataset.draftDone); } catch (err) { return; } });
    if (!doc.querySelector("[data-flash][data-color=success]")) return;
    var sent;
    try {
      sent = sessionStorage.getItem("draft-sent");
      sessionStorage.removeItem("draft-sent");
      if (sent) localStorage.removeItem(sent);
    } catch (err) { return; }
  }
  var timers = new WeakMap();
  on("input", function (e) {
    var form = e.target.form;
    all("[data-counter-for]", form || doc).forEach(function (box) { if (box.dataset.counterFor === e.target.id) count(box); });
    if (!form || !form.hasAttribute("data-draft")) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(function () { saveDraft(form); }, 400));
  });
  on("submit", function (e) {
    if (!e.target.hasAttribute("data-draft")) return;
    saveDraft(e.target);
    try { sessionStorage.setItem("draft-sent", draftKey(e.target)); } catch (err) { return; }
  });
  on("click", function (e) {
    var b = e.target.closest("[data-draft-clear]");
    if (!b) return;
    e.preventDefault();
    try { localStorage.removeItem(draftKey(b.form)); } catch (err) { return; }
    b.form.reset();
    b.closest("[data-draft-note]").hidden = true;
    all("[data-counter-for]", b.form).forEach(count);
  });

  // "Are you sure?" in a dialog; the form is sent with the button that was pressed.
  var sure = null;
  on("click", function (e) {
    var b = e.target.closest("[data-confirm]");
    var dialog = doc.getElementById("confirm");
    if (!b || !dialog || !dialog.showModal || sure === b) { sure = null; return; }
    e.preventDefault();
    e.stopPropagation();
    doc.getElementById("confirm-text").textContent = b.dataset.confirm;
    dialog.returnValue = "";
    dialog.showModal();
    dialog.onclose = function () {
      b.focus();
      if (dialog.returnValue === "yes") { sure = b; b.click(); }
    };
  }, true);
  on("click", function (e) {
    var b = e.target.closest("[data-dialog-open]");
    var dialog = b && doc.getElementById(b.dataset.dialogOpen);
    if (dialog && dialog.showModal) { e.preventDefault(); dialog.showModal(); }
  });

  // One press, one request.
  on("submit", function (e) {
    var form = e.target;
    if (e.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () { all("form[data-sent]").forEach(function (f) { delete f.dataset.sent; }); });

  on("click", function (e) {
    var a = e.target.closest("[data-copy]");
    if (!a || !navigator.clipboard) return;
    e.preventDefault();
    navigator.clipboard.writeText(new URL(a.dataset.copy, location.href).href).then(function () {
      var s = a.querySelector("span");
      var old = s.textContent;
      s.textContent = a.dataset.copied;
      setTimeout(function () { s.textContent = old; }, 2500);
    }, function () { location.assign(a.href); });
  });

  // More than the server takes is said before it is sent for minutes and refused.
  on("submit", function (e) {
    var inputs = all("input[type=file]", e.target), sum = 0;
    inputs.forEach(function (input) {
      Array.prototype.forEach.call(input.files, function (file) { sum += file.size; });
    });
    if (!sum || sum < Number(doc.body.dataset.uploadMax) - 262144) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    inputs[0].setCustomValidity(doc.body.dataset.uploadTooLarge);
    inputs[0].reportValidity();
  }, true);

  on("change", function (e) {
    var input = e.target;
    if (input.type === "file" && input.form) all("input[type=file]", input.form).forEach(function (f) { f.setCustomValidity(""); });
    if (input.matches("[data-preview]")) preview(input);
    if (input.matches("[data-check-all]")) {
      all("input[form='" + input.dataset.checkAll + "'][name=id]").forEach(function (c) { c.checked = input.checked; });
    }
    all("form[data-bulk]").forEach(bulk);
  });
  function preview(input) {
    var list = doc.getElementById(input.dataset.preview);
    list.textContent = "";
    Array.prototype.forEach.call(input.files, function (file) {
      var li = doc.createElement("li");
      if (/^image\//.test(file.type)) {
        var img = doc.createElement("img");
        img.alt = "";
        var reader = new FileReader();
        reader.onload = function () { img.src = reader.result; };
        reader.readAsDataURL(file);
        li.appendChild(img);
      }
      li.appendChild(doc.createTextNode(file.name));
      list.appendChild(li);
    });
  }
  function bulk(form) {
    // Not form.id: the boxes of the list are called id too, and they would be meant.
    var n = all("input[form='" + form.getAttribute("id") + "'][name=id]:checked").length;
    var box = form.querySelector("[data-bulk-count]");
    box.dataset.none = box.dataset.none || box.textContent;
    box.textContent = n ? box.dataset.text.replace("{n}", number.format(n)) : box.dataset.none;
    form.toggleAttribute("data-selected", n > 0);
  }

  // Keyboard for staff tables.
  var here = null;
  function go(row) {
    if (!row) return;
    if (here) here.classList.remove("g-here");
    here = row;
    row.classList.add("g-here");
    row.scrollIntoView({ block: "nearest" });
    var link = row.querySelector("[data-row-link], a");
    if (link) link.focus({ preventScroll: true });
  }
  on("keydown", function (e) {
    var table = doc.querySelector("table[data-keys]");
    if (!table || e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && e.target.type !== "checkbox") return;
    if (doc.querySelector("dialog[open]")) return;
    var rows = all("tbody tr", table);
    var i = rows.indexOf(here);
    if (e.key === "j") go(rows[Math.min(i + 1, rows.length - 1)]);
    else if (e.key === "k") go(rows[Math.max(i - 1, 0)]);
    else if (e.key === "?") { var help = doc.getElementById("key-help"); if (help) help.showModal(); }
    else if (here && e.key === "x") { var c = here.querySelector("input[type=checkbox]"); if (c) c.click(); }
    else if (here && e.key === "o") { var row = here.querySelector("[data-row-link]"); if (row) row.click(); else return; }
    else if (e.key === "a" || e.key === "r") {
      var b = (here || doc).querySelector("[data-key='" + e.key + "']");
      if (b) b.click(); else return;
    } else if (here && /^[1-9]$/.test(e.key) && table.closest("[data-numbers]")) {
      // A number opens the row with the choice of that number.
      var choice = table.closest("[data-numbers]").dataset.numbers.split(" ")[e.key - 1];
      var open = here.querySelector("[data-row-link]");
      if (!choice || !open) return;
      location.href = open.href + (open.search ? "&" : "?") + choice;
    } else return;
    e.preventDefault();
  });

  // In a form with data-numbers-form="field" a number presses the choice of that number.
  on("keydown", function (e) {
    var form = doc.querySelector("form[data-numbers-form]");
    if (!form || e.ctrlKey || e.metaKey || e.altKey || !/^[1-9]$/.test(e.key) || /^(TEXTAREA|SELECT)$/.test(e.target.tagName) || e.target.tagName === "INPUT" && !/^(radio|checkbox)$/.test(e.target.type)) return;
    var choices = all("input[type=radio][name='" + form.dataset.numbersForm + "']", form);
    if (!choices[e.key - 1]) return;
    choices[e.key - 1].checked = true;
    choices[e.key - 1].focus();
    e.preventDefault();
  });
  on("click", function (e) { if (e.target.closest("[data-print]")) window.print(); });

  // Texts in several languages become tabs.
  function langTabs(set) {
    if (set.dataset.ready) return;
    var panels = all(".g-langtabs__panel", set);
    if (panels.length < 2) return;
    set.dataset.ready = "1";
    var list = doc.createElement("div");
    list.className = "g-langtabs__tabs";
    list.setAttribute("role", "tablist");
    var tabs = panels.map(function (p, i) {
      var t = doc.createElement("button");
      t.type = "button";
      t.className = "g-langtabs__tab";
      t.textContent = p.dataset.langName;
      t.lang = p.dataset.lang;
      t.dataset.filled = p.dataset.filled;
      t.toggleAttribute("data-failed", !!p.querySelector("[aria-invalid]"));
      t.setAttribute("role", "tab");
      t.id = set.id + "-tab-" + p.dataset.lang;
      p.id = set.id + "-panel-" + p.dataset.lang;
      t.setAttribute("aria-controls", p.id);
      p.setAttribute("role", "tabpanel");
      p.setAttribute("aria-labelledby", t.id);
      t.addEventListener("click", function () { show(i); });
      t.addEventListener("keydown", function (e) {
        var to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: panels.length - 1 }[e.key];
        if (to === undefined) return;
        e.preventDefault();
        to = (to + panels.length) % panels.length;
        show(to);
        tabs[to].focus();
      });
      p.addEventListener("input", function (e) { t.dataset.filled = String(!!e.target.value); });
      list.appendChild(t);
      return t;
    });
    function show(n) {
      panels.forEach(function (p, i) {
        p.hidden = i !== n;
        tabs[i].setAttribute("aria-selected", String(i === n));
        tabs[i].tabIndex = i === n ? 0 : -1;
      });
    }
    set.insertBefore(list, panels[0]);
    var failed = panels.findIndex(function (p) { return p.querySelector("[aria-invalid]"); });
    show(failed < 0 ? 0 : failed);
    set.addEventListener("focusin", function (e) {
      var p = e.target.closest(".g-langtabs__panel");
      if (p && p.hidden) show(panels.indexOf(p));
    });
  }
  on("click", function (e) {
    // A link of the error summary opens the tab that hides its field.
    var a = e.target.closest("[data-error-summary] a");
    var field = a && doc.getElementById(a.hash.slice(1));
    if (!field) return;
    var p = field.closest(".g-langtabs__panel[hidden]");
    if (p) doc.getElementById(p.getAttribute("aria-labelledby")).click();
    e.preventDefault();
    field.scrollIntoView({ block: "center" });
    field.focus();
  });

  function prepare(root) {
    all("form[data-draft]", root).forEach(loadDraft);
    // After the drafts, so that what they brought back is counted.
    all("[data-counter-for]", root).forEach(count);
    all("[data-langtabs]", root).forEach(langTabs);
  }

  clearDrafts();
  prepare(doc);
  if (window.matchMedia("(width >= 700px)").matches) all("details[data-filter]").forEach(function (d) { d.open = true; });
  var errors = doc.querySelector("[data-error-summary]");
  var flash = doc.querySelector("[data-flash]");
  if (errors) errors.focus();
  else if (flash && doc.querySelector("[autofocus]")) {
    // The page says where to go on, such as the desk with the next call. A live region is read when its text changes, not when it loads.
    var words = flash.firstElementChild, said = words.textContent;
    words.textContent = "";
    setTimeout(function () { words.textContent = said; }, 150);
  } else if (flash && !location.hash) { flash.tabIndex = -1; flash.focus({ preventScroll: true }); }
})();
