/* A sentence to try a rule of wording on: asked at each pause, with the rule as it stands in the form. */
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-wording-try]");
  if (!box) return;
  const form = box.closest("form");
  const sentence = box.querySelector("textarea");
  const answer = box.querySelector("[data-answer]");
  let waiting = null;
  let asked = null;

  async function ask() {
    if (!sentence.value.trim()) return;
    if (asked) asked.abort();
    asked = new AbortController();
    const data = new FormData();
    for (const name of ["pattern", "near", "unless", "csrfmiddlewaretoken"]) {
      data.set(name, form.querySelector(`[name=${name}]`)?.value || "");
    }
    if (form.querySelector("[name=negatable]")?.checked) data.set("negatable", "1");
    data.set("sentence", sentence.value);
    try {
      const reply = await fetch(box.dataset.url, { method: "POST", body: data, signal: asked.signal });
      if (!reply.ok) return;
      const said = await reply.json();
      answer.textContent = said.error || said.sentence;
      answer.classList.toggle("xl-try__answer--found", Boolean(said.found?.length));
      answer.classList.toggle("xl-try__answer--error", Boolean(said.error));
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 300);
  });
});
