// Maps: Leaflet with tiles when the operator set them, else only the lines of the municipality.
(function () {
  "use strict";
  var all = function (sel, root) { return Array.prototype.slice.call((root || document).querySelectorAll(sel)); };

  function pin(kind) {
    return L.divIcon({
      className: "g-map__pin", iconSize: [32, 40], iconAnchor: [16, 38], popupAnchor: [0, -34],
      html: '<svg width="32" height="40" viewBox="0 0 32 40" aria-hidden="true"><path fill="currentColor" stroke="#fff" stroke-width="2" d="M16 38C16 38 30 25 30 15A14 14 0 0 0 2 15C2 25 16 38 16 38z"/>' +
        (kind === "closed" ? '<rect x="11" y="10" width="10" height="10" fill="#fff"/>' : '<circle cx="16" cy="15" r="5.5" fill="#fff"/>') + "</svg>"
    });
  }

  function popup(m) {
    var box = document.createElement("div");
    var title = document.createElement(m.href ? "a" : "strong");
    title.textContent = m.label;
    if (m.href && m.href.charAt(0) === "/") title.href = m.href;
    box.appendChild(title);
    if (m.text) { var p = document.createElement("p"); p.textContent = m.text; box.appendChild(p); }
    return box;
  }

  function start(el) {
    var d = el.dataset;
    var root = el.closest("[data-map-root]");
    var map = L.map(el, { keyboard: true, zoomControl: false, attributionControl: !!d.attribution, scrollWheelZoom: false, maxZoom: 19,
      zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches });
    L.control.zoom({ zoomInTitle: d.textIn, zoomOutTitle: d.textOut }).addTo(map);
    if (map.attributionControl) map.attributionControl.setPrefix(false);
    map.setView([Number(d.lat), Number(d.lng)], Number(d.zoom) || 13);
    if (d.tiles) L.tileLayer(d.tiles, { attribution: d.attribution, maxZoom: 19 }).addTo(map);

    function lines(geo, fit) {
      var layer = L.geoJSON(geo, {
        style: function (f) { return { className: /Polygon/.test(f.geometry.type) ? "g-map__area" : "g-map__line" }; },
        pointToLayer: function (f, at) {
          return L.marker(at, { icon: pin(f.properties && f.properties.kind), title: f.properties && f.properties.label });
        }
      }).addTo(map);
      if (fit && layer.getBounds().isValid() && !d.zoom) map.fitBounds(layer.getBounds(), { padding: [12, 12] });
    }
    function marks(list) {
      list.forEach(function (m) {
        L.marker([m.lat, m.lng], { icon: pin(m.kind), title: m.label, alt: m.label }).addTo(map).bindPopup(popup(m));
      });
    }
    function load(address, use) {
      fetch(address, { headers: { Accept: "application/json" } }).then(function (r) { return r.ok ? r.json() : null; })
        .then(function (body) { if (body) use(body); }, function () { el.dataset.failed = "1"; });
    }
    if (d.geojson) lines(JSON.parse(d.geojson), true);
    if (d.geojsonUrl) load(d.geojsonUrl, function (g) { lines(g, true); });
    if (d.markers) marks(JSON.parse(d.markers));
    if (d.markersUrl) load(d.markersUrl, function (list) { marks(list.markers || list); });
    if (el.hasAttribute("data-pick")) picker(map, el, root);
  }

  // The click, or Enter in the middle of the map, chooses the place.
  function picker(map, el, root) {
    var lat = root.querySelector("[data-map-lat]");
    var lng = root.querySelector("[data-map-lng]");
    var status = root.querySelector("[data-map-status]");
    var chosen = null;
    var cross = document.createElement("div");
    cross.className = "g-map__cross";
    cross.innerHTML = '<svg viewBox="0 0 34 34" width="34" height="34" fill="none" stroke="currentColor" stroke-width="2.5"><circle cx="17" cy="17" r="9"/><path d="M17 0v12M17 22v12M0 17h12M22 17h12"/></svg>';
    el.appendChild(cross);
    function choose(at, quiet) {
      if (chosen) chosen.setLatLng(at);
      else {
        chosen = L.marker(at, { icon: pin(), draggable: true, keyboard: false }).addTo(map);
        chosen.on("dragend", function () { choose(chosen.getLatLng()); });
      }
      lat.value = at.lat.toFixed(6);
      lng.value = at.lng.toFixed(6);
      if (quiet) return;
      status.textContent = el.dataset.textPicked;
      lat.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (lat.value && lng.value) { choose(L.latLng(Number(lat.value), Number(lng.value)), true); map.setView(chosen.getLatLng(), 16); }
    map.on("click", function (e) { choose(e.latlng); });
    el.addEventListener("keydown", function (e) {
      if (e.key !== "Enter" || e.target !== el) return;
      e.preventDefault();
      choose(map.getCenter());
    });
    // The typed-street path: a chosen suggestion carries its place.
    root.closest("form, body").addEventListener("click", function (e) {
      var s = e.target.closest("[data-set-lat]");
      if (!s) return;
      var at = L.latLng(Number(s.dataset.setLat), Number(s.dataset.setLng));
      choose(at);
      map.setView(at, 17);
    });
  }

  all("[data-map]").forEach(start);
})();
