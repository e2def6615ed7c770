// Maps: Leaflet with the tiles of the municipality or, without any and when they fail, with its own streets and boundary as lines.
//
// Places come by data-markers-url, asked with bbox and zoom whenever the map has moved. The answer is
// {cells: [{lat, lng, count, bbox: [west, south, east, north], href}], points: [{id, lat, lng, title, text, href, kind}]}:
// cells are drawn as numbers that come closer when pressed, points as pins.
(function () {
  "use strict";
  var all = function (sel, root) { return Array.prototype.slice.call((root || document).querySelectorAll(sel)); };
  var number = new Intl.NumberFormat(document.documentElement.lang || "en");
  var still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  function pin(kind) {
    return L.divIcon({
      className: "g-map__pin", iconSize: [32, 40], iconAnchor: [16, 38], popupAnchor: [0, -34],
      html: '<svg width="32" height="40" viewBox="0 0 32 40" aria-hidden="true"><path fill="currentColor" stroke="#fff" stroke-width="2" d="M16 38C16 38 30 25 30 15A14 14 0 0 0 2 15C2 25 16 38 16 38z"/>' +
        (kind === "closed" ? '<rect x="11" y="10" width="10" height="10" fill="#fff"/>' : '<circle cx="16" cy="15" r="5.5" fill="#fff"/>') + "</svg>"
    });
  }

  function bubble(n) {
    if (n === 1) return pin();
    var size = n < 10 ? 36 : n < 100 ? 44 : n < 1000 ? 52 : 60;
    return L.divIcon({ className: "g-map__cell", iconSize: [size, size], html: '<span>' + number.format(n) + "</span>" });
  }

  function link(to, text, strong) {
    var local = to && to.charAt(0) === "/" && to.charAt(1) !== "/";
    var e = document.createElement(local ? "a" : strong ? "strong" : "span");
    e.textContent = text;
    if (local) e.href = to;
    return e;
  }

  function popup(m) {
    var box = document.createElement("div");
    box.appendChild(link(m.href, m.title || m.label || "", true));
    if (m.text) { var p = document.createElement("p"); p.textContent = m.text; box.appendChild(p); }
    return box;
  }

  function get(address, use, failed) {
    var stop = new AbortController();
    fetch(address, { headers: { Accept: "application/json" }, signal: stop.signal })
      .then(function (r) { if (!r.ok) throw new Error(r.status); return r.json(); })
      .then(use, function (e) { if (e.name !== "AbortError" && failed) failed(); });
    return stop;
  }

  function withQuery(address, query) {
    return address + (address.indexOf("?") < 0 ? "?" : "&") + query;
  }

  function bboxOf(map) {
    var b = map.getBounds();
    return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map(function (v) { return v.toFixed(5); }).join(",");
  }

  // The base of a map: pictures from a server, or lines from the municipality.
  function base(map, d, say, rough) {
    var drawn = null, part = null, waiting = null, names = L.layerGroup();
    var style = function (f) { return { className: "g-map__" + ({ boundary: "edge", area: "area", street: "street", water: "water" }[f.properties.kind] || "line"), interactive: false }; };
    function label(f, at) {
      return L.marker(at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "g-map__name", iconSize: null, html: "" }) }).on("add", function (e) {
        e.target.getElement().textContent = f.properties.name;
      });
    }
    // Names are for reading, so none is written over another.
    function thin() {
      var taken = [];
      names.eachLayer(function (l) {
        var e = l.getElement && l.getElement();
        if (!e) return;
        var p = map.latLngToContainerPoint(l.getLatLng());
        var w = 4 * l.feature.properties.name.length + 8;
        var free = taken.every(function (t) { return Math.abs(t[0] - p.x) > t[2] + w || Math.abs(t[1] - p.y) > 18; });
        e.hidden = !free;
        if (free) taken.push([p.x, p.y, w]);
      });
    }
    // Names of streets stand where one can read them, from zoom 16 on.
    var streets = [], written = L.layerGroup().addTo(map);
    function write() {
      written.clearLayers();
      if (map.getZoom() < 16) return;
      var taken = [], view = map.getBounds();
      streets.forEach(function (s) {
        if (taken.length > 60 || !view.contains(s.at)) return;
        var p = map.latLngToContainerPoint(s.at), w = 4 * s.name.length + 8;
        if (taken.some(function (t) { return Math.abs(t[0] - p.x) < t[2] + w && Math.abs(t[1] - p.y) < 18; })) return;
        taken.push([p.x, p.y, w]);
        written.addLayer(label({ properties: { name: s.name } }, s.at));
      });
    }
    function remember(body) {
      var known = {};
      streets.forEach(function (s) { known[s.name + s.at] = true; });
      body.features.forEach(function (f) {
        if (f.properties.kind !== "street" || !f.properties.name) return;
        var line = f.geometry.coordinates[0], c = line[Math.floor(line.length / 2)], b = line[Math.max(Math.floor(line.length / 2) - 1, 0)];
        var one = { name: f.properties.name, at: L.latLng((c[1] + b[1]) / 2, (c[0] + b[0]) / 2) };
        if (!known[one.name + one.at]) streets.push(one);
      });
      write();
    }
    function layer(body) {
      remember(body);
      return L.geoJSON(body, { style: style, interactive: false, pointToLayer: function (f, at) {
        var l = label(f, at);
        l.feature = f;
        names.addLayer(l);
        return l;
      } });
    }
    // Closer, streets that the whole had no room for.
    function closer() {
      if (waiting) waiting.abort();
      if (map.getZoom() < 14) { if (part) { map.removeLayer(part); part = null; } return; }
      waiting = get(withQuery(d.baseUrl, "zoom=" + Math.round(map.getZoom()) + "&bbox=" + bboxOf(map)), function (body) {
        if (part) map.removeLayer(part);
        part = layer(body).addTo(map);
        part.bringToBack();
      });
    }
    function lines() {
      if (drawn || !d.baseUrl) return;
      drawn = true;
      get(withQuery(d.baseUrl, "zoom=13"), function (body) {
        drawn = layer(body).addTo(map);
        drawn.bringToBack();
        if (rough && body.features.some(function (f) { return f.properties.kind === "boundary"; })) map.removeLayer(rough);
        thin();
        map.on("zoomend", thin);
        map.on("moveend", write);
        if (!d.zoom && !d.geojson && !d.placed && drawn.getBounds().isValid()) map.fitBounds(drawn.getBounds(), { padding: [12, 12], animate: false });
        if (body.more) { map.on("moveend", closer); closer(); }
      });
    }
    if (!d.tiles) { lines(); return; }
    var options = { attribution: d.attribution, maxZoom: 19, alt: "" };
    var tiles = d.layers
      ? L.tileLayer.wms(d.tiles, Object.assign({ layers: d.layers, format: "image/png", transparent: false, version: "1.3.0" }, options))
      : L.tileLayer(d.tiles, options);
    var good = 0, bad = 0;
    tiles.on("tileload", function () { good++; });
    tiles.on("tileerror", function (e) {
      e.tile.style.visibility = "hidden"; // never the mark of a broken picture
      if (++bad < 3 || good > bad) return;
      map.removeLayer(tiles);
      lines();
      say(d.textTiles);
    });
    tiles.addTo(map);
  }

  function start(el) {
    var d = el.dataset;
    var root = el.closest("[data-map-root]");
    var status = root && root.querySelector("[data-map-status]");
    if (!status) {
      status = document.createElement("p");
      status.className = "g-map__status";
      status.setAttribute("role", "status");
      el.after(status);
    }
    var say = function (text) { if (text) status.textContent = text; };
    var map = L.map(el, { keyboard: true, zoomControl: false, zoomSnap: d.tiles ? 1 : 0.5, attributionControl: !!d.attribution, scrollWheelZoom: false, maxZoom: 19,
      zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still });
    L.control.zoom({ zoomInTitle: d.textIn, zoomOutTitle: d.textOut }).addTo(map);
    if (map.attributionControl) map.attributionControl.setPrefix(false);
    map.setView([Number(d.lat), Number(d.lng)], Number(d.zoom) || 13, { animate: false });

    function outline(geo) {
      var layer = L.geoJSON(geo, {
        interactive: false,
        style: function (f) { return { className: /Polygon/.test(f.geometry.type) ? "g-map__edge" : "g-map__line" }; },
        pointToLayer: function (f, at) {
          return L.marker(at, { icon: pin(f.properties && f.properties.kind), title: f.properties && f.properties.label });
        }
      }).addTo(map);
      if (layer.getBounds().isValid() && !d.zoom) map.fitBounds(layer.getBounds(), { padding: [12, 12], animate: false });
      return layer;
    }
    var rough = d.geojson ? outline(JSON.parse(d.geojson)) : null;
    if (d.geojsonUrl) get(d.geojsonUrl, outline);
    base(map, d, say, rough);
    if (d.markers) JSON.parse(d.markers).forEach(function (m) { place(map, map, m); });
    if (d.markersUrl) clusters(map, d, say);
    if (el.hasAttribute("data-pick")) picker(map, el, root, say);
    el.glasMap = map;
  }

  function place(map, to, m) {
    var title = m.title || m.label;
    return L.marker([m.lat, m.lng], { icon: pin(m.kind), title: title, alt: title, riseOnHover: true }).addTo(to).bindPopup(popup(m));
  }

  function clusters(map, d, say) {
    var shown = L.layerGroup().addTo(map), waiting = null, first = true;
    var list = d.listUrl && map.getContainer().closest("[data-map-root]").querySelector(".g-map__list");
    function cell(c) {
      var words = d.textCells ? d.textCells.replace("{n}", number.format(c.count)) : number.format(c.count);
      var m = L.marker([c.lat, c.lng], { icon: bubble(c.count), title: words, alt: words }).addTo(shown);
      var go = function () {
        var b = L.latLngBounds([c.bbox[1], c.bbox[0]], [c.bbox[3], c.bbox[2]]);
        if (map.getZoom() >= map.getMaxZoom() || map.getZoom() >= 17 && b.getNorthEast().distanceTo(b.getSouthWest()) < 30) {
          L.popup().setLatLng(m.getLatLng()).setContent(link(c.href, d.textList || words)).openOn(map);
          return;
        }
        map.fitBounds(b.pad(0.1), { maxZoom: Math.max(map.getZoom() + 2, 14), animate: !still });
      };
      m.on("click", go);
    }
    // The list beside the map is of what the map shows.
    var turning = null;
    function follow() {
      if (turning) turning.abort();
      turning = new AbortController();
      fetch(withQuery(d.listUrl, "bbox=" + bboxOf(map)), { signal: turning.signal })
        .then(function (r) { return r.ok ? r.text() : ""; })
        .then(function (html) {
          var now = html && new DOMParser().parseFromString(html, "text/html").querySelector(".g-map__list");
          if (now) list.replaceChildren.apply(list, now.childNodes);
        }, function () { /* the list stays as it was */ });
    }
    function load() {
      if (waiting) waiting.abort();
      waiting = get(withQuery(d.markersUrl, "bbox=" + bboxOf(map) + "&zoom=" + Math.round(map.getZoom())), function (body) {
        shown.clearLayers();
        (body.cells || []).forEach(cell);
        (body.points || []).forEach(function (m) { place(map, shown, m); });
        if (!first && d.textMoved) {
          var n = (body.points || []).length;
          (body.cells || []).forEach(function (c) { n += c.count; });
          say(d.textMoved.replace("{n}", number.format(n)));
        }
        if (!first && list) follow();
        first = false;
      }, function () { say(d.textFailed); });
    }
    var later = 0;
    map.on("moveend", function () { clearTimeout(later); later = setTimeout(load, 120); });
    load();
  }

  // The click, or Enter at the crosshair in the middle of the map, chooses the place.
  function picker(map, el, root, say) {
    var lat = root.querySelector("[data-map-lat]");
    var lng = root.querySelector("[data-map-lng]");
    var chosen = null;
    var cross = document.createElement("div");
    cross.className = "g-map__cross";
    cross.innerHTML = '<svg viewBox="0 0 34 34" width="34" height="34" fill="none" stroke="currentColor" stroke-width="2.5" aria-hidden="true"><circle cx="17" cy="17" r="9"/><path d="M17 0v12M17 22v12M0 17h12M22 17h12"/></svg>';
    el.appendChild(cross);
    function mark(at) {
      if (chosen) { chosen.setLatLng(at); return; }
      chosen = L.marker(at, { icon: pin(), draggable: true, keyboard: false, alt: "" }).addTo(map);
      chosen.on("dragend", function () { choose(chosen.getLatLng(), "point"); });
    }
    function choose(at, precision) {
      mark(at);
      lat.value = at.lat.toFixed(6);
      lng.value = at.lng.toFixed(6);
      say(el.dataset.textPicked);
      el.dispatchEvent(new CustomEvent("glas:placed", { bubbles: true, detail: { lat: at.lat, lng: at.lng, precision: precision } }));
      lat.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (lat.value && lng.value) {
      el.dataset.placed = "1";
      mark(L.latLng(Number(lat.value), Number(lng.value)));
      map.setView(chosen.getLatLng(), 16, { animate: false });
    }
    map.on("click", function (e) { choose(e.latlng, "point"); });
    el.addEventListener("keydown", function (e) {
      if (e.key !== "Enter" || e.target !== el) return;
      e.preventDefault();
      choose(map.getCenter(), "point");
    });
    // A typed street, a settlement, a photo or the device says where: {lat, lng, zoom, precision}.
    (root.closest("[data-place]") || root).addEventListener("glas:goto", function (e) {
      var at = L.latLng(e.detail.lat, e.detail.lng);
      choose(at, e.detail.precision);
      map.setView(at, e.detail.zoom || 17, { animate: !still });
    });
  }

  all("[data-map]").forEach(start);
})();
