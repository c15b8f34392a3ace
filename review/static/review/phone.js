/* The phone page works without this. With it the frame grows with its text, and an answer outlives a lost network: it is
   kept on this phone until the server has decided, and offered again. */
const frame = document.querySelector(".looks__frame");
const form = document.querySelector("[data-keep]");
const over = document.querySelector("[data-review-over]");

function fit() {
  const inside = frame.contentDocument?.documentElement;
  if (inside?.offsetHeight) frame.style.height = `${inside.offsetHeight}px`;
}

function prepare() {
  const inside = frame.contentDocument;
  if (!inside || inside.readyState !== "complete" || inside.URL === "about:blank") return;
  for (const link of inside.querySelectorAll("a[href]:not([href^='#'], [href^='tel:'])")) link.target = "_blank";
  new ResizeObserver(fit).observe(inside.documentElement);
  fit();
}

function fields() {
  return [...form.elements].filter((field) => field.name && !["hidden", "submit"].includes(field.type));
}

function keep() {
  const kept = fields()
    .filter((field) => (["radio", "checkbox"].includes(field.type) ? field.checked : field.value))
    .map((field) => [field.name, field.value]);
  store(() => localStorage.setItem(form.dataset.keep, JSON.stringify(kept)));
}

function putBack() {
  const kept = store(() => JSON.parse(localStorage.getItem(form.dataset.keep) || "[]")) || [];
  // What the server has sent back is newer than what this phone remembers.
  if (!kept.length || form.querySelector("[role=alert]:not([hidden])")) return;
  for (const field of fields()) {
    if (["radio", "checkbox"].includes(field.type)) {
      field.checked ||= kept.some(([name, value]) => name === field.name && value === field.value);
    } else if (field.tagName !== "SELECT" || kept.some(([name]) => name === field.name)) {
      field.value ||= kept.find(([name]) => name === field.name)?.[1] ?? "";
    }
  }
  for (const fold of form.querySelectorAll("details")) {
    fold.open ||= [...fold.querySelectorAll("textarea")].some((field) => field.value);
  }
  form.querySelector("[data-kept]").hidden = false;
}

function store(work) {
  try {
    return work();
  } catch {
    return null; // a browser that keeps nothing
  }
}

if (frame) {
  frame.addEventListener("load", prepare);
  prepare();
}
if (form) {
  putBack();
  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    keep();
    form.querySelector("[data-offline]").hidden = navigator.onLine;
    if (navigator.onLine) return;
    event.preventDefault();
    form.scrollIntoView();
  });
  addEventListener("online", () => (form.querySelector("[data-offline]").hidden = true));
}
if (over) {
  store(() => {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`review-${over.dataset.reviewOver}-`)) localStorage.removeItem(key);
    }
  });
}
