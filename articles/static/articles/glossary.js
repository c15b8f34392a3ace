/* Terms in the editor: the mark in rich text (an entity of Draftail), the dialog that chooses one, and the panel that
   lists the terms of the glossary found in the draft. All changes are made in the editor itself, so that its own undo
   takes them back and its own autosave stores them. */
(() => {
  if (!window.draftail || !window.DraftJS) return;
  const { Modifier, EditorState, SelectionState } = window.DraftJS;
  const React = window.React;
  const TYPE = "TERM";
  const known = new Map(); // id -> entry, as far as the server has told

  const panel = () => document.querySelector("[data-terms]");
  const tip = (id) => {
    const entry = known.get(String(id));
    return entry ? [entry.plain, entry.explanation].filter(Boolean).join("：") : "";
  };

  /* --- The mark --------------------------------------------------------------------------------------- */

  function Mark(props) {
    const { id } = props.contentState.getEntity(props.entityKey).getData();
    return React.createElement("span", {
      className: "xl-term-mark",
      "data-term": id,
      // Known when the pointer comes, though not yet when the editor was drawn.
      onMouseEnter: (event) => { event.currentTarget.title = tip(id); },
      onClick: () => props.onEdit(props.entityKey),
    }, props.children);
  }

  class Source extends React.Component {
    componentDidMount() {
      const { editorState, entityKey, onComplete, onClose } = this.props;
      const selection = entityKey
        ? window.draftail.DraftUtils.getEntitySelection(editorState, entityKey)
        : editorState.getSelection();
      const content = editorState.getCurrentContent();
      const block = content.getBlockForKey(selection.getStartKey());
      const oneBlock = selection.getStartKey() === selection.getEndKey();
      const words = oneBlock ? block.getText().slice(selection.getStartOffset(), selection.getEndOffset()) : "";
      const push = (next) => onComplete(EditorState.push(editorState, next, "apply-entity"));
      ask(words, Boolean(entityKey), (entry) => {
        if (entry === null) {
          push(Modifier.applyEntity(content, selection, null));
          return;
        }
        known.set(String(entry.id), entry);
        const made = content.createEntity(TYPE, "MUTABLE", { id: String(entry.id) });
        const key = made.getLastCreatedEntityKey();
        if (words.trim()) push(Modifier.applyEntity(made, selection, key));
        else push(Modifier.replaceText(made, selection, entry.term, editorState.getCurrentInlineStyle(), key));
      }, onClose);
    }

    render() {
      return null;
    }
  }

  window.draftail.registerPlugin({ type: TYPE, source: Source, decorator: Mark }, "entityTypes");

  /* --- The dialog ------------------------------------------------------------------------------------- */

  function ask(words, marked, chosen, closed) {
    const template = panel()?.querySelector("[data-term-dialog]");
    if (!template) {
      closed();
      return;
    }
    const dialog = template.content.firstElementChild.cloneNode(true);
    const [input, message, list] = ["input", "[data-message]", "[data-choices]"].map((one) => dialog.querySelector(one));
    let answer; // undefined: none
    const done = (entry) => { answer = entry; dialog.close(); };

    async function search() {
      const wanted = input.value;
      let terms;
      try {
        const reply = await fetch(`${panel().dataset.searchUrl}?q=${encodeURIComponent(wanted)}`);
        if (!reply.ok) throw new TypeError(reply.statusText);
        ({ terms } = await reply.json());
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
        message.textContent = panel().dataset.saysOffline;
        return;
      }
      if (wanted !== input.value) return; // typed on: a later answer follows
      message.textContent = terms.length ? message.dataset.saysMany.replace("%s", terms.length) : message.dataset.saysNone;
      list.replaceChildren(...terms.map((entry) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.choice = entry.id;
        button.append(entry.plain ? `${entry.term}（${entry.plain}）` : entry.term);
        const why = document.createElement("small");
        why.textContent = entry.explanation;
        button.append(why);
        button.addEventListener("click", () => done(entry));
        item.append(button);
        return item;
      }));
    }

    input.value = words.trim().slice(0, 60);
    input.addEventListener("input", search);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      list.querySelector("button")?.click();
    });
    dialog.querySelector("[data-unmark]").hidden = !marked;
    dialog.querySelector("[data-unmark]").addEventListener("click", () => done(null));
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (answer === undefined) closed();
      else chosen(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    input.select();
    search();
  }

  /* --- The draft as pieces of text -------------------------------------------------------------------- */

  const TEXTS = "#id_title, #id_summary, #id_key_message, [name^='body-'][name*='-value']";

  function deleted(element) {
    for (let child = element.closest("[data-streamfield-child]"); child;
      child = child.parentElement.closest("[data-streamfield-child]")) {
      if (child.querySelector(":scope > input[name$='-deleted']")?.value === "1") return true;
    }
    return false;
  }

  /* Every piece of text in the order of the page: a block of a rich text, or a plain field. */
  function pieces() {
    const found = [];
    const form = document.querySelector("[data-edit-form]");
    if (!form) return found;
    for (const element of form.querySelectorAll(TEXTS)) {
      if (deleted(element)) continue;
      const editor = element.draftailEditor;
      if (editor) {
        for (const block of editor.getEditorState().getCurrentContent().getBlocksAsArray()) {
          found.push({ element, editor, key: block.getKey(), text: block.getText() });
        }
      } else if (element.matches("input[type=text], textarea")) {
        found.push({ element, text: element.value });
      }
    }
    return found;
  }

  const blockOf = (piece) => piece.editor.getEditorState().getCurrentContent().getBlockForKey(piece.key);

  /* What of Draftail's entities lies on a place: the type, or "". */
  function entityAt(piece, at) {
    const content = piece.editor.getEditorState().getCurrentContent();
    const key = content.getBlockForKey(piece.key).getEntityAt(at);
    return key ? content.getEntity(key) : null;
  }

  const marks = (use) => use.piece.editor && entityAt(use.piece, use.start)?.getType() === TYPE;
  /* Explained: marked, or followed by the brackets this panel writes. */
  const explained = (use, entry) => marks(use)
    || (entry.plain && use.piece.text.startsWith(`（${entry.plain}`, use.end));

  function changeRich(piece, change) {
    const state = piece.editor.getEditorState();
    const [content, why] = change(state.getCurrentContent());
    piece.editor.onChange(EditorState.push(state, content, why));
    piece.element.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const range = (use) => SelectionState.createEmpty(use.piece.key)
    .merge({ anchorOffset: use.start, focusOffset: use.end });

  function write(use, text) {
    const { piece } = use;
    if (piece.editor) {
      changeRich(piece, (content) => {
        const block = content.getBlockForKey(piece.key);
        const entity = entityAt(piece, use.start);
        // A link goes on around the new words; a mark explained the old ones.
        const key = entity && entity.getType() !== TYPE ? block.getEntityAt(use.start) : null;
        return [Modifier.replaceText(content, range(use), text, block.getInlineStyleAt(use.start), key), "insert-characters"];
      });
    } else {
      writePlain(piece.element, text, use.start, use.end);
      piece.element.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  /* As if typed, so that the browser's undo takes it back; where the field cannot be reached now, without. */
  function writePlain(field, text, start, end) {
    const before = document.activeElement;
    field.focus({ preventScroll: true });
    let typed = false;
    if (document.activeElement === field) {
      field.setSelectionRange(start, end);
      typed = document.execCommand("insertText", false, text);
      before?.focus({ preventScroll: true });
    }
    if (typed) return;
    field.setRangeText(text, start, end, "preserve");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function mark(use, entry) {
    changeRich(use.piece, (content) => {
      const made = content.createEntity(TYPE, "MUTABLE", { id: String(entry.id) });
      return [Modifier.applyEntity(made, range(use), made.getLastCreatedEntityKey()), "apply-entity"];
    });
  }

  /* What was found is still there, to the character. */
  const still = (use) => (use.piece.editor ? blockOf(use.piece)?.getText() : use.piece.element.value) === use.piece.text
    && use.piece.element.isConnected;

  /* --- The panel -------------------------------------------------------------------------------------- */

  let asked = null;
  let timer = null;
  let pressed = false; // on the list: a row that is drawn anew between press and release would lose the click
  let waiting = null;

  function soon(wait = 800) {
    clearTimeout(timer);
    timer = setTimeout(look, wait);
  }

  async function look() {
    const box = panel();
    if (!box) return;
    const now = pieces();
    const texts = now.map((piece) => piece.text);
    if (asked) asked.abort();
    const mine = new AbortController();
    asked = mine;
    let answer;
    try {
      const token = document.querySelector("[data-edit-form] [name=csrfmiddlewaretoken]")?.value || "";
      const reply = await fetch(box.dataset.foundUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ texts }),
        signal: mine.signal,
      });
      if (!reply.ok || reply.redirected) throw new TypeError(reply.statusText);
      answer = await reply.json();
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      box.querySelector("[data-terms-status]").textContent = box.dataset.saysOffline;
      return;
    }
    for (const [id, entry] of Object.entries(answer.terms)) known.set(id, entry);
    const uses = new Map();
    for (const [number, start, end, id] of answer.hits) {
      const piece = now[number];
      const words = piece.text.slice(start, end);
      const entry = answer.terms[id];
      if (words === entry.plain) continue; // said plainly already
      if (!uses.has(id)) uses.set(id, []);
      uses.get(id).push({ piece, start, end, words });
    }
    if (pressed) waiting = () => show(box, uses);
    else show(box, uses);
  }

  function show(box, uses) {
    const list = box.querySelector("[data-terms-list]");
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.does : null;
    box.querySelector("[data-terms-status]").textContent = "";
    box.querySelector("[data-terms-none]").hidden = uses.size > 0;
    box.querySelector("[data-terms-hint]").hidden = !uses.size || "frozen" in box.dataset;
    list.replaceChildren(...[...uses].map(([id, some]) => item(box, known.get(String(id)), some)));
    if (focused) list.querySelector(`[data-does="${focused}"]`)?.focus();
  }

  function item(box, entry, uses) {
    const element = box.querySelector("[data-term-item]").content.firstElementChild.cloneNode(true);
    const part = (name) => element.querySelector(`[data-${name}]`);
    const says = (name, value) => box.dataset[`says${name}`].replace("%s", value);
    const [first] = uses;
    const isDone = uses.some((use) => explained(use, entry));
    element.dataset.termId = entry.id;
    element.dataset.explained = isDone;
    part("words").textContent = first.words;
    part("count").textContent = says("Times", uses.length);
    part("open").hidden = isDone;
    part("done").hidden = !isDone;
    part("plain").textContent = entry.plain;
    part("plain-line").hidden = !entry.plain;
    part("explanation").textContent = entry.explanation;
    part("first").textContent = box.dataset.saysBeginning;
    part("first").href = `#${first.piece.element.closest("[id^='block-'][id$='-section']")?.id || first.piece.element.id}`;

    const markable = uses.find((use) => use.piece.editor && !entityAt(use.piece, use.start) && !entityAt(use.piece, use.end - 1));
    const bare = uses.find((use) => !use.piece.editor && !explained(use, entry));
    // Not in a plain field that stands first when the text itself can carry the note.
    button(part("explain"), "", !isDone && markable, () => mark(markable, entry));
    button(part("brackets"), says("Brackets", entry.plain), entry.plain && !isDone && bare && bare === first,
      () => write(bare, `${bare.words}（${entry.plain}）`));
    button(part("here"), says("Here", entry.plain), entry.plain, () => write(first, entry.plain));
    button(part("all"), says("All", uses.length), entry.plain && uses.length > 1, () => {
      // From the end, so that the places before stay where they are.
      for (const use of [...uses].reverse()) {
        if (use.piece.editor || use.piece.element.isConnected) write(use, entry.plain);
      }
    });

    function button(control, text, wanted, act) {
      if (text) control.textContent = text;
      control.hidden = !wanted || "frozen" in box.dataset;
      control.dataset.does = `${control.textContent}-${entry.id}`;
      control.addEventListener("click", () => {
        if (uses.every(still)) act();
        else box.querySelector("[data-terms-status]").textContent = box.dataset.saysGone;
        look();
      });
    }
    return element;
  }

  document.addEventListener("pointerdown", (event) => { pressed = !!event.target.closest?.("[data-terms-list]"); });
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, () => {
      pressed = false;
      if (waiting) setTimeout(waiting); // after the click
      waiting = null;
    });
  }
  document.addEventListener("w-autosave:success", () => soon(0));
  document.addEventListener("input", (event) => {
    if (event.target.closest?.("[data-edit-form]")) soon();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-side-panel-toggle='terms']")) soon(0);
  });
  // The editors are drawn after this script; once they are, the tips of their marks are asked for.
  window.addEventListener("load", () => soon(300));
})();
