// Names of colleagues offered after "@" while a comment is typed. Wagtail's comments are drawn by React, so that the
// text areas come and go: listeners stand on the document.
(() => {
  const script = document.currentScript;
  const FIELDS = '.comment textarea, .comment-reply textarea, .comment-input textarea, [data-comment] textarea';
  const TYPED = /[@＠]([^\s@＠()（）]{0,30})$/;
  // Who comes from a notice is shown the comment, not the panel they used last (Wagtail reads this when the page is ready).
  if (new URLSearchParams(window.location.search).has('comment')) {
    try { localStorage.setItem('wagtail:side-panel-open', 'comments'); } catch { /* then the panel is opened by hand */ }
  }
  let list = null, field = null, chosen = 0, asked = 0;

  const isComment = (element) =>
    element instanceof HTMLTextAreaElement && (element.matches(FIELDS) || element.closest('#comments, .comments-list') !== null);

  function close() {
    asked += 1;
    list?.remove();
    list = null;
    field?.removeAttribute('aria-activedescendant');
    field?.removeAttribute('aria-controls');
    field = null;
  }

  function typed(element) {
    const found = TYPED.exec(element.value.slice(0, element.selectionStart));
    return found && { from: element.selectionStart - found[0].length, query: found[1] };
  }

  function take(person) {
    const at = field, mark = typed(at);
    close();
    if (!mark) return;
    const words = `@${person.name || person.number}${person.name ? `(${person.number})` : ''} `;
    const text = at.value.slice(0, mark.from) + words + at.value.slice(at.selectionStart);
    // React watches the setter of the element's own class.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(at, text);
    at.dispatchEvent(new Event('input', { bubbles: true }));
    at.focus();
    at.setSelectionRange(mark.from + words.length, mark.from + words.length);
  }

  function mark(place) {
    const rows = [...list.children];
    chosen = (place + rows.length) % rows.length;
    rows.forEach((row, number) => row.setAttribute('aria-selected', String(number === chosen)));
    rows[chosen].scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', rows[chosen].id);
  }

  function show(element, people) {
    close();
    if (!people.length) return;
    field = element;
    list = document.createElement('ul');
    list.className = 'pl-names';
    list.id = 'pl-names';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', script.dataset.label);
    people.forEach((person, number) => {
      const row = document.createElement('li');
      row.id = `pl-name-${number}`;
      row.setAttribute('role', 'option');
      row.textContent = person.name ? `${person.name}（${person.number}）` : person.number;
      row.dataset.number = person.number;
      // Before the text area loses its focus.
      row.addEventListener('mousedown', (event) => { event.preventDefault(); take(person); });
      list.append(row);
    });
    const box = element.getBoundingClientRect();
    document.body.append(list);
    list.style.top = `${box.bottom + window.scrollY}px`;
    list.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - list.offsetWidth - 8)) + window.scrollX}px`;
    element.setAttribute('aria-controls', 'pl-names');
    mark(0);
    list.people = people;
  }

  document.addEventListener('input', async (event) => {
    const element = event.target;
    if (!isComment(element)) return;
    const found = typed(element);
    if (!found) { close(); return; }
    const mine = (asked += 1);
    try {
      const response = await fetch(`${script.dataset.colleagues}?q=${encodeURIComponent(found.query)}`, { credentials: 'same-origin' });
      if (!response.ok || mine !== asked) return;
      const { colleagues } = await response.json();
      if (mine === asked && document.activeElement === element) show(element, colleagues);
    } catch {
      // Without the server the name can be typed whole.
    }
  });

  document.addEventListener('keydown', (event) => {
    if (!list || event.target !== field) return;
    const keys = { ArrowDown: () => mark(chosen + 1), ArrowUp: () => mark(chosen - 1), Escape: close,
      Enter: () => take(list.people[chosen]), Tab: () => take(list.people[chosen]) };
    if (!keys[event.key] || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }, true);

  document.addEventListener('focusout', (event) => { if (event.target === field) close(); });
})();
