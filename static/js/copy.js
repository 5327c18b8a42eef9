// Buttons with data-copy="#id" put the text of that element on the clipboard and say so.
(function () {
  "use strict";
  var SHOWN_MS = 2000;

  // Without a secure context there is no clipboard API; a selected text area still works.
  function copyTheOldWay(text) {
    var area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    document.body.appendChild(area);
    area.select();
    var done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("refused"));
  }

  function copyText(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    return copyTheOldWay(text);
  }

  function sayCopied(button) {
    button.setAttribute("data-copied", "");
    var live = document.getElementById("spoken");
    if (live) live.textContent = "Copied";
    setTimeout(function () {
      button.removeAttribute("data-copied");
      if (live) live.textContent = "";
    }, SHOWN_MS);
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    var source = button && document.querySelector(button.dataset.copy);
    if (!source) return;
    copyText(source.textContent.trim()).then(
      function () {
        sayCopied(button);
      },
      function () {
        window.getSelection().selectAllChildren(source);
        window.firn.toast("Your browser did not allow copying. The text is selected: press Ctrl+C or ⌘C.", "warning");
      },
    );
  });
})();
