/* Copies a field to the clipboard. The copy event is used, not navigator.clipboard: it works on plain http in a
   hospital's network, and puts HTML on the clipboard exactly as it is. */
(() => {
  function copy(field, asHtml) {
    const put = (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (asHtml) {
        const holder = document.createElement("template");
        holder.innerHTML = field.value;
        event.clipboardData.setData("text/html", field.value);
        event.clipboardData.setData("text/plain", holder.content.textContent);
      } else {
        event.clipboardData.setData("text/plain", field.value);
      }
    };
    // There must be a selection for the event to come; a field in a closed <details> cannot hold one.
    const mark = document.createElement("span");
    mark.textContent = "\u00a0";
    document.body.append(mark);
    const selection = window.getSelection();
    selection.removeAllRanges();
    const range = document.createRange();
    range.selectNodeContents(mark);
    selection.addRange(range);
    document.addEventListener("copy", put, { capture: true, once: true });
    try {
      return document.execCommand("copy");
    } finally {
      document.removeEventListener("copy", put, { capture: true });
      selection.removeAllRanges();
      mark.remove();
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) {
      const field = document.getElementById(button.dataset.copy);
      const done = copy(field, button.dataset.copyAs === "html");
      const said = button.parentElement.querySelector("[role=status]");
      said.textContent = done ? button.dataset.copied : button.dataset.failed;
      button.focus();
    }
    if (event.target.closest("[data-print]")) window.print();
  });
})();
