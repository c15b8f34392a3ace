/* Links into the frame that shows what came in, and a page that follows an import still under way. */
(() => {
  const frame = document.querySelector("[data-came-in]");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-jump-left]");
    if (!link || !frame) return;
    event.preventDefault();
    frame.src = `${frame.src.split("#")[0]}#${link.dataset.jumpLeft}`;
    frame.scrollIntoView({ block: "nearest" });
  });

  const job = document.querySelector(".xl-job[data-ask]");
  if (!job) return;
  const ask = async () => {
    try {
      const answer = await fetch(job.dataset.ask, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const now = await answer.json();
      if (now.state !== job.dataset.state) { window.location.reload(); return; }
      const step = job.querySelector("[data-job-step]");
      if (step) step.textContent = now.step;
      const bar = job.querySelector("progress");
      if (bar) bar.value = now.percent;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // offline: asked again
    }
    window.setTimeout(ask, 1000);
  };
  window.setTimeout(ask, 1000);
})();
