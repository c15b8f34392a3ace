/* Citations in the rich text editor: an entity that names references by key and shows their numbers of the moment. */
(() => {
  const { React, DraftJS } = window;
  const { EditorState, Modifier } = DraftJS;
  const references = () => window.xinglinReferences || { list: () => [], label: () => "[?]" };

  /* Ask which references are meant; resolves with keys ("" for none) or null when it was called off. */
  function choose(keys) {
    const dialog = document.querySelector("[data-cite-dialog]");
    if (!dialog) return Promise.resolve(null);
    const chosen = new Set(keys.split(" "));
    const choices = dialog.querySelector("[data-cite-choices]");
    const known = references().list();
    choices.replaceChildren(...known.map((one) => {
      const line = document.createElement("label");
      const tick = Object.assign(document.createElement("input"), { type: "checkbox", value: one.key, checked: chosen.has(one.key) });
      const words = document.createElement("span");
      words.textContent = `[${one.number}] ${one.text || dialog.dataset.sayDraft}`;
      line.append(tick, words);
      return line;
    }));
    dialog.querySelector("[data-cite-empty]").hidden = known.length > 0;
    dialog.querySelector("[data-cite-done]").hidden = !known.length;
    dialog.showModal();
    choices.querySelector("input")?.focus();
    return new Promise((resolve) => {
      let answer = null;
      const pressed = (event) => {
        if (event.target.closest("[data-cite-done]")) {
          answer = [...choices.querySelectorAll("input:checked")].map((tick) => tick.value).join(" ");
          dialog.close();
        } else if (event.target.closest("[data-cite-cancel]")) {
          dialog.close();
        }
      };
      dialog.addEventListener("click", pressed);
      dialog.addEventListener("close", () => { dialog.removeEventListener("click", pressed); resolve(answer); }, { once: true });
    });
  }

  class CiteSource extends React.Component {
    componentDidMount() {
      const { editorState, entityType, entity, onComplete, onClose } = this.props;
      choose(entity ? entity.getData().keys || "" : "").then((keys) => {
        if (keys === null || (!keys && !entity)) { onClose(); return; }
        const content = editorState.getCurrentContent();
        let selection = editorState.getSelection();
        let changed;
        if (!keys) {
          changed = Modifier.replaceText(content, selection, "");
        } else {
          // A new citation stands behind the words that were selected; one that is edited takes its own place again.
          if (!entity) selection = selection.merge({ anchorKey: selection.getEndKey(), anchorOffset: selection.getEndOffset(), focusKey: selection.getEndKey(), focusOffset: selection.getEndOffset(), isBackward: false });
          const withEntity = content.createEntity(entityType.type, "IMMUTABLE", { keys });
          changed = Modifier.replaceText(withEntity, selection, references().label(keys), undefined, withEntity.getLastCreatedEntityKey());
        }
        onComplete(EditorState.push(editorState, changed, "insert-characters"));
      });
    }

    render() { return null; }
  }

  class Cite extends React.Component {
    constructor(props) {
      super(props);
      this.keys = () => this.props.contentState.getEntity(this.props.entityKey).getData().keys || "";
      this.state = { label: references().label(this.keys()) };
      this.renumber = () => this.setState({ label: references().label(this.keys()) });
      this.edit = (event) => { event.preventDefault(); this.props.onEdit(this.props.entityKey); };
    }

    componentDidMount() { document.addEventListener("xl-references:changed", this.renumber); this.renumber(); }

    componentWillUnmount() { document.removeEventListener("xl-references:changed", this.renumber); }

    render() {
      const { label } = this.state;
      // Draft.js needs the stored characters in the page; what is seen is the label (citing.css).
      return React.createElement("span", {
        className: label === "[?]" ? "xl-cite xl-cite--lost" : "xl-cite",
        "data-cite-label": label,
        "data-cite-keys": this.keys(),
        onMouseUp: this.edit,
      }, this.props.children);
    }
  }

  window.draftail.registerPlugin({ type: "CITE", source: CiteSource, decorator: Cite }, "entityTypes");
})();
