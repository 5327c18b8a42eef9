// The server writes times in the reader's zone from the next page on; this tells it which that is.
(function () {
  "use strict";
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || !/^[A-Za-z0-9_+\/-]+$/.test(zone)) return;
  var kept = "firn-zone=" + zone;
  if (document.cookie.split("; ").indexOf(kept) !== -1) return;
  var secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = kept + "; Path=/; Max-Age=31536000; SameSite=Lax" + secure;
})();
