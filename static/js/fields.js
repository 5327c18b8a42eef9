// An error beside a field belongs to what was sent: it goes as soon as the field is changed.
(function () {
  "use strict";

  function forgive(event) {
    var field = event.target.closest(".field");
    var input = field && field.querySelector("[aria-invalid='true']");
    if (!input) return;
    input.removeAttribute("aria-invalid");
    field.querySelectorAll(".errorlist").forEach(function (list) {
      list.remove();
    });
  }

  document.addEventListener("input", forgive);
  document.addEventListener("change", forgive);
})();
