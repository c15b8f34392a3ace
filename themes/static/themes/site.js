/* The readers' site but for articles, which have article.js. Every page is complete without this file: a section here adds
   comfort where its element stands, and does nothing elsewhere. No cookie, no storage, no request to anyone but this
   site. 5 KB in all. */
"use strict";

/* Search: words while typing; none while an input method composes. */
document.querySelectorAll(".q-words").forEach((list) => {
  const form = list.parentNode, box = form.q, items = list.children;
  let at, timer, asked = box.value;
  const mark = (to) => {
    at = to;
    [...items].forEach((item, i) => item.setAttribute("aria-selected", i === at));
    box.setAttribute("aria-activedescendant", at < 0 ? "" : "w" + at);
  };
  const make = (parent, name, text) => {
    const made = parent.appendChild(document.createElement(name));
    made.append(text);
    return made;
  };
  const show = (words) => {
    list.textContent = "";
    words.forEach((one, i) => {
      const item = make(list, "li", one.word);
      item.id = "w" + i;
      item.setAttribute("role", "option");
      if (one.note) make(item, "span", one.note);
    });
    list.hidden = !items.length || document.activeElement !== box;
    list.style.top = box.offsetTop + box.offsetHeight + "px";
    box.setAttribute("aria-expanded", !list.hidden);
    mark(-1);
  };
  const hide = () => show([]);
  const ask = () => {
    const q = asked = box.value;
    fetch("/search/suggest/?q=" + encodeURIComponent(q)).then((got) => got.json())
      .then((found) => asked === q && show(found.words)).catch(hide);
  };
  const soon = (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, 150);
  };
  const choose = (item) => { box.value = item.firstChild.data; form.submit(); };
  box.setAttribute("role", "combobox");
  box.oninput = soon;
  box.addEventListener("compositionend", soon);
  box.onblur = hide;
  box.onkeydown = (event) => {
    const size = items.length, key = event.key;
    if (event.isComposing || !size) return;
    if (key === "ArrowDown") mark((at + 1) % size);
    else if (key === "ArrowUp") mark((at > 0 ? at : size) - 1);
    else if (key === "Escape") hide();
    else if (key === "Enter" && at >= 0) choose(items[at]);
    else return;
    event.preventDefault();
  };
  list.onmousedown = (event) => choose(event.target.closest("li"));
  hide();
});
