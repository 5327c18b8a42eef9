// What htmx leaves to the page: words for failures, a visible wait, quiet polling, and where the focus goes.
(function () {
  "use strict";
  var firn = window.firn;
  var PATIENCE_MS = 200;
  var waits = new Map();

  // The policy forbids style attributes, so none may be carried over from the part that was there before.
  window.htmx.config.attributesToSettle = ["class", "width", "height"];

  var WORDS = {
    0: "Firn could not be reached. Nothing was lost: check your connection, then try again.",
    400: "Firn did not understand that. Reload the page and try again.",
    403: "That was refused: you may have been signed out, or your role does not allow it. Reload the page.",
    404: "That is no longer here. Go back to the list and look for it there.",
    409: "Somebody else changed this first. Reload the page to see what holds now.",
    413: "That was too long. Shorten it and try again.",
    429: "That was too often. Wait a minute, then try again.",
    503: "Firn is busy or being updated. Your data and shares are not affected; try again in a minute.",
  };
  var SERVER = "Something failed on our side, and it has been recorded. Reload the page to see what holds now.";

  function wordsFor(status) {
    return WORDS[status] || (status >= 500 ? SERVER : "That did not work (" + status + "). Reload the page and try again.");
  }

  // A poll is a request that no event started.
  function isPoll(detail) {
    var trigger = detail.elt.getAttribute("hx-trigger") || "";
    return trigger.indexOf("every ") !== -1 && !(detail.requestConfig && detail.requestConfig.triggeringEvent);
  }

  function showWait(detail) {
    detail.target.setAttribute("aria-busy", "true");
    document.body.classList.add("is-busy");
  }

  function endWait(event) {
    var detail = event.detail;
    clearTimeout(waits.get(detail.xhr));
    waits.delete(detail.xhr);
    if (detail.target) detail.target.removeAttribute("aria-busy");
    if (waits.size === 0) document.body.classList.remove("is-busy");
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    var detail = event.detail;
    if (isPoll(detail)) {
      if (document.hidden) event.preventDefault();
      return;
    }
    waits.set(detail.xhr, setTimeout(showWait, PATIENCE_MS, detail));
  });
  document.addEventListener("htmx:afterRequest", endWait);

  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful) firn.clearToasts();
  });
  document.addEventListener("htmx:responseError", function (event) {
    firn.toast(wordsFor(event.detail.xhr.status), "error");
  });
  document.addEventListener("htmx:sendError", function () {
    firn.toast(WORDS[0], "error");
  });
  document.addEventListener("htmx:timeout", function () {
    firn.toast(WORDS[0], "error");
  });

  // What a reader opened stays open when a poll brings the same part again.
  var opened = new Map();
  document.addEventListener("htmx:beforeSwap", function (event) {
    opened = new Map();
    event.detail.target.querySelectorAll("details[id]").forEach(function (part) {
      opened.set(part.id, part.open);
    });
  });
  document.addEventListener("htmx:afterSwap", function () {
    opened.forEach(function (open, id) {
      var part = document.getElementById(id);
      if (part) part.open = open;
    });
  });

  // A form that comes back with errors: the reader is taken to what is wrong.
  document.addEventListener("htmx:afterSettle", function (event) {
    if (!event.detail.xhr || event.detail.xhr.status !== 422) return;
    var wrong = document.querySelector("[data-error-summary]") || document.querySelector("[aria-invalid='true']");
    if (wrong) wrong.focus();
  });
  // The same after a full page load.
  var summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
})();
