/* References in the editor: the box for pasting fills the inline forms, as if somebody had typed; numbers and keys. */
(() => {
  const FIELDS = ["kind", "authors", "title", "container", "editors", "year", "published", "volume", "issue", "pages", "edition",
    "place", "publisher", "number", "url", "doi", "pmid", "pmcid", "isbn", "accessed", "manual", "looked_up_at"];
  const SENT = ["kind", "title", "year", "pages", "manual", "doi", "pmid", "pmcid", "isbn", "url"];
  const box = () => document.querySelector("[data-citing]");
  const say = (name, value) => (box().dataset[name] || "").replace("%s", value);
  const forms = () => document.getElementById(`id_${box().dataset.prefix}-FORMS`);
  const control = (child, name) => child.querySelector(`[name="${child.id.replace(/^inline_child_/, "")}-${name}"]`);
  const value = (child, name) => control(child, name)?.value.trim() || "";

  /* The references as they will be printed: in the order on the page, without deleted ones. */
  function list() {
    if (!box() || !forms()) return [];
    return [...forms().children]
      .filter((child) => child.matches("[data-inline-panel-child]") && !child.classList.contains("deleted")
        && value(child, "DELETE") !== "1" && value(child, "DELETE") !== "on")
      .map((child, place) => ({
        child, number: place + 1, key: value(child, "key"),
        text: [value(child, "authors").split("\n").slice(0, 3).join("，"), value(child, "title") || value(child, "manual")]
          .filter(Boolean).join(". "),
      }));
  }

  /* “1,3” and, from three in a row on, “1-3” (articles.marks.numbers_text). */
  function numbersText(numbers) {
    const runs = [];
    for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
      const last = runs[runs.length - 1];
      if (last && number === last[last.length - 1] + 1) last.push(number); else runs.push([number]);
    }
    return runs.map((run) => (run.length > 2 ? `${run[0]}-${run[run.length - 1]}` : run.join(","))).join(",");
  }

  function label(keys) {
    const known = new Map(list().map((one) => [one.key, one.number]));
    const numbers = keys.split(" ").map((key) => known.get(key)).filter(Boolean);
    return numbers.length ? `[${numbersText(numbers)}]` : "[?]";
  }

  window.xinglinReferences = { list, label };
  let announced = "";
  function announce() {
    const now = list().map((one) => one.key).join(" ");
    if (now === announced) return;
    announced = now;
    document.dispatchEvent(new CustomEvent("xl-references:changed"));
  }

  function newKey() {
    return [...crypto.getRandomValues(new Uint8Array(5))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /* Each form made from the template would bring the template's key. */
  function keyed(child) {
    const input = control(child, "key");
    if (!input || child.dataset.keyed) return;
    input.value = newKey();
    child.dataset.keyed = "1";
    // Django compares with this one; a key alone does not make an empty form a reference.
    const initial = child.querySelector(`[name="initial-${input.name}"]`);
    if (initial) initial.value = input.value;
  }

  function fill(child, name, text) {
    const input = control(child, name);
    if (!input || input.value === text) return;
    input.value = text;
    for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
  }

  function isEmpty(child) {
    return ["title", "manual", "doi", "pmid", "isbn", "url"].every((name) => !value(child, name));
  }

  function addForm(fields) {
    const free = list().find((one) => isEmpty(one.child));
    if (!free) document.getElementById(`id_${box().dataset.prefix}-ADD`).click();
    const child = free ? free.child : forms().lastElementChild;
    for (const name of FIELDS) if (fields[name]) fill(child, name, fields[name]);
    if (fields.retracted) {
      const tick = control(child, "retracted");
      if (tick && !tick.checked) tick.click();
    }
    return child;
  }

  async function post(url, values) {
    const body = new FormData();
    for (const [name, one] of Object.entries(values)) body.append(name, one);
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(url, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": token } });
    if (answer.redirected || !(answer.headers.get("content-type") || "").includes("json")) throw new TypeError("not JSON");
    return answer.json();
  }

  function status(text, wrong) {
    const line = box().querySelector("[data-citing-status]");
    line.textContent = text;
    line.classList.toggle("xl-citing__status--wrong", Boolean(wrong));
  }

  let entries = [];
  let turn = 0; // what is still asked for an older list is dropped

  async function read(file) {
    const own = ++turn;
    const text = box().querySelector("[data-citing-text]");
    const known = list().map((one) => Object.fromEntries([["name", `[${one.number}]`], ...SENT.map((n) => [n, value(one.child, n)])]));
    const values = { text: text.value, known: JSON.stringify(known) };
    if (file) values.file = file;
    status(say("sayReading", ""));
    let answer;
    try { answer = await post(box().dataset.readUrl, values); } catch { status(say("sayLost", ""), true); return; }
    if (own !== turn) return;
    if (answer.error) { show([]); status(answer.error, true); return; }
    status("");
    show(answer.entries);
    if ("automatic" in box().dataset) {
      for (const entry of entries) {
        if (own !== turn) return;
        if (entry.services.length && entry.missing.length && !entry.same_as) await lookUp(entry);
      }
    }
  }

  function element(tag, classes, text) {
    const made = document.createElement(tag);
    if (classes) made.className = classes;
    if (text) made.textContent = text;
    return made;
  }

  function show(found) {
    entries = found;
    box().querySelector("[data-citing-foot]").hidden = !found.length;
    const target = box().querySelector("[data-citing-entries]");
    target.replaceChildren(...entries.map((entry) => {
      entry.row = element("li", "xl-citing__entry");
      entry.row.dataset.citingEntry = entry.fields.doi || entry.fields.pmid || entry.fields.isbn || entry.fields.url || "";
      entry.taken = !entry.same_as;
      draw(entry);
      return entry.row;
    }));
  }

  function draw(entry) {
    const tick = element("label", "xl-citing__tick");
    const input = element("input");
    input.type = "checkbox";
    input.checked = entry.taken;
    input.addEventListener("change", () => { entry.taken = input.checked; });
    const words = element("span", "xl-citing__printed", entry.printed || say("sayUntitled", ""));
    tick.append(input, element("span", "w-sr-only", say("sayTick", "")), words);
    const facts = element("p", "xl-citing__facts");
    facts.append(element("span", "xl-citing__kind", entry.kind));
    if (entry.raw && entry.raw !== entry.printed) facts.append(element("span", "xl-citing__raw", entry.raw));
    const parts = [tick, facts];
    if (entry.retracted) parts.push(element("p", "xl-citing__note xl-citing__note--stop", say("sayRetracted", "")));
    if (entry.same_as) parts.push(element("p", "xl-citing__note", say("saySame", entry.same_as)));
    if (entry.missing.length) parts.push(element("p", "xl-citing__note", say("sayMissing", entry.missing_names.join("、"))));
    for (const doubt of entry.doubts) parts.push(element("p", "xl-citing__note", doubt));
    if (entry.message) parts.push(element("p", `xl-citing__note${entry.found ? " xl-citing__note--good" : ""}`, entry.message));
    if (entry.services.length && !entry.found && !entry.asking) {
      const again = element("button", "button button-small button-secondary", say("sayLookUp", ""));
      again.type = "button";
      again.addEventListener("click", () => lookUp(entry));
      parts.push(again);
    }
    if (entry.asking) parts.push(element("p", "xl-citing__note", say("sayAsking", entry.services.join("、"))));
    entry.row.replaceChildren(...parts);
  }

  async function lookUp(entry) {
    entry.asking = true;
    draw(entry);
    let answer;
    try {
      answer = await post(box().dataset.lookupUrl, { fields: JSON.stringify(entry.fields) });
    } catch { answer = { message: say("sayLost", "") }; }
    entry.asking = false;
    if (answer.fields) {
      const { raw, same_as: _same, doubts, ...rest } = answer;
      Object.assign(entry, rest, { doubts: [...new Set([...entry.doubts, ...doubts])] });
      if (answer.found) {
        entry.message = say("sayFound", "");
        entry.fields.looked_up_at = answer.looked_up_at;
        entry.fields.retracted = answer.retracted;
      }
    } else {
      entry.message = answer.message || answer.error;
    }
    draw(entry);
  }

  function take() {
    const chosen = entries.filter((entry) => entry.taken);
    if (!chosen.length) { status(say("sayNone", ""), true); return; }
    turn += 1;
    const added = chosen.map((entry) => addForm(entry.fields));
    box().querySelector("[data-citing-text]").value = "";
    show([]);
    status(say("sayTaken", chosen.length));
    announce();
    added[0].querySelector("select, textarea, input:not([type=hidden])")?.focus({ preventScroll: true });
    added[0].scrollIntoView({ block: "center" });
  }

  async function checkAgain(button) {
    const line = document.querySelector("[data-citing-check-status]");
    button.disabled = true;
    let asked = 0;
    const notes = new Set();
    for (const one of list()) {
      const fields = Object.fromEntries(["kind", "doi", "pmid", "isbn", "url"].map((name) => [name, value(one.child, name)]));
      if (!fields.doi && !fields.pmid && !fields.url) continue;
      line.textContent = say("sayAsking", `[${one.number}]`);
      let answer;
      try { answer = await post(box().dataset.checkUrl, { fields: JSON.stringify(fields) }); } catch { notes.add(say("sayLost", "")); break; }
      for (const note of answer.notes || []) notes.add(note);
      if (!answer.asked) continue;
      asked += 1;
      fill(one.child, "looked_up_at", answer.at);
      const tick = control(one.child, "retracted");
      if (answer.retracted && tick && !tick.checked) tick.click();
      if (answer.reachable === false && !value(one.child, "unreachable_since")) fill(one.child, "unreachable_since", answer.at);
      if (answer.reachable === true) fill(one.child, "unreachable_since", "");
    }
    line.textContent = [asked ? say("sayChecked", asked) : say("sayUnchecked", ""), ...notes].join(" ");
    button.disabled = false;
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-citing-read]")) read();
    else if (event.target.closest("[data-citing-take]")) take();
    else if (event.target.closest("[data-citing-drop]")) { turn += 1; show([]); status(""); }
    else if (event.target.closest("[data-citing-check]")) checkAgain(event.target.closest("[data-citing-check]"));
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-citing-file]") || !event.target.files.length) return;
    read(event.target.files[0]);
    event.target.value = "";
  });

  function begin() {
    if (!box() || !forms()) return;
    for (const child of forms().children) child.dataset.keyed = "1";
    // Added, moved and deleted forms all change the list's children or their classes.
    new MutationObserver((changes) => {
      for (const change of changes) {
        for (const node of change.addedNodes) if (node.nodeType === 1 && node.matches("[data-inline-panel-child]")) keyed(node);
      }
      announce();
    }).observe(forms(), { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
    announce();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})();
