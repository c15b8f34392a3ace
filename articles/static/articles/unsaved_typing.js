/* Wagtail takes a form's content as stored at moments of its own: about two seconds after the editor has come, twice on
   a slow machine, and whenever an autosave has ended. What was typed before such a moment and went out with no autosave
   would then count as stored: no autosave, no warning on leaving. So the form is told that it holds more. */
(() => {
  const unsent = new WeakSet();

  function typed(event) {
    const form = event.isTrusted && event.target.closest?.("[data-edit-form]");
    if (form) unsent.add(form);
  }

  function taken(event) {
    const form = event.target;
    // Wagtail takes the mark away at the end of the same call, so it is set after it.
    if (unsent.has(form)) setTimeout(() => { form.dataset.wUnsavedForceValue = "true"; });
  }

  /* The rich text editor takes these itself, so that no input event follows. */
  function erased(event) {
    if (["Backspace", "Delete", "Enter"].includes(event.key) && event.target.isContentEditable) typed(event);
  }

  document.addEventListener("input", typed, { capture: true });
  document.addEventListener("keydown", erased, { capture: true });
  document.addEventListener("w-autosave:save", (event) => unsent.delete(event.target));
  document.addEventListener("w-unsaved:watch-edits", taken);
})();
