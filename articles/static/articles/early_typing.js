/* Wagtail looks out for changes from two seconds after the editor has come, and takes what was typed before for the
   stored text: no autosave, no warning on leaving. So the form is told that it holds more than what is stored. */
(() => {
  const early = new WeakSet();

  function typed(event) {
    const form = event.isTrusted && event.target.closest?.("[data-edit-form]");
    if (form) early.add(form);
  }

  function watched(event) {
    if (!event.target.matches("[data-edit-form]")) return;
    document.removeEventListener("input", typed, { capture: true });
    document.removeEventListener("w-unsaved:watch-edits", watched);
    if (early.has(event.target)) event.target.dataset.wUnsavedForceValue = "true"; // until the next autosave
  }

  document.addEventListener("input", typed, { capture: true });
  document.addEventListener("w-unsaved:watch-edits", watched);
})();
