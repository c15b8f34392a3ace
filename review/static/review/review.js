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
function button(label, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = label;
  made.addEventListener("click", action);
  return made;
}
function offerMarked(point) {
  const field = point.querySelector("textarea[name$='-passage']");
  const label = point.closest(".points").dataset.mark;
  field.after(button(label, () => (marked ? (field.value = marked) : field.focus())));
}
for (const points of document.querySelectorAll("details.points")) {
  const total = points.querySelector("[name$='-TOTAL_FORMS']");
  const blank = [...points.querySelectorAll(".point")].at(-1)?.cloneNode(true);
  points.querySelectorAll(".point").forEach(offerMarked);
  const more = button(points.dataset.more, () => {
    const number = Number(total.value);
    const point = blank.cloneNode(true);
    for (const element of point.querySelectorAll("[id], [for], [name]")) {
      for (const name of ["id", "for", "name", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace(/notes-\d+/, `notes-${number}`));
      }
    }
    for (const field of point.querySelectorAll("textarea")) field.value = "";
    point.querySelector("legend").textContent = points.dataset.point.replace("0", number + 1);
    more.before(point);
    offerMarked(point);
    point.querySelector("select").focus();
    total.value = number + 1;
    more.hidden = total.value >= 10;
  });
  points.append(more);
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
