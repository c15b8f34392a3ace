/* Before the editor's form is sent: is the server there, and is one still logged in as oneself? Otherwise the browser goes
   to another page, and what was typed since the last autosave is gone. So it is asked first, and the form stays. */
(() => {
  const script = document.currentScript;
  const editor = () => document.querySelector("[data-edit-form][data-controller~='w-autosave']");
  let mine; // who opened this page
  let asking = false;
  let passed = null; // the form that may go now

  /* "here", "out" (not logged in any more, or somebody else is) or "lost" (no server). */
  async function reach() {
    try {
      const answer = await fetch(script.dataset.reachUrl, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "out";
      if (!answer.ok) return "lost";
      const { user } = await answer.json();
      mine ??= user;
      return user === mine ? "here" : "out";
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      return "lost";
    }
  }

  /* Logging in gives a new token to all tabs; a form that was open before holds the old one. It gets the new one only
     when the same person is logged in, so that nothing is stored in another's name. */
  const token = () => document.cookie.split("; ").find((one) => one.startsWith(`${script.dataset.cookie}=`))?.split("=")[1];

  function renew(form) {
    const input = form?.elements.namedItem("csrfmiddlewaretoken");
    if (!input || !token() || input.value === token()) return false;
    input.value = token();
    return true;
  }

  let bar = null;

  function say(state) {
    if (state === "here") {
      bar?.remove();
      bar = null;
      return;
    }
    if (!bar) {
      bar = document.createElement("div");
      bar.className = "xl-unreached";
      bar.setAttribute("role", "alert");
      document.body.append(bar);
    }
    if (bar.dataset.state === state) return;
    bar.dataset.state = state;
    const words = document.createElement("p");
    words.textContent = state === "out" ? script.dataset.sayOut : script.dataset.sayLost;
    const way = document.createElement(state === "out" ? "a" : "button");
    way.className = "button button-small";
    if (state === "out") Object.assign(way, { href: script.dataset.loginUrl, target: "_blank", textContent: script.dataset.sayLogIn });
    else Object.assign(way, { type: "button", textContent: script.dataset.sayAgain, onclick: look });
    bar.replaceChildren(words, way);
  }

  /* Once one is logged in again, what is not stored yet goes out by the editor's own autosave. */
  async function look() {
    const state = await reach();
    const was = bar?.dataset.state;
    say(state);
    if (state !== "here" || !(renew(editor()) || was)) return;
    editor().dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true, detail: { type: "edits" } }));
  }

  function release(button) {
    if (button) button.disabled = false; // a disabled button would not say what was pressed
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form !== editor()) return;
    if (passed === form) { passed = null; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asking) return; // pressed twice
    asking = true;
    const button = event.submitter;
    // The rich text editor hands over what was typed or pasted a quarter of a second later; until then it would be lost.
    const handedOver = new Promise((done) => { setTimeout(done, 300); });
    Promise.all([reach(), handedOver]).then(([state]) => {
      asking = false;
      say(state);
      release(button);
      if (state === "here") {
        renew(form);
        passed = form;
        form.requestSubmit(button);
        passed = null;
        return;
      }
      // Wagtail's button turns until it is told that nothing goes on.
      button?.setAttribute("data-w-progress-loading-value", "false");
      bar.querySelector("a, button").focus();
    });
  }, { capture: true });

  document.addEventListener("w-autosave:success", () => say("here"));
  document.addEventListener("w-autosave:error", (event) => { if (event.detail.type === "server_error") look().then(explain); });

  /* The server is there and answered with an error: Wagtail says that autosave is paused, but not what that means. */
  function explain() {
    const words = document.querySelector(".footer__save-warning p");
    if (!bar && words && !words.textContent.trim()) words.textContent = script.dataset.sayFailed;
  }
  window.addEventListener("load", () => { if (editor()) reach(); });
  window.addEventListener("focus", () => { if (bar) look(); });
})();
