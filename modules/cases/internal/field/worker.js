// Keeps the page of the field team and what it is drawn with, so that it opens without a connection. Nothing else goes through here: the
// scope of this worker is that one page.
"use strict";
var KEPT = "glas-field-1";

self.addEventListener("install", function () { self.skipWaiting(); });

self.addEventListener("activate", function (e) {
  e.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (n) { return n.indexOf("glas-field-") === 0 && n !== KEPT; }).map(function (n) { return caches.delete(n); }));
  }).then(function () { return self.clients.claim(); }));
});

// fresh asks the network first and keeps what it says; whoever is no longer signed in finds nothing kept.
function fresh(request) {
  return fetch(request).then(function (res) {
    if (res.type === "opaqueredirect" || res.redirected || res.status === 401 || res.status === 403) {
      return caches.delete(KEPT).then(function () { return res; });
    }
    if (res.ok) {
      var copy = res.clone();
      caches.open(KEPT).then(function (c) { return c.put(new URL(request.url).pathname, copy); });
    }
    return res;
  }, function (err) {
    return caches.match(new URL(request.url).pathname, { ignoreVary: true }).then(function (hit) { if (hit) return hit; throw err; });
  });
}

// named files never change: their name says what is in them.
function named(request) {
  return caches.match(request, { ignoreVary: true }).then(function (hit) {
    return hit || fetch(request).then(function (res) {
      if (res.ok) { var copy = res.clone(); caches.open(KEPT).then(function (c) { return c.put(request, copy); }); }
      return res;
    });
  });
}

self.addEventListener("fetch", function (e) {
  var url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (e.request.mode === "navigate" && /\/field$/.test(url.pathname)) e.respondWith(fresh(e.request));
  else if (/^\/(assets|theme)\//.test(url.pathname)) e.respondWith(named(e.request));
});
