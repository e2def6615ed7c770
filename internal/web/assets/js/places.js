// Choosing a place: suggestions under a typed street, settlements, the position of the device. Without any of this the form has a button
// that looks the street up, and radio buttons for what was found.
(function () {
  "use strict";
  var all = function (sel, root) { return Array.prototype.slice.call((root || document).querySelectorAll(sel)); };

  function start(box) {
    var input = box.querySelector("[data-place-text]");
    var list = box.querySelector("[data-place-list]");
    var precision = box.querySelector("[data-place-precision]");
    var status = box.querySelector("[data-map-status]");
    var map = box.querySelector("[data-map]");
    var town = box.querySelector("[data-place-settlement]");
    var locate = box.querySelector("[data-place-locate]");
    var photo = box.querySelector("[data-place-photo]");
    var find = box.querySelector("[data-place-find]");
    if (!input || !list) return;
    var say = function (text) { if (status) status.textContent = text || ""; };
    var go = function (lat, lng, zoom, how) {
      box.querySelector("[data-map-root]").dispatchEvent(new CustomEvent("glas:goto", { bubbles: true, detail: { lat: Number(lat), lng: Number(lng), zoom: zoom, precision: how } }));
    };

    // Suggestions: a list box that the arrows walk while the focus stays in the field.
    var id = "places-" + Math.random().toString(36).slice(2, 8);
    list.id = id;
    var at = -1, later = 0, stop = null, asked = "";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", id);
    if (find) find.parentNode.remove(); // else Enter anywhere in the form would press it
    var options = function () { return all("[role=option]", list); };
    function close() {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function show(i) {
      var rows = options();
      if (!rows.length) return;
      at = (i + rows.length) % rows.length;
      rows.forEach(function (r, n) { r.id = id + "-" + n; r.setAttribute("aria-selected", String(n === at)); });
      rows[at].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", rows[at].id);
    }
    function take(row) {
      input.value = row.dataset.setText;
      asked = input.value;
      close();
      if (row.dataset.setLat) go(row.dataset.setLat, row.dataset.setLng, row.dataset.setPrecision === "settlement" ? 15 : 17, row.dataset.setPrecision);
      else say(row.querySelector("small") ? row.querySelector("small").textContent : "");
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    function ask() {
      var typed = input.value.trim();
      if (typed === asked) return;
      asked = typed;
      if (stop) stop.abort();
      if (typed.length < 2) { close(); return; }
      stop = new AbortController();
      fetch(input.dataset.placeText + "?q=" + encodeURIComponent(typed), { headers: { "HX-Request": "true" }, signal: stop.signal })
        .then(function (r) { return r.ok ? r.text() : ""; })
        .then(function (html) {
          if (!html) { close(); return; }
          list.innerHTML = html; // our own server's fragment, escaped there
          list.hidden = false;
          at = -1;
          input.setAttribute("aria-expanded", "true");
          input.removeAttribute("aria-activedescendant");
          var found = list.querySelector("[data-count]");
          say(found ? found.dataset.count : box.dataset.textNone);
        }, function () { /* the next letter asks again */ });
    }
    input.addEventListener("input", function () { clearTimeout(later); later = setTimeout(ask, 180); });
    input.addEventListener("keydown", function (e) {
      if (e.key === "Escape" && !list.hidden) { e.preventDefault(); close(); return; }
      if (e.key === "ArrowDown" || e.key === "ArrowUp") {
        if (list.hidden) return;
        e.preventDefault();
        show(e.key === "ArrowDown" ? at + 1 : at - 1);
      }
      if (e.key === "Enter") {
        e.preventDefault(); // a street is not the end of the form
        var rows = options();
        if (!list.hidden && rows.length) take(rows[Math.max(at, 0)]);
        else { asked = ""; ask(); }
      }
    });
    input.addEventListener("keypress", function (e) { if (e.key === "Enter") e.preventDefault(); });
    input.addEventListener("blur", function () { setTimeout(close, 150); });
    list.addEventListener("mousedown", function (e) { e.preventDefault(); });
    list.addEventListener("click", function (e) {
      var row = e.target.closest("[role=option]");
      if (row) take(row);
    });

    if (town) {
      var where = JSON.parse(town.dataset.placeSettlement || "{}");
      town.addEventListener("change", function () {
        var p = where[town.value];
        if (p) go(p[0], p[1], 15, "settlement");
        if (town.value && !input.value) input.value = town.options[town.selectedIndex].text;
      });
    }

    if (locate && navigator.geolocation && window.isSecureContext) {
      locate.hidden = false;
      locate.addEventListener("click", function () {
        say(box.dataset.textWait);
        navigator.geolocation.getCurrentPosition(function (p) { go(p.coords.latitude, p.coords.longitude, 17, "point"); },
          function () { say(box.dataset.textDenied); }, { enableHighAccuracy: true, timeout: 15000 });
      });
    }
    if (photo) {
      photo.hidden = !photo.dataset.photoLat;
      photo.addEventListener("click", function () { go(photo.dataset.photoLat, photo.dataset.photoLng, 17, "point"); photo.hidden = true; });
      document.addEventListener("glas:photo-place", function (e) {
        if (box.closest("form") !== e.target.closest("form")) return;
        photo.dataset.photoLat = e.detail.lat;
        photo.dataset.photoLng = e.detail.lng;
        photo.hidden = false;
        // The smaller photo no longer says where it was taken: the form tells the server, which offers it to who did not see the button.
        var told = e.target.form && e.target.form.querySelector("[data-photo-at]");
        if (told) told.value = e.detail.lat + "," + e.detail.lng;
      });
    }

    // What the server will refuse is said at the field before the form goes on: a place that is needed, or one far outside.
    var lat = box.querySelector("[data-map-lat]"), form = box.closest("form");
    var by = box.dataset.neededBy && form ? all("[name='" + box.dataset.neededBy + "']", form) : [];
    var beyond = false;
    function judge() {
      var chosen = by.filter(function (el) { return el.type !== "radio" || el.checked; })[0];
      var needed = !!chosen && (" " + box.dataset.neededFor + " ").indexOf(" " + chosen.value + " ") >= 0;
      var mark = box.querySelector("[data-place-optional]"), some = box.querySelector("[data-place-sometimes]");
      if (chosen && mark) mark.hidden = needed;
      if (some) some.hidden = !!chosen;
      var empty = !input.value.trim() && !(lat && lat.value);
      input.setCustomValidity(needed && empty ? box.dataset.textNeeded : beyond && box.dataset.textBeyond ? box.dataset.textBeyond : "");
    }
    by.forEach(function (el) { el.addEventListener("change", judge); });
    input.addEventListener("input", judge);
    input.addEventListener("change", judge);
    if (form) form.addEventListener("check", judge);
    judge();

    // Where the pin stands, in words: outside of the municipality, or close to an address.
    if (map) map.addEventListener("glas:placed", function (e) {
      if (precision) precision.value = e.detail.precision || "point";
      beyond = false;
      judge();
      var address = map.dataset.whereUrl;
      if (!address) return;
      fetch(address + "?lat=" + e.detail.lat.toFixed(6) + "&lng=" + e.detail.lng.toFixed(6), { headers: { Accept: "application/json" } })
        .then(function (r) { return r.ok ? r.json() : null; })
        .then(function (w) {
          if (!w) return;
          var words = [map.dataset.textPicked];
          beyond = !!w.beyond;
          if (!w.inside) words.push(beyond && box.dataset.textBeyond ? box.dataset.textBeyond : box.dataset.textOutside);
          if (w.near) {
            words.push(box.dataset.textNear.replace("{place}", w.near.text));
            if (!input.value && w.inside) { input.value = w.near.text; asked = input.value; }
          }
          say(words.join(". ").replace("..", "."));
          box.dataset.outside = String(!w.inside);
          judge();
        }, function () { /* the server says it again when the form is sent */ });
    });
  }

  all("[data-place]").forEach(start);
})();
