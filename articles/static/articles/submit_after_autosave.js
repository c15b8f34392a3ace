/* Wagtail sends the form even while an autosave of it is under way. Of a new article that makes two, of a new reference
   likewise, because the form does not know yet what the autosave has made. So the form waits for its answer. */
let saving = false;
let waiting = null;

document.addEventListener("w-autosave:save", (event) => { saving = !event.defaultPrevented; });

for (const name of ["w-autosave:success", "w-autosave:error"]) {
  document.addEventListener(name, () => {
    saving = false;
    if (!waiting) return;
    const { form, button } = waiting;
    waiting = null;
    if (button) button.disabled = false; // a disabled button would not say what was pressed
    form.requestSubmit(button);
  });
}

document.addEventListener("submit", (event) => {
  if (!saving || !event.target.matches("[data-controller~='w-autosave']")) return;
  event.preventDefault();
  event.stopPropagation();
  waiting = { form: event.target, button: event.submitter };
}, { capture: true });
