// The page of people in the field: what they write is kept on the device, and sent when there is a connection. Nothing is lost when the
// page is closed, and nothing is done twice, because each post carries an id of its own.
(function () {
  "use strict";
  var doc = document;
  var root = doc.querySelector("[data-field]");
  if (!root || !window.indexedDB) return;
  var words = root.dataset, box = doc.querySelector("[data-field-waiting]"), opening, sending = false, changed = false;

  function open() {
    return opening || (opening = new Promise(function (ok, no) {
      var r = indexedDB.open("glas-field", 1);
      r.onupgradeneeded = function () {
        r.result.createObjectStore("posts", { keyPath: "id" });
        r.result.createObjectStore("drafts", { keyPath: "id" });
      };
      r.onsuccess = function () { ok(r.result); };
      r.onerror = function () { no(r.error); };
    }));
  }

  // on does something with a store and gives what it asked for.
  function on(name, mode, what) {
    return open().then(function (db) {
      return new Promise(function (ok, no) {
        var t = db.transaction(name, mode), r = what(t.objectStore(name));
        t.oncomplete = function () { ok(r && r.result); };
        t.onerror = t.onabort = function () { no(t.error); };
      });
    });
  }

  function fill(s, post) { return s.replace("%s", post.number); }

  // newID is a UUID of version 7: the moment, then chance.
  function newID() {
    var b = crypto.getRandomValues(new Uint8Array(16)), at = Date.now(), i, s = "";
    for (i = 5; i >= 0; i--) { b[i] = at % 256; at = Math.floor(at / 256); }
    b[6] = 0x70 | b[6] & 0x0f;
    b[8] = 0x80 | b[8] & 0x3f;
    for (i = 0; i < 16; i++) s += (i === 4 || i === 6 || i === 8 || i === 10 ? "-" : "") + (b[i] + 256).toString(16).slice(1);
    return s;
  }

  function show() {
    return on("posts", "readonly", function (s) { return s.getAll(); }).then(function (list) {
      box.hidden = !list.length;
      var ul = box.querySelector("ul");
      ul.textContent = "";
      list.forEach(function (p) {
        var li = doc.createElement("li"), text = doc.createElement("span"), b;
        text.textContent = p.number + " · " + p.label + (p.files.length ? " · " + p.files.length + " ▣" : "") + (p.error ? " · " + p.error : "");
        li.appendChild(text);
        if (p.error) {
          b = doc.createElement("button");
          b.type = "button"; b.className = "ds-button"; b.dataset.variant = "tertiary"; b.dataset.size = "sm"; b.textContent = words.drop;
          b.addEventListener("click", function () { on("posts", "readwrite", function (s) { return s.delete(p.id); }).then(show); });
          li.appendChild(b);
        }
        ul.appendChild(li);
      });
      doc.querySelector("[data-field-line]").textContent = navigator.onLine ? words.online : words.offline;
    });
  }

  // post sends one; true says that the next may follow.
  function post(p) {
    var body = new FormData();
    body.append("post", p.id); body.append("case", p.case); body.append("action", p.action); body.append("text", p.text);
    p.files.forEach(function (f) { body.append("files", f.blob, f.name); });
    return fetch(root.dataset.send, { method: "POST", body: body, headers: { "X-Glas-Field": "1" }, redirect: "manual", credentials: "same-origin" }).then(function (res) {
      if (res.ok) return on("posts", "readwrite", function (s) { return s.delete(p.id); }).then(function () { say(fill(words.sent, p)); changed = true; return true; });
      if (res.type === "opaqueredirect" || res.status === 401) { say(words.signin); return false; }
      if (res.status === 429 || res.status === 408 || res.status >= 500) return false;
      return res.json().catch(function () { return {}; }).then(function (why) {
        p.error = why.error || words.refused;
        return on("posts", "readwrite", function (s) { return s.put(p); }).then(function () { return true; });
      });
    }, function () { return false; });
  }

  // flush sends what waits, one after another, the oldest first.
  function flush() {
    if (sending) return;
    sending = true;
    on("posts", "readonly", function (s) { return s.getAll(); }).then(function (list) {
      return list.filter(function (p) { return !p.error; }).reduce(function (before, p) {
        return before.then(function (go) { return go ? post(p) : false; });
      }, Promise.resolve(true));
    }).catch(function () { return false; }).then(function () { sending = false; return show(); }).then(function () { if (changed) return renew(); });
  }

  // renew takes over what the server now says of the cases, when nobody is just writing. Drafts and what is open stay.
  function renew() {
    var list = root.querySelector(".g-fieldteam__list");
    var busy = list.contains(doc.activeElement) && /TEXTAREA|INPUT/.test(doc.activeElement.tagName) ||
      Array.prototype.some.call(list.querySelectorAll("input[type=file]"), function (f) { return f.files.length; });
    if (busy) return null;
    return fetch(location.href, { credentials: "same-origin" }).then(function (res) { return res.ok && !res.redirected ? res.text() : ""; }).then(function (html) {
      var now = html && new DOMParser().parseFromString(html, "text/html").querySelector(".g-fieldteam__list");
      if (!now) return null;
      list.querySelectorAll("details[open] form").forEach(function (f) {
        var same = now.querySelector('form[data-case="' + f.dataset.case + '"]');
        if (same) same.closest("details").open = true;
      });
      list.replaceWith(now);
      changed = false;
      return drafts();
    }).catch(function () { return null; });
  }

  function say(s) { doc.querySelector("[data-field-said]").textContent = s; }

  function filesOf(form) {
    return Array.prototype.map.call(form.elements.files.files, function (f) { return { name: f.name, blob: f }; });
  }

  // keep saves what is being written, so that a phone that goes dark loses nothing.
  function keep(form) {
    var d = { id: form.elements.case.value, text: form.elements.text.value };
    on("drafts", "readwrite", function (s) { return d.text ? s.put(d) : s.delete(d.id); }).catch(function () { return null; });
  }

  root.addEventListener("input", function (e) { if (e.target.name === "text") keep(e.target.form); });

  root.addEventListener("submit", function (e) {
    var form = e.target, pressed = e.submitter;
    if (!form.hasAttribute("data-field-form") || !pressed) return;
    if (pressed.value !== "take" && !form.elements.text.value.trim() && !(pressed.value === "note" && form.elements.files.files.length)) {
      e.preventDefault();
      form.elements.text.focus();
      return say(words.empty);
    }
    e.preventDefault();
    var p = { id: newID(), case: form.elements.case.value, number: form.dataset.number, action: pressed.value, label: pressed.textContent.trim(), text: form.elements.text.value, files: filesOf(form), at: Date.now() };
    on("posts", "readwrite", function (s) { return s.put(p); }).then(function () {
      form.elements.text.value = ""; form.elements.files.value = "";
      keep(form);
      say(fill(words.kept, p));
      return show();
    }).then(flush, function () { form.elements.post.value = p.id; form.removeAttribute("data-field-form"); form.requestSubmit(pressed); }); // no room on the device: sent as a plain form
  });

  var here = doc.querySelector("[data-field-here]");
  if (here && navigator.geolocation) {
    here.hidden = false;
    here.addEventListener("click", function () {
      navigator.geolocation.getCurrentPosition(function (at) {
        location.search = "?lat=" + at.coords.latitude.toFixed(5) + "&lng=" + at.coords.longitude.toFixed(5);
      }, function () { say(words.denied); }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
    });
  }

  function drafts() {
    return on("drafts", "readonly", function (s) { return s.getAll(); }).then(function (list) {
      list.forEach(function (d) {
        var form = root.querySelector('form[data-case="' + d.id + '"]');
        if (form && !form.elements.text.value) { form.elements.text.value = d.text; form.closest("details").open = true; }
      });
    }).catch(function () { return null; });
  }

  // store keeps this page and what it is drawn with from the first visit on: the worker sees only what is fetched after it has begun.
  function store() {
    var parts = performance.getEntriesByType("resource").map(function (e) { return e.name; }).filter(function (name) {
      return name.indexOf(location.origin + "/assets/") === 0 || name.indexOf(location.origin + "/theme/") === 0;
    });
    return caches.open("glas-field-1").then(function (c) {
      return Promise.all([location.pathname].concat(parts).map(function (address) {
        return c.match(address).then(function (known) { return known && address !== location.pathname ? null : c.add(address); });
      }));
    });
  }

  drafts();
  window.addEventListener("online", flush);
  window.addEventListener("offline", show);
  setInterval(function () { if (!doc.hidden) flush(); }, 30000);
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(root.dataset.worker, { scope: location.pathname })
      .then(function () { return navigator.serviceWorker.ready; }).then(store).then(function () { root.dataset.stored = "1"; }).catch(function () { return null; });
  }
  flush();
})();
