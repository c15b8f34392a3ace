// Dragging a piece or a push onto a slot. Everything it does can also be done by the forms of the page.
(() => {
  const calendar = document.querySelector('[data-calendar]');
  if (!calendar) return;
  const whole = calendar.closest('.cal');
  let dragged = null;

  const target = (event) => event.target.closest && event.target.closest('[data-calendar] [data-when]');
  const unmark = () => whole.querySelectorAll('.is-over').forEach((one) => one.classList.remove('is-over'));

  whole.addEventListener('dragstart', (event) => {
    const source = event.target.closest && event.target.closest('[data-push], [data-piece]');
    if (!source) return;
    dragged = source.dataset.push ? { kind: 'push', pk: source.dataset.push } : { kind: 'piece', pk: source.dataset.piece };
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', source.textContent.trim());
    whole.classList.add('is-dragging');
  });
  whole.addEventListener('dragend', () => {
    dragged = null;
    whole.classList.remove('is-dragging');
    unmark();
  });
  whole.addEventListener('dragover', (event) => {
    const slot = dragged && target(event);
    unmark();
    if (!slot) return;
    event.preventDefault();
    slot.classList.add('is-over');
  });
  whole.addEventListener('drop', (event) => {
    const slot = dragged && target(event);
    if (!slot) return;
    event.preventDefault();
    const form = whole.querySelector(`form[data-drop=${dragged.kind}]`);
    form.elements[dragged.kind].value = dragged.pk;
    form.elements.when.value = slot.dataset.when;
    form.requestSubmit();
  });
})();
