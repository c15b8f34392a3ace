/* The findings beside the editor: asked for again after each autosave, and each leads to the field or block it means. */
(() => {
  const box = () => document.querySelector("[data-findings]");
  let asked = null;

  async function refresh(pk) {
    const panel = box();
    if (!panel) return;
    const url = pk ? panel.dataset.findingsUrl.replace(/\/\d+\/$/, `/${pk}/`) : panel.dataset.findingsUrl;
    if (url.endsWith("/0/")) return;
    panel.dataset.findingsUrl = url;
    if (asked) asked.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(url, { signal: asked.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      show(panel, await answer.text());
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error; // offline: the old list stays
    }
  }

  function show(panel, html) {
    const focused = panel.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-findings-pressing]");
    if (!fresh || panel.firstElementChild.isEqualNode(fresh)) return;
    panel.replaceChildren(document.importNode(fresh, true));
    if (focused) [...panel.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
    const counter = document.querySelector("[data-side-panel-toggle='findings'] [data-side-panel-toggle-counter]");
    if (counter) {
      counter.textContent = fresh.dataset.findingsPressing;
      counter.hidden = fresh.dataset.findingsPressing === "0";
    }
  }

  /* The control with this id; where a widget hides it, what stands for it on the screen. */
  function meant(id) {
    const found = [document.getElementById(id), document.getElementById(`${id}-chooser`)]
      .find((element) => element && element.type !== "hidden");
    return found || document.querySelector(`[data-contentpath="${CSS.escape(id.replace(/^id_/, ""))}"]`);
  }

  function goTo(element) {
    const tab = element.closest("[role=tabpanel]");
    if (tab && tab.hidden) document.querySelector(`[role=tab][aria-controls="${tab.id}"]`)?.click();
    for (let panel = element.closest("[data-panel]"); panel; panel = panel.parentElement.closest("[data-panel]")) {
      const toggle = panel.querySelector("[data-panel-toggle]");
      if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
    }
    // On a phone the findings lie over the editor.
    if (window.innerWidth < 800) document.querySelector("[data-form-side-close-button]")?.click();
    whenSeen(element, 60);
  }

  /* A tab comes in a few frames after its click; what is not seen yet takes no focus. */
  function whenSeen(element, frames) {
    if (!element.getClientRects().length && frames) {
      requestAnimationFrame(() => whenSeen(element, frames - 1));
      return;
    }
    element.scrollIntoView({ block: "center" });
    const controls = "input, textarea, select, [contenteditable=true], button";
    const inside = [...element.querySelectorAll(controls)].filter((control) => !control.closest(".w-panel__header"));
    const takes = (control) => { control.focus({ preventScroll: true }); return document.activeElement === control; };
    if (takes(element) || inside.some(takes)) return;
    element.tabIndex = -1;
    takes(element);
  }

  document.addEventListener("w-autosave:success", (event) => { refresh(event.detail.response.pk); });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-finding-anchor]");
    const element = link && meant(link.getAttribute("href").slice(1));
    if (!element) return;
    event.preventDefault();
    goTo(element);
  });
})();
