// Buttons with data-print print the page; a browser's own dialog also saves it as PDF.
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });
})();
