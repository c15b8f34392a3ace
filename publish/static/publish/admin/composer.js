// Saves the composer as one works, and lets rows be dragged. Without it every button saves, too.
(() => {
  const whole = () => document.getElementById('composer');
  const form = () => document.querySelector('form[data-composer]');
  if (!form()) return;
  let row = null;

  // Back to where one was; at the end of the list the button for the other way.
  function refocus(id) {
    const other = id.startsWith('up-') ? id.replace('up-', 'down-') : id.replace('down-', 'up-');
    const found = [id, other].map((one) => document.getElementById(one)).find((one) => one && !one.disabled);
    if (found) found.focus();
  }

  function say(words) {
    const note = document.createElement('p');
    note.className = 'push-note push-note--person';
    note.setAttribute('role', 'alert');
    note.textContent = words;
    whole().prepend(note);
  }

  async function send(submitter) {
    // What is clicked meanwhile would be lost with the old page, so nothing can be.
    if (form().inert) return;
    const data = new FormData(form());
    data.set('action', submitter ? submitter.value : 'save');
    const focus = (submitter && submitter.id) || document.activeElement.id;
    form().inert = true;
    let page;
    try {
      const answer = await fetch(location.href, { method: 'POST', body: data, credentials: 'same-origin' });
      if (!answer.ok) throw new Error(answer.status);
      page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    } catch {
      form().inert = false;
      form().submit();
      return;
    }
    const fresh = page.getElementById('composer');
    if (!fresh) {
      // It can no longer be changed, or one is logged out: the server says which.
      location.reload();
      return;
    }
    // The server's messages stand outside of what is replaced.
    const said = [...page.querySelectorAll('.messages li')].map((one) => one.textContent.trim()).join(' ');
    whole().replaceWith(document.importNode(fresh, true));
    if (said) say(said);
    if (focus) refocus(focus);
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
    if (field.dataset.when) document.getElementById(`when-${field.dataset.when}`).checked = true;
    // A minute is typed in parts; it is saved when one leaves it.
    if (field.name === 'minute') return;
    if (field.name === 'when' && field.value === 'minute' && !document.getElementById('minute').value) {
      document.getElementById('minute').focus();
      return;
    }
    send(null);
  });
  document.addEventListener('focusout', (event) => {
    const field = event.target;
    // A button saves all of it by itself.
    if (event.relatedTarget && event.relatedTarget.matches('button')) return;
    if (field.id === 'minute' && field.value && field.value !== field.defaultValue) send(null);
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
