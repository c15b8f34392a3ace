/* Names for those who hear the editor: Wagtail gives its rich text editors, the entries of lists and the cells of tables
   none. Each is called as it is found on the screen: block, label, number; in a table row and column. */
(() => {
  const script = document.currentScript;
  const CHILD = "[data-streamfield-child]";
  const NAMELESS = `:is(${CHILD} :is(input:not([type=hidden]), textarea, select), .public-DraftEditor-content)`;
  const text = (element) => element?.textContent.replace(/[\s*]+/g, " ").trim() || "";

  function place(child) {
    const siblings = [...child.parentElement.children].filter((one) => one.matches(CHILD)
      && one.querySelector(":scope > input[name$='-deleted']")?.value !== "1");
    return siblings.indexOf(child) + 1;
  }

  function cell(control) {
    const box = control.closest("td");
    if (!box?.closest(".typed-table-block")) return "";
    const row = [...box.closest("tbody").rows].indexOf(box.parentElement) + 1;
    return script.dataset.cell.replace("%1", row).replace("%2", box.cellIndex); // the first cell holds buttons
  }

  function nameOf(control) {
    const parts = [cell(control)];
    for (let element = control.parentElement; element && !element.matches("form"); element = element.parentElement) {
      if (element.matches(CHILD)) {
        if (element.closest("[data-streamfield-list-container], [data-streamfield-stream-container]")?.matches("[data-streamfield-list-container]")) {
          parts.unshift(String(place(element)));
        } else {
          parts.unshift(text(element.querySelector(".c-sf-block__type")));
        }
      } else if (element.matches("[data-contentpath]")) {
        parts.unshift(text(element.querySelector(":scope > label")));
      }
    }
    return parts.filter(Boolean).join(" ");
  }

  function give() {
    for (const control of document.querySelectorAll(`[data-edit-form] ${NAMELESS}`)) {
      if (!("named" in control.dataset) && (control.labels?.length || control.matches("[aria-label], [aria-labelledby]"))) continue;
      const name = nameOf(control);
      if (name && control.getAttribute("aria-label") !== name) {
        control.setAttribute("aria-label", name);
        control.dataset.named = "";
      }
    }
    // What scrolls and holds nothing to step into is reached by the keyboard itself.
    for (const list of document.querySelectorAll(".w-minimap__list")) {
      if (list.scrollHeight > list.clientHeight) list.tabIndex = 0;
      else list.removeAttribute("tabindex");
    }
  }

  let waiting = null;
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("[data-edit-form]");
    if (!form) return;
    // Typing redraws the editors all the time; names are given a moment after a change begins. A deleted block is only
    // hidden, which no observer of elements sees: the click on its button is.
    const soon = () => { waiting ??= setTimeout(() => { waiting = null; give(); }, 300); };
    new MutationObserver(soon).observe(form, { childList: true, subtree: true });
    form.addEventListener("click", soon, { capture: true }); // Wagtail stops some on their way
    give();
  });
})();
