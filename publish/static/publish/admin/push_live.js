/* Keeps the page of a push fresh while the push is under way. Without scripts the page is simply reloaded by hand. */
(() => {
  const page = document.querySelector("[data-push-live]");
  if (!page) return;
  const PAUSE = 3000;
  let mark = page.dataset.mark;

  // What somebody is using just now stays as it is.
  const inUse = (part) =>
    part.contains(document.activeElement) ||
    part.querySelector("details[open]") ||
    [...part.querySelectorAll("input:not([type=hidden])")].some((field) => field.value !== field.defaultValue);

  async function refresh() {
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of page.querySelectorAll("[data-live]")) {
      const next = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
      if (next && !inUse(part)) part.replaceWith(next);
    }
  }

  async function look() {
    try {
      if (!document.hidden) {
        const answer = await fetch(page.dataset.pushLive, { credentials: "same-origin" });
        if (!answer.ok || answer.redirected) return;
        const now = await answer.json();
        if (now.mark !== mark) {
          mark = now.mark;
          await refresh();
        }
        if (!now.under_way) return;
      }
    } catch {
      // The network may be away for a moment.
    }
    window.setTimeout(look, PAUSE);
  }

  window.setTimeout(look, PAUSE);
})();
