/* Wagtail sends the form even while an autosave of it is under way. Of a new article that makes two, of a new reference
   likewise, because the form does not know yet what the autosave has made. So the form waits for its answer. */
let saving = false;
let waiting = null;

document.addEventListener("w-autosave:save", (event) => { saving = !event.defaultPrevented; });

/* An autosave tells the server which version it goes on from, the form's buttons do not: they would name the version the
   page was loaded with, and one's own autosave would count as somebody else's. */
function remember(form, values) {
  for (const [name, value] of Object.entries(values)) {
    if (!value || !(form instanceof HTMLFormElement)) continue;
    let input = form.elements.namedItem(name);
    if (!input) {
      input = Object.assign(document.createElement("input"), { type: "hidden", name });
      form.append(input);
    }
    input.value = value;
  }
}

document.addEventListener("w-autosave:success", (event) => {
  const answer = event.detail.response;
  remember(event.target, { loaded_revision_id: answer.revision_id, loaded_revision_created_at: answer.revision_created_at });
});

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
