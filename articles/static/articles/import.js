/* Files dropped or chosen go up one after another, each with its row; a pasted text goes the same way.
   The work is done by the request that brings the file; meanwhile its state is asked for. */
(() => {
  const form = document.querySelector("[data-import]");
  if (!form) return;
  const words = JSON.parse(document.getElementById("import-words").textContent);
  const rows = document.querySelector("[data-import-rows]");
  const template = document.querySelector("[data-import-row]");
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-import-drop]");
  const paste = form.querySelector("[data-import-paste] textarea");
  const pastedNote = form.querySelector("[data-import-pasted]");
  const topic = form.querySelector("[name=topic]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const most = Number(form.dataset.most);
  const waiting = [];
  let busy = false;
  let pasted = null; // the clipboard's HTML, never put into this page as HTML

  input.multiple = true;
  form.querySelector("[data-import-hint]").hidden = false;

  function newRow(name) {
    const row = template.content.firstElementChild.cloneNode(true);
    row.querySelector(".xl-imports__name").textContent = name;
    row.querySelector("progress").setAttribute("aria-label", name);
    row.querySelector("[data-row-state]").textContent = words.waiting;
    row.dataset.state = "waiting";
    rows.prepend(row);
    document.querySelector("[data-import-none]").hidden = true;
    return row;
  }

  function refuse(row, sentence) {
    row.dataset.state = "refused";
    row.querySelector("progress").hidden = true;
    row.querySelector("[data-row-state]").textContent = "";
    const why = row.querySelector(".xl-imports__why");
    why.textContent = sentence;
    why.hidden = false;
  }

  function show(row, now) {
    row.dataset.state = now.state;
    row.querySelector("[data-row-state]").textContent = now.step && now.state === "running" ? `${now.label}: ${now.step}` : now.label;
    const bar = row.querySelector("progress");
    bar.value = now.percent;
    if (now.state === "running") return;
    bar.hidden = true;
    if (now.state === "done" && !row.querySelector(".xl-imports__links a")) {
      const link = document.createElement("a");
      link.href = now.address;
      link.textContent = words.open;
      row.querySelector(".xl-imports__links").replaceChildren(link);
      row.querySelector(".xl-imports__name").textContent = now.title;
    }
  }

  /* Ask until told to stop or the import has ended. */
  function follow(row, address) {
    let stopped = false;
    const ask = async () => {
      if (stopped) return;
      try {
        const answer = await fetch(address, { credentials: "same-origin" });
        if (answer.redirected || answer.status === 404) return; // signed out, or the import was removed
        if (answer.ok && !stopped) {
          const now = await answer.json();
          if (now.state !== "waiting") show(row, now);
          if (now.state === "done" || now.state === "broken" || now.state === "refused") return;
        }
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // offline: asked again
      }
      window.setTimeout(ask, 700);
    };
    ask();
    return () => { stopped = true; };
  }

  async function announce(file, isPasted) {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", token);
    data.set("topic", topic.value);
    data.set("name", file.name);
    data.set("size", String(file.size));
    data.set("pasted", isPasted ? "1" : "");
    const answer = await fetch(form.dataset.new, { method: "POST", body: data, credentials: "same-origin" });
    if (answer.redirected) return { refusal: words.signed_out };
    if (!(answer.headers.get("content-type") || "").includes("json")) throw new TypeError(answer.status);
    return answer.json();
  }

  function send(file, job, row) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      let stop = () => {};
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        const percent = Math.round((100 * event.loaded) / event.total);
        row.querySelector("progress").value = percent;
        row.querySelector("[data-row-state]").textContent = words.uploading.replace("%s", percent);
      });
      request.upload.addEventListener("load", () => { stop = follow(row, job.state); });
      request.addEventListener("load", () => {
        stop();
        let now = null;
        try { now = JSON.parse(request.responseText); } catch (error) { now = null; }
        if (now && request.status === 200) show(row, now);
        else if (!request.responseURL.endsWith(job.upload)) refuse(row, words.signed_out);
        else refuse(row, (now && now.refusal) || words.lost);
        done();
      });
      request.addEventListener("error", () => { stop(); refuse(row, words.lost); done(); });
      const data = new FormData();
      data.set("csrfmiddlewaretoken", token);
      data.set("file", file, file.name);
      request.open("POST", job.upload);
      request.setRequestHeader("X-CSRFToken", token);
      request.send(data);
    });
  }

  async function next() {
    if (busy) return;
    busy = true;
    while (waiting.length) {
      const { file, row, isPasted } = waiting.shift();
      try {
        const job = await announce(file, isPasted);
        if (job.refusal) refuse(row, job.refusal);
        else {
          row.dataset.job = job.id;
          await send(file, job, row);
        }
      } catch (error) {
        refuse(row, words.lost);
        if (!(error instanceof TypeError)) throw error;
      }
    }
    busy = false;
  }

  function take(files, isPasted = false) {
    if (!topic.value) {
      topic.focus();
      pastedNote.hidden = false;
      pastedNote.textContent = words.topic;
      return false;
    }
    for (const file of files) {
      const row = newRow(isPasted ? words.pasted_name : file.name);
      if (file.size > most) refuse(row, words.too_large);
      else waiting.push({ file, row, isPasted });
    }
    next();
    return true;
  }

  // --- Files ---
  input.addEventListener("change", () => {
    if (topic.value && input.files.length && take([...input.files])) input.value = "";
  });
  let depth = 0;
  const hasFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  document.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    drop.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!hasFiles(event)) return;
    depth -= 1;
    if (depth <= 0) drop.classList.remove("is-over");
  });
  document.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    drop.classList.remove("is-over");
    take([...event.dataTransfer.files]);
  });

  // --- Pasting ---
  const asDataUri = (file) => new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });

  paste.addEventListener("paste", async (event) => {
    const html = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
    if (!html && !pictures.length) { pasted = null; return; } // plain text: the field's own way
    event.preventDefault();
    // Parsed apart from this page: nothing in it is fetched or run.
    const page = new DOMParser().parseFromString(html || "<p></p>", "text/html");
    const addresses = await Promise.all(pictures.map(asDataUri));
    const lost = [...page.images].filter((image) => /^(file:|cid:|blob:)/i.test(image.getAttribute("src") || ""));
    if (lost.length === addresses.length) lost.forEach((image, place) => image.setAttribute("src", addresses[place]));
    else for (const address of addresses) {
      const image = page.createElement("img");
      image.setAttribute("src", address);
      page.body.append(image);
    }
    pasted = page.documentElement.outerHTML;
    paste.value = text || page.body.textContent.trim();
    pastedNote.hidden = false;
    pastedNote.textContent = words.pasted.replace("%s", paste.value.replace(/\s/g, "").length).replace("%s", page.images.length);
  });
  paste.addEventListener("input", () => { pasted = null; pastedNote.hidden = true; });

  function paragraphs(text) {
    const page = document.implementation.createHTMLDocument("");
    for (const line of text.split(/\r?\n/).filter((one) => one.trim())) {
      const paragraph = page.createElement("p");
      paragraph.textContent = line;
      page.body.append(paragraph);
    }
    return page.body.innerHTML;
  }

  form.addEventListener("submit", (event) => {
    const files = [...input.files];
    const text = paste.value.trim();
    if (!topic.value || (!files.length && !text && !pasted)) return; // the server says what is missing
    event.preventDefault();
    if (files.length && take(files)) input.value = "";
    if (pasted || text) {
      const page = new File([pasted || paragraphs(paste.value)], "pasted.html", { type: "text/html" });
      if (take([page], true)) {
        paste.value = "";
        pasted = null;
        pastedNote.hidden = true;
      }
    }
  });

  for (const row of rows.querySelectorAll("[data-ask]")) follow(row, row.dataset.ask);
  window.addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });
})();
