/* A table pasted into a paragraph: the rich text editor has none and sets the cells one behind the other, so that “1” and
   “2 tablets” become “12 tablets”. Here each row becomes a line, with a bar between its cells. */
(() => {
  const RICH = ".public-DraftEditor-content";

  function words(cell) {
    // Lines inside a cell stay apart.
    for (const part of cell.querySelectorAll("p, br, li, div")) part.after(" ");
    return cell.textContent.replace(/\s+/g, " ").trim();
  }

  function withoutTables(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const part of page.querySelectorAll("script, style")) part.remove();
    // A table inside a cell comes later in the page than the one around it, and goes first.
    for (const table of [...page.querySelectorAll("table")].reverse()) {
      table.replaceWith(...[...table.rows].map((row) => {
        const line = page.createElement("p");
        line.textContent = [...row.cells].map(words).join(" | ");
        return line;
      }));
    }
    return page.documentElement.outerHTML;
  }

  document.addEventListener("paste", (event) => {
    const target = event.target.closest?.(RICH);
    const html = event.clipboardData?.getData("text/html") || "";
    if (!target || !/<table[\s>]/i.test(html)) return;
    const clean = withoutTables(html);
    if (/<table[\s>]/i.test(clean)) return;
    const data = new DataTransfer();
    data.setData("text/html", clean);
    data.setData("text/plain", event.clipboardData.getData("text/plain"));
    const again = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    // The editor takes it and says so; a browser that makes no such event of ours goes on with its own.
    if (event.target.dispatchEvent(again)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
})();
