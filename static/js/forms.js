// A form goes once: a second click while it is on its way does nothing, and a wait of more than a moment is shown.
(function () {
  "use strict";
  var PATIENCE_MS = 200;
  var wait = 0;

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if ("sent" in form.dataset) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "";
    clearTimeout(wait);
    wait = setTimeout(function () {
      document.body.classList.add("is-busy");
      if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    }, PATIENCE_MS);
  });

  // Back from the next page, which the browser may have kept as it was: everything can be sent anew.
  window.addEventListener("pageshow", function () {
    clearTimeout(wait);
    document.body.classList.remove("is-busy");
    document.querySelectorAll("[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
    });
    document.querySelectorAll("button[aria-busy]").forEach(function (button) {
      button.removeAttribute("aria-busy");
    });
  });
})();
