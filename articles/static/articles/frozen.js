/* An editor whose text is under review or locked: Wagtail keeps the mouse away, but not the keyboard. What one types there
   can never be stored, so nothing takes it; reading, folding and the way from a finding to its place go on. */
(() => {
  const PLACES = "[data-edit-form] [role=tabpanel], [data-edit-form] .w-panel__content";
  const KEPT = "[data-panel-toggle], .xl-mark button, [role=tab]";
  const WRITTEN = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file], [type=button], [type=submit])";

  function freeze() {
    for (const place of document.querySelectorAll(PLACES)) {
      for (const field of place.querySelectorAll(WRITTEN)) if (!field.readOnly) field.readOnly = true;
      for (const control of place.querySelectorAll("select, button, [type=checkbox], [type=radio], [type=file]")) {
        if (!control.disabled && !control.matches(KEPT)) control.disabled = true;
      }
      for (const text of place.querySelectorAll("[contenteditable=true]")) {
        text.contentEditable = "false";
        text.tabIndex = 0; // still read from the keyboard
        text.setAttribute("aria-readonly", "true");
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.body.classList.contains("content-locked")) return;
    const form = document.querySelector("[data-edit-form]");
    if (!form) return;
    freeze();
    // Blocks and editors are drawn after the page, and drawn anew by the editor.
    new MutationObserver(freeze).observe(form, {
      childList: true, subtree: true, attributes: true, attributeFilter: ["contenteditable", "disabled"],
    });
  });
})();
