// The figure maker's preview, the frame of a crop, and the way from the cover's chooser to it and back.
(() => {
  "use strict";
  const CHANNEL = "xl-cover";
  const script = document.currentScript;

  function preview(form) {
    const section = document.querySelector(".xl-figure__preview");
    const [picture, problem, alt, line] = ["picture", "problem", "alt", "alt-line"].map((name) => section.querySelector(`[data-xl-${name}]`));
    let waiting = 0;
    let asked = 0;

    async function ask() {
      const number = ++asked;
      const data = new FormData(form);
      data.set("ask", "live");
      const answer = await fetch(window.location.href, { method: "POST", body: data, headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer || !answer.ok || number !== asked) return;
      const found = await answer.json();
      problem.hidden = Boolean(found.picture);
      picture.hidden = line.hidden = !found.picture;
      if (found.picture) {
        picture.src = found.picture;
        picture.alt = alt.textContent = found.alt;
      } else {
        problem.textContent = found.problem;
      }
    }

    form.addEventListener("input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(ask, 400);
    });
    if (picture.hidden && !document.querySelector("[role=alert]")) ask();
  }

  function crop(form) {
    const stage = document.querySelector("[data-xl-stage]");
    const proposals = JSON.parse(document.getElementById("xl-crop-proposals").textContent);
    const [fullWidth, fullHeight] = [Number(stage.dataset.width), Number(stage.dataset.height)];
    const field = (name) => form.elements[name];
    const ratio = () => proposals[form.elements.shape.value || "cover"].ratio;
    const number = (name) => Math.round(Number(field(name).value) || 0);
    const frame = document.createElement("div");
    frame.className = "xl-crop__frame";
    frame.tabIndex = 0;
    frame.setAttribute("role", "application");
    frame.setAttribute("aria-label", stage.dataset.label);
    stage.append(frame);
    const within = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

    function show() {
      const width = number("width");
      frame.style.left = `${(number("left") / fullWidth) * 100}%`;
      frame.style.top = `${(number("top") / fullHeight) * 100}%`;
      frame.style.width = `${(width / fullWidth) * 100}%`;
      frame.style.height = `${(width / ratio() / fullHeight) * 100}%`;
    }

    function place(left, top, width) {
      const wide = Math.floor(within(width, 50, Math.min(fullWidth, fullHeight * ratio())));
      field("width").value = wide;
      field("left").value = Math.round(within(left, 0, fullWidth - wide));
      field("top").value = Math.round(within(top, 0, Math.floor(fullHeight - wide / ratio())));
      show();
    }

    frame.addEventListener("pointerdown", (event) => {
      const scale = fullWidth / stage.clientWidth;
      const begin = { x: event.clientX, y: event.clientY, left: number("left"), top: number("top") };
      frame.setPointerCapture(event.pointerId);
      const move = (now) => place(begin.left + (now.clientX - begin.x) * scale, begin.top + (now.clientY - begin.y) * scale, number("width"));
      frame.addEventListener("pointermove", move);
      const end = () => frame.removeEventListener("pointermove", move);
      frame.addEventListener("pointerup", end, { once: true });
      frame.addEventListener("pointercancel", end, { once: true });
      event.preventDefault();
    });
    frame.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 50 : 10;
      const moves = { ArrowLeft: [-step, 0, 0], ArrowRight: [step, 0, 0], ArrowUp: [0, -step, 0], ArrowDown: [0, step, 0], "+": [0, 0, step], "=": [0, 0, step], "-": [0, 0, -step] };
      const [x, y, wider] = moves[event.key] || [];
      if (x === undefined) return;
      place(number("left") + x, number("top") + y, number("width") + wider);
      event.preventDefault();
    });
    form.addEventListener("input", (event) => {
      if (event.target.name === "shape") {
        const found = proposals[event.target.value];
        place(found.left, found.top, found.width);
      } else {
        show();
      }
    });
    show();
  }

  function offer() {
    const input = document.getElementById("id_cover");
    const chooser = document.getElementById("id_cover-chooser");
    if (!input || !chooser) return;
    const link = document.createElement("a");
    link.className = "xl-crop__link";
    link.target = "_blank";
    link.textContent = script.dataset.xlCropLabel;
    link.addEventListener("click", () => {
      link.href = script.dataset.xlCrop.replace("/0/", `/${input.value}/`);
    });
    const refresh = () => {
      link.hidden = !input.value;
      link.href = script.dataset.xlCrop.replace("/0/", `/${input.value || 0}/`);
    };
    chooser.after(link);
    input.addEventListener("change", refresh);
    new MutationObserver(refresh).observe(chooser, { subtree: true, attributes: true, childList: true });
    refresh();
    new BroadcastChannel(CHANNEL).addEventListener("message", ({ data }) => {
      if (!data.from || data.from !== input.value) return;
      input.value = data.id;
      chooser.classList.remove("blank");
      const title = chooser.querySelector("[data-chooser-title]");
      const image = chooser.querySelector("[data-chooser-image]");
      const edit = chooser.querySelector("[data-chooser-edit-link]");
      if (title) title.textContent = data.title;
      if (image) image.src = data.preview;
      if (edit) edit.href = data.edit;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const figure = document.querySelector("[data-xl-figure]");
    const frame = document.querySelector("[data-xl-crop-form]");
    const made = document.getElementById("xl-crop-made");
    if (figure) preview(figure);
    if (frame) crop(frame);
    if (made) new BroadcastChannel(CHANNEL).postMessage(JSON.parse(made.textContent));
    if (script && script.dataset.xlCrop) offer();
  });
})();
