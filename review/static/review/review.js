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

function prepare(frame) {
  const inside = frame.contentDocument;
  if (!inside || inside.readyState !== "complete" || inside.URL === "about:blank" || frame.dataset.ready) return;
  frame.dataset.ready = "yes";
  for (const link of inside.querySelectorAll("a[href]:not([href^='#'], [href^='tel:'])")) link.target = "_blank";
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
