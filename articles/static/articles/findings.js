/* The findings beside the editor: asked for again after each autosave, and each leads to the field or block it means. */
(() => {
  const box = () => document.querySelector("[data-findings]");
  // Not by contenteditable: a frozen text is none.
  const RICH = ".public-DraftEditor-content";
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
    if (!fresh) return;
    const open = new Set([...panel.querySelectorAll("details[open]")].map((fold) => fold.dataset.fold));
    panel.replaceChildren(document.importNode(fresh, true));
    panel.querySelectorAll("details").forEach((fold) => { fold.open = open.has(fold.dataset.fold); });
    if (focused) [...panel.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
    const counter = document.querySelector("[data-side-panel-toggle='findings'] [data-side-panel-toggle-counter]");
    if (counter) {
      counter.textContent = fresh.dataset.findingsPressing;
      counter.hidden = fresh.dataset.findingsPressing === "0";
    }
    dress(panel);
  }

  /* --- One group at a time ------------------------------------------------------------------------------ */

  let group = "";

  function filter(panel) {
    const bar = panel.querySelector("[data-findings-filter]");
    if (!bar) return;
    bar.hidden = false;
    const chips = [...bar.querySelectorAll("[data-group]")];
    if (!chips.some((chip) => chip.dataset.group === group)) group = "";
    chips.forEach((chip) => chip.setAttribute("aria-pressed", String(chip.dataset.group === group)));
    panel.querySelectorAll(".xl-finding").forEach((one) => { one.hidden = Boolean(group) && one.dataset.group !== group; });
    panel.querySelectorAll("details.xl-findings__fold:not(.xl-figures)").forEach((fold) => {
      fold.hidden = Boolean(group) && fold.dataset.fold !== group;
      if (group && !fold.hidden) fold.open = true;
    });
    panel.querySelectorAll(".xl-findings__level").forEach((heading) => {
      let shown = false;
      for (let part = heading.nextElementSibling; part && !part.matches("h3, .xl-figures"); part = part.nextElementSibling) {
        shown ||= Boolean(part.querySelector(".xl-finding:not([hidden])"));
      }
      heading.hidden = !shown;
    });
  }

  /* --- Next to the passage -------------------------------------------------------------------------------- */

  /* Where the words of a finding stand inside an element: a Range, {control, start, end}, or null. */
  function placeOf(element, words, nth) {
    if (!words) return null;
    let left = nth;
    const fields = [element, ...element.querySelectorAll(`input[type=text], textarea, ${RICH}`)]
      .filter((field) => field.matches(`input[type=text], textarea, ${RICH}`));
    let last = null;
    for (const field of fields) {
      const control = field.matches("input, textarea");
      const nodes = control ? [] : textNodes(field);
      const text = control ? field.value : nodes.map((node) => node.data).join("");
      for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
        last = control ? { control: field, start: at, end: at + words.length } : rangeOf(nodes, at, words.length);
        if (left === 0) return last;
        left -= 1;
      }
    }
    return last;
  }

  function textNodes(field) {
    const walker = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    return nodes;
  }

  function rangeOf(nodes, at, length) {
    const range = document.createRange();
    let from = at;
    let to = at + length;
    let begun = false;
    for (const node of nodes) {
      if (!begun && from < node.length) { range.setStart(node, from); begun = true; }
      if (begun && to <= node.length) { range.setEnd(node, to); return range; }
      from -= node.length;
      to -= node.length;
    }
    return null;
  }

  function ranges(panel, level) {
    return [...panel.querySelectorAll(`.xl-finding--${level}[data-quote]`)].map((one) => {
      const anchor = one.querySelector("[data-finding-anchor]");
      const element = anchor && meant(anchor.getAttribute("href").slice(1));
      const place = element && placeOf(element, one.dataset.quote, Number(one.dataset.nth));
      return place instanceof Range ? place : null;
    }).filter(Boolean);
  }

  /* Wavy lines beneath the words; browsers that cannot do it have the marks. */
  function underline(panel) {
    if (!window.CSS?.highlights || typeof Highlight === "undefined") return;
    for (const level of ["stop", "warn"]) {
      CSS.highlights.set(`xl-${level}`, new Highlight(...ranges(panel, level)));
    }
  }

  function mark(panel) {
    document.querySelectorAll(".xl-marks").forEach((marks) => marks.remove());
    const lists = new Map();
    for (const one of panel.querySelectorAll(".xl-finding--stop, .xl-finding--warn")) {
      const anchor = one.querySelector("[data-finding-anchor]");
      const element = anchor && meant(anchor.getAttribute("href").slice(1));
      const holder = element && (element.matches("[data-panel], section") ? content(element) : element.closest("[data-field]"));
      if (!holder) continue;
      if (!lists.has(holder)) {
        const list = document.createElement("ul");
        list.className = "xl-marks";
        lists.set(holder, list);
        holder.append(list);
      }
      const item = document.createElement("li");
      item.className = `xl-mark xl-mark--${one.dataset.level}`;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = one.querySelector("[data-words]").textContent.trim().replace(/^[\s\S]*?：\s*/, "");
      button.addEventListener("click", () => { jump(anchor, one); });
      item.append(button);
      lists.get(holder).append(item);
    }
  }

  function content(section) {
    return section.id === "id_body" ? null : section.querySelector(":scope > .w-panel__content") || null;
  }

  function dress(panel) {
    filter(panel);
    mark(panel);
    underline(panel);
  }

  function jump(anchor, one) {
    const element = meant(anchor.getAttribute("href").slice(1));
    const gone = element ? isDeleted(element) : anchor.getAttribute("href").startsWith("#block-");
    if (gone && box()?.contains(anchor)) {
      sayGone(one);
      return true;
    }
    if (!element) return false;
    goTo(element, () => {
      const place = placeOf(element, one?.dataset.quote, Number(one?.dataset.nth || 0));
      if (!place) return;
      if (place instanceof Range) {
        const field = place.startContainer.parentElement.closest(RICH);
        field.focus({ preventScroll: true });
        const selection = window.getSelection();
        selection.removeAllRanges();
        selection.addRange(place);
        place.startContainer.parentElement.scrollIntoView({ block: "center" });
      } else {
        place.control.focus({ preventScroll: true });
        place.control.setSelectionRange(place.start, place.end);
        place.control.scrollIntoView({ block: "center" });
      }
    });
    return true;
  }

  /* A deleted block stays in the form, unseen, until it is saved. */
  function isDeleted(element) {
    for (let child = element.closest("[data-streamfield-child]"); child;
      child = child.parentElement.closest("[data-streamfield-child]")) {
      if (child.querySelector(":scope > input[name$='-deleted']")?.value === "1") return true;
    }
    return false;
  }

  /* What it was about is gone: said where the finding stands, until the list is drawn anew. */
  function sayGone(one) {
    if (!one || one.querySelector("[data-gone]")) return;
    const line = document.createElement("p");
    line.className = "xl-finding__hint";
    line.dataset.gone = "";
    line.setAttribute("role", "status");
    one.append(line);
    line.textContent = box().dataset.saysGone;
  }

  /* The control with this id; where a widget hides it, what stands for it on the screen. */
  function meant(id) {
    const found = [document.getElementById(id), document.getElementById(`${id}-chooser`)]
      .find((element) => element && element.type !== "hidden");
    return found || document.querySelector(`[data-contentpath="${CSS.escape(id.replace(/^id_/, ""))}"]`);
  }

  function goTo(element, then) {
    const tab = element.closest("[role=tabpanel]");
    if (tab && tab.hidden) document.querySelector(`[role=tab][aria-controls="${tab.id}"]`)?.click();
    for (let panel = element.closest("[data-panel]"); panel; panel = panel.parentElement.closest("[data-panel]")) {
      const toggle = panel.querySelector("[data-panel-toggle]");
      if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
    }
    // On a phone the findings lie over the editor.
    if (window.innerWidth < 800) document.querySelector("[data-form-side-close-button]")?.click();
    whenSeen(element, 60, then);
  }

  /* A tab comes in a few frames after its click; what is not seen yet takes no focus. */
  function whenSeen(element, frames, then) {
    if (!element.getClientRects().length && frames) {
      requestAnimationFrame(() => whenSeen(element, frames - 1, then));
      return;
    }
    element.scrollIntoView({ block: "center" });
    const controls = `input, textarea, select, ${RICH}, button`;
    const inside = [...element.querySelectorAll(controls)].filter((control) => !control.closest(".w-panel__header"));
    const takes = (control) => { control.focus({ preventScroll: true }); return document.activeElement === control; };
    if (!takes(element) && !inside.some(takes)) {
      element.tabIndex = -1;
      takes(element);
    }
    then?.();
  }

  document.addEventListener("w-autosave:success", (event) => { refresh(event.detail.response.pk); });

  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-findings-filter] [data-group]");
    if (chip) {
      group = chip.dataset.group;
      filter(chip.closest("[data-findings]"));
      return;
    }
    const link = event.target.closest("[data-finding-anchor]");
    if (link && jump(link, link.closest(".xl-finding, [data-quote]") || link)) event.preventDefault();
  });

  /* The blocks of the body come in after the page; draw the marks when they stand. */
  window.addEventListener("load", () => { if (box()) setTimeout(() => dress(box()), 500); });
})();
