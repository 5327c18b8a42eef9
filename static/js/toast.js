// The toast region: add a line to it, dismiss a line. Other scripts call firn.toast(words, level).
(function () {
  "use strict";
  var firn = (window.firn = window.firn || {});
  document.documentElement.classList.add("js");

  function region() {
    return document.getElementById("toasts");
  }

  // News replaces older news of this page instead of piling up.
  firn.toast = function (words, level) {
    var box = region();
    var pattern = document.getElementById("toast-" + (level || "info"));
    if (!box || !pattern) return;
    firn.clearToasts();
    var toast = pattern.content.firstElementChild.cloneNode(true);
    toast.querySelector("p").textContent = words;
    toast.dataset.news = "";
    box.appendChild(toast);
  };

  firn.clearToasts = function () {
    region().querySelectorAll("[data-news]").forEach(function (old) {
      old.remove();
    });
  };

  document.addEventListener("click", function (event) {
    var button = event.target.closest(".toast-close");
    if (button) button.closest(".toast").remove();
  });

  // Menus made of <details> close on Escape and on a click elsewhere.
  function closeMenus(except) {
    document.querySelectorAll("details:is(.who, .drop)[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details:is(.who, .drop)"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var open = document.querySelector("details:is(.who, .drop)[open]");
    if (open) {
      closeMenus(null);
      open.querySelector("summary").focus();
    }
  });
})();
