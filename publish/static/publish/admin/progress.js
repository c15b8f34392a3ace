/* Shows work under way: a part of the page with data-progress-url is fetched again until it has none any more.
   Without this script the page reloads itself (a meta refresh in <noscript>). */
(() => {
  const PAUSE = 1200;
  const LONGEST = 10000;

  async function follow(part, pause) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (!document.contains(part)) return;
    let fresh = null;
    try {
      const answer = await fetch(part.dataset.progressUrl, { headers: { "X-Requested-With": "XMLHttpRequest" } });
      if (answer.ok && !answer.redirected) {
        const holder = document.createElement("template");
        holder.innerHTML = await answer.text();
        fresh = holder.content.firstElementChild;
      }
    } catch {
      fresh = null; // The network is away for a moment; the next round asks again.
    }
    if (!fresh || fresh.id !== part.id) {
      follow(part, Math.min(pause * 2, LONGEST));
    } else if (fresh.dataset.progressUrl) {
      if (fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
      follow(part, Math.min(pause * 1.05, LONGEST));
    } else {
      window.location.reload();
    }
  }

  document.querySelectorAll("[data-progress-url]").forEach((part) => follow(part, PAUSE));
})();
