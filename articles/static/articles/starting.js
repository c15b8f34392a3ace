/* The hints of a starting point: a note under the header of each block, and in the side panel what is written already. */
(() => {
  let places = [];

  /* Where the note of a block or a field goes, and where its text is read. */
  function placeOf(one, isBlock) {
    if (!isBlock) {
      const control = document.getElementById(one.id);
      const field = control?.closest(".w-field__wrapper") || control?.parentElement;
      return control && { one, anchor: one.id, holder: field, before: field?.firstElementChild, inside: control };
    }
    const section = document.getElementById(`block-${one.id}-section`);
    const content = section?.querySelector(".w-panel__content");
    return content && { one, anchor: section.id, holder: content, before: content.firstChild, inside: content };
  }

  function texts(place) {
    const { inside } = place;
    if (inside.matches("input, textarea")) return [inside.value];
    const found = [];
    for (const control of inside.querySelectorAll("input, textarea")) {
      if (control.closest("[contenteditable]")) continue;
      const editor = control.draftailEditor;
      if (editor) found.push(editor.getEditorState().getCurrentContent().getPlainText());
      else if (control.matches("input[type=text], textarea")) found.push(control.value);
    }
    return found;
  }

  const isWritten = (place) => texts(place).some((text) => text.trim() && !(place.one.prefilled || []).includes(text.trim()));

  /* A deleted block keeps its place in the form; it is asked for no more. */
  function isThere(place) {
    if (!place.holder.isConnected) return false;
    return place.holder.closest("[data-streamfield-child]")?.querySelector(":scope > input[name$='-deleted']")?.value !== "1";
  }

  function noteOf(box, one) {
    const note = box.querySelector("[data-hint-note]").content.firstElementChild.cloneNode(true);
    note.dataset.hint = one.key;
    note.querySelector("[data-write]").textContent = one.write;
    for (const name of ["length", "check"]) {
      note.querySelector(`[data-${name}]`).textContent = one[name];
      note.querySelector(`[data-${name}-line]`).hidden = !one[name];
    }
    const lines = one.example.filter(Boolean);
    note.querySelector("[data-example-line]").hidden = !lines.length;
    note.querySelector("[data-example]").replaceChildren(...lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }));
    return note;
  }

  function begin() {
    const box = document.querySelector("[data-hints]");
    const source = document.getElementById("xl-guidance");
    if (!box || !source) return;
    const guidance = JSON.parse(source.textContent);
    places = [
      ...guidance.fields.map((one) => placeOf(one, false)),
      ...guidance.blocks.map((one) => placeOf(one, true)),
    ].filter(Boolean);
    for (const place of places) {
      const note = noteOf(box, place.one);
      // Fields explain themselves; what belongs into a block is the question.
      note.open = Boolean(place.one.prefilled);
      place.holder.insertBefore(note, place.before);
    }
    update();
    let timer = null;
    const soon = () => { clearTimeout(timer); timer = setTimeout(update, 300); };
    for (const name of ["input", "change", "keyup", "w-autosave:success"]) document.addEventListener(name, soon);
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-streamfield-child] button, [data-side-panel-toggle='guidance']")) soon();
    });
  }

  function update() {
    const box = document.querySelector("[data-hints]");
    const there = places.filter(isThere);
    const states = there.map(isWritten);
    const sum = box.querySelector("[data-hints-sum]");
    const said = sum.dataset.says.replace("%s", states.filter(Boolean).length).replace("%t", states.length);
    if (sum.textContent !== said) sum.textContent = said;
    const list = box.querySelector("[data-hints-list]");
    const focused = [...list.querySelectorAll("a")].indexOf(document.activeElement);
    list.replaceChildren(...there.map((place, number) => {
      const item = box.querySelector("[data-hint-item]").content.firstElementChild.cloneNode(true);
      const link = item.querySelector("a");
      link.textContent = place.one.name;
      link.href = `#${place.anchor}`;
      item.dataset.written = states[number];
      item.querySelector("[data-open]").hidden = states[number];
      item.querySelector("[data-done]").hidden = !states[number];
      return item;
    }));
    list.querySelectorAll("a")[focused]?.focus();
  }

  // The stream's blocks are drawn by Wagtail's scripts before the page counts as loaded.
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin);
})();
