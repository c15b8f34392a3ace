/* Returns what a reader could not read or not touch on the page as it is laid out now: one line a fault. */
() => {
  const found = [];
  const tell = (what, element, more = "") => found.push(`${what}${more}: ${element.outerHTML.slice(0, 110)}`);
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".unseen, .skip, [hidden]");
  const wide = document.documentElement.clientWidth;
  // What lies over the page is all there is while it is open.
  const part = document.querySelector("dialog[open]") || document.body;
  if (document.documentElement.scrollWidth > wide) tell("scrolls sideways", document.documentElement);

  // Words outside their box, or cut off by it. A list's summary is shortened on purpose; what scrolls may be longer.
  for (const element of part.querySelectorAll("*")) {
    if (!shown(element) || element.closest("svg")) continue;
    const style = getComputedStyle(element);
    if (style.display === "inline" || style.display === "contents") continue;
    const cut = (overflow) => overflow === "hidden" || overflow === "clip";
    const shortened = style.webkitLineClamp !== "none";
    if (cut(style.overflowY) && !shortened && element.scrollHeight > element.clientHeight + 1) tell("cut off below", element);
    if (cut(style.overflowX) && element.scrollWidth > element.clientWidth + 1) tell("cut off aside", element);
    const box = element.getBoundingClientRect();
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) {
        if (!line.width) continue;
        if (line.left < box.left - 2 || line.right > box.right + 2) tell("words beside their box", element);
        else if (!shortened && (line.top < box.top - line.height / 2 || line.bottom > box.bottom + line.height / 2)) tell("words below their box", element);
        else continue;
        break;
      }
    }
  }

  // What a finger meets: large enough outside running text, and nothing on top of another.
  const inText = (link) => {
    const block = link.closest("p, li, dd, td, figcaption, blockquote, label, div, section");
    const words = (element) => element.textContent.replace(/\s+/g, "");
    return getComputedStyle(link).display === "inline" && block && words(block) !== words(link);
  };
  const touched = [...part.querySelectorAll("a[href], button, summary, select, textarea, label, audio, input:not([type=hidden])")]
    .filter((element) => shown(element) && !element.closest(".term"))
    .filter((element) => !(element.matches("label") && (!element.control || !element.contains(element.control))))
    .filter((element) => !(element.matches("input") && element.closest("label")));
  const places = touched.map((element) => [...element.getClientRects()]);
  touched.forEach((element, at) => {
    const box = element.getBoundingClientRect();
    if (!inText(element) && box.height < 43.5) tell("too low for a finger", element, ` ${Math.round(box.height)} px`);
    if (!inText(element) && box.width < 43.5) tell("too narrow for a finger", element, ` ${Math.round(box.width)} px`);
    if (box.left < -1 || box.right > wide + 1) {
      if (!element.closest(".table")) tell("outside the screen", element);
    }
    for (let other = 0; other < at; other++) {
      if (touched[other].contains(element) || element.contains(touched[other])) continue;
      const both = places[at].some((one) => places[other].some((two) =>
        Math.min(one.right, two.right) - Math.max(one.left, two.left) > 1 &&
        Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 1));
      if (both) tell("on top of another", element);
    }
  });
  return found;
}
