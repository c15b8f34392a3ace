/* On a narrow screen each preview gets its whole height, so that the thumb scrolls one page and no frame catches it.
   Links of a preview open beside it. Without this script the frames scroll by themselves. */
const narrow = matchMedia("(max-width: 899px)");
const frames = [...document.querySelectorAll(".preview iframe")];
let decisionWanted = location.hash === "#decision";

function fit(frame) {
  const inside = frame.contentDocument?.documentElement;
  if (!inside) return;
  frame.style.height = narrow.matches && inside.offsetHeight ? `${inside.offsetHeight}px` : "";
  // The browser went to the answers before the frames had grown above them.
  if (decisionWanted) document.getElementById("decision")?.scrollIntoView();
}

document.documentElement.classList.add("js");

/* What is marked in a preview can be put into a point of the return. */
let marked = "";
function mark(document) {
  const words = document.getSelection()?.toString().trim();
  if (words) marked = words.slice(0, 300);
}
for (const field of document.querySelectorAll(".point textarea[name$='-passage']")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = field.closest(".points").dataset.mark;
  button.addEventListener("click", () => (marked ? (field.value = marked) : field.focus()));
  field.after(button);
}

function prepare(frame) {
  const inside = frame.contentDocument;
  if (!inside || inside.readyState !== "complete" || inside.URL === "about:blank" || frame.dataset.ready) return;
  frame.dataset.ready = "yes";
  for (const link of inside.querySelectorAll("a[href]:not([href^='#'], [href^='tel:'])")) link.target = "_blank";
  inside.addEventListener("selectionchange", () => mark(inside));
  new ResizeObserver(() => fit(frame)).observe(inside.documentElement);
  fit(frame);
}

for (const frame of frames) {
  frame.addEventListener("load", () => prepare(frame));
  prepare(frame);
}
narrow.addEventListener("change", () => frames.forEach(fit));
for (const event of ["pointerdown", "wheel", "keydown"]) addEventListener(event, () => (decisionWanted = false), { once: true });
for (const radio of document.querySelectorAll(".previews__radio")) {
  radio.addEventListener("change", () => document.querySelector(".previews").scrollIntoView());
}
