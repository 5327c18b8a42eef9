// Links and buttons with data-dialog="#id" open that <dialog>; without a script a link leads to the page that asks the same.
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-dialog]");
    var dialog = opener && document.querySelector(opener.dataset.dialog);
    if (dialog && dialog.showModal && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    var open = event.target.closest("dialog[open]");
    if (!open) return;
    // A click on the backdrop is one on the dialog itself, outside of what it holds.
    if (event.target.closest(".dialog-close") || event.target === open) open.close();
  });
})();
