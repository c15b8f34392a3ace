// Saves the composer as one works, and lets rows be dragged. Without it every button saves, too.
(() => {
  const whole = () => document.getElementById('composer');
  const form = () => document.querySelector('form[data-composer]');
  if (!form()) return;
  let busy = false;
  let again = null;
  let row = null;

  // Back to where one was; at the end of the list the button for the other way.
  function refocus(id) {
    const other = id.startsWith('up-') ? id.replace('up-', 'down-') : id.replace('down-', 'up-');
    const found = [id, other].map((one) => document.getElementById(one)).find((one) => one && !one.disabled);
    if (found) found.focus();
  }

  async function send(submitter) {
    if (busy) {
      again = submitter;
      return;
    }
    busy = true;
    const data = new FormData(form());
    data.set('action', submitter ? submitter.value : 'save');
    const focus = (submitter && submitter.id) || (document.activeElement && document.activeElement.id);
    try {
      const answer = await fetch(location.href, { method: 'POST', body: data, credentials: 'same-origin' });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = page.getElementById('composer');
      if (!answer.ok || !fresh) {
        form().submit();
        return;
      }
      // What the server has to say stands above Wagtail's header; say it here, too.
      const said = [...page.querySelectorAll('.messages li')].map((one) => one.textContent.trim()).join(' ');
      whole().replaceWith(document.importNode(fresh, true));
      if (said) {
        const note = document.createElement('p');
        note.className = 'push-note push-note--person';
        note.setAttribute('role', 'alert');
        note.textContent = said;
        whole().prepend(note);
      }
      if (focus) refocus(focus);
    } catch {
      form().submit();
    } finally {
      busy = false;
      if (again) {
        again = null;
        send(null);
      }
    }
  }

  document.addEventListener('submit', (event) => {
    const by = event.submitter;
    if (!event.target.matches('form[data-composer]') || !by || !/^(up|down|add|remove|find)\b/.test(by.value)) return;
    event.preventDefault();
    send(by);
  });
  document.addEventListener('change', (event) => {
    const field = event.target;
    if (!field.form || !field.form.matches('form[data-composer]')) return;
    if (['q', 'topic', 'department'].includes(field.name)) return;
    const of = field.dataset.when;
    if (of) document.getElementById(`when-${of}`).checked = true;
    // A time still to be filled in is no time yet.
    if (field.name === 'when' && field.value === 'minute' && !document.getElementById('minute').value) {
      document.getElementById('minute').focus();
      return;
    }
    if (of === 'minute' && !field.value) return;
    send(null);
  });

  document.addEventListener('dragstart', (event) => {
    row = event.target.closest && event.target.closest('[data-row]');
    if (row) event.dataTransfer.effectAllowed = 'move';
  });
  document.addEventListener('dragover', (event) => {
    const over = row && event.target.closest && event.target.closest('[data-row]');
    if (!over) return;
    event.preventDefault();
    if (over === row) return;
    const box = over.getBoundingClientRect();
    over[event.clientY < box.top + box.height / 2 ? 'before' : 'after'](row);
  });
  document.addEventListener('drop', (event) => {
    if (row && event.target.closest && event.target.closest('[data-row]')) event.preventDefault();
  });
  document.addEventListener('dragend', () => {
    if (!row) return;
    row = null;
    send(null);
  });
})();
