// Photos are made smaller before they are sent (2048 pixels), which also takes off what they say about themselves; where a photo was taken
// is offered for the place of the form before that. The server does the same for whoever has no script.
(function () {
  "use strict";
  var longest = 2048, small = 600 * 1024;

  // Where a JPEG was taken: [latitude, longitude] from its Exif block, or null. Only the beginning of the file is looked at.
  function taken(buffer) {
    var v = new DataView(buffer), p = 2;
    if (v.byteLength < 4 || v.getUint16(0) !== 0xffd8) return null;
    while (p + 10 < v.byteLength && v.getUint8(p) === 0xff) {
      var size = v.getUint16(p + 2);
      if (v.getUint8(p + 1) === 0xe1 && v.getUint32(p + 4) === 0x45786966) return gps(v, p + 10, Math.min(p + 2 + size, v.byteLength));
      if (v.getUint8(p + 1) === 0xda || size < 2) return null;
      p += 2 + size;
    }
    return null;
  }
  function gps(v, from, to) {
    try {
      var little = v.getUint16(from) === 0x4949;
      var u16 = function (o) { if (from + o + 2 > to) throw 0; return v.getUint16(from + o, little); };
      var u32 = function (o) { if (from + o + 4 > to) throw 0; return v.getUint32(from + o, little); };
      var entry = function (dir, tag) {
        for (var i = 0, n = Math.min(u16(dir), 200); i < n; i++) if (u16(dir + 2 + 12 * i) === tag) return dir + 10 + 12 * i;
        return 0;
      };
      var at = entry(u32(4), 0x8825);
      if (!at) return null;
      var dir = u32(at);
      var angle = function (ref, tag, minus) {
        var r = entry(dir, ref), a = entry(dir, tag);
        if (!r || !a) return NaN;
        var o = u32(a), sum = 0;
        [1, 60, 3600].forEach(function (unit, i) { var under = u32(o + 8 * i + 4); if (under) sum += u32(o + 8 * i) / under / unit; });
        return String.fromCharCode(v.getUint8(from + r)) === minus ? -sum : sum;
      };
      var lat = angle(1, 2, "S"), lng = angle(3, 4, "W");
      return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 && (lat || lng) ? [lat, lng] : null;
    } catch (e) {
      return null;
    }
  }

  function smaller(file) {
    return createImageBitmap(file, { imageOrientation: "from-image" }).then(function (picture) {
      var scale = Math.min(1, longest / Math.max(picture.width, picture.height));
      if (scale === 1 && file.size < small && file.type === "image/jpeg") { picture.close(); return file; }
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      var pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      return new Promise(function (done) {
        canvas.toBlob(function (blob) {
          done(blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified }) : file);
        }, "image/jpeg", 0.86);
      });
    }).catch(function () { return file; }); // what cannot be read here is for the server to judge
  }

  document.addEventListener("change", function (e) {
    var input = e.target;
    if (!input.matches || !input.matches('input[type="file"]') || !/image|jpe?g/.test(input.accept) || !window.DataTransfer || !window.createImageBitmap) return;
    if (input.dataset.shrinking || !input.files.length) return;
    var files = Array.prototype.slice.call(input.files);
    if (!files.some(function (f) { return /^image\/(jpeg|png|webp)$/.test(f.type); })) return;
    var form = input.form, offered = false;
    var buttons = form ? Array.prototype.slice.call(form.querySelectorAll("button")).filter(function (b) { return !b.disabled && b.type === "submit"; }) : [];
    input.dataset.shrinking = "1";
    buttons.forEach(function (b) { b.disabled = true; });
    var one = function (file) {
      if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
      return file.slice(0, 262144).arrayBuffer().then(function (head) {
        var at = offered ? null : taken(head);
        if (at) {
          offered = true;
          input.dispatchEvent(new CustomEvent("glas:photo-place", { bubbles: true, detail: { lat: at[0].toFixed(6), lng: at[1].toFixed(6) } }));
        }
        return smaller(file);
      });
    };
    // One after another: several photos of a phone at once would not fit into its memory.
    files.reduce(function (before, file) {
      return before.then(function (done) { return Promise.resolve(one(file)).then(function (f) { done.push(f); return done; }); });
    }, Promise.resolve([])).then(function (done) {
      var carrier = new DataTransfer();
      done.forEach(function (f) { carrier.items.add(f); });
      input.files = carrier.files;
    }).catch(function () { /* the photos go as they are */ }).then(function () {
      delete input.dataset.shrinking;
      buttons.forEach(function (b) { b.disabled = false; });
    });
  });
})();
