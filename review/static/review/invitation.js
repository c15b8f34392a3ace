/* Copies the invitation. execCommand works on plain http in a hospital's network, where navigator.clipboard is absent. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-invitation]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copyInvitation);
  field.focus();
  field.select();
  const done = document.execCommand("copy");
  document.getElementById("invitation-said").textContent = done ? button.dataset.copied : button.dataset.failed;
});
