/* The article's page, which is complete without this file: a section here adds comfort where its element stands, and does
   nothing elsewhere. No cookie, no storage, no request to anyone but this site. 5 KB in all. */
"use strict";

/* Counting a visit: which kind of place the reader came from, one word of five. The address is then left without that
   word, so that who gets it from this reader is not counted as coming from there. Another view of a page is no visit. */
document.querySelectorAll("[data-count]").forEach((page) => {
  const here = new URL(location.href), from = here.searchParams.get("from");
  const came = document.referrer ? new URL(document.referrer) : { host: "" };
  const engine = /(^|\.)(baidu|sogou|so|sm|toutiao|quark|bing|google|yahoo|duckduckgo|yandex)(\.com?)?(\.[a-z]{2,3})$/;
  let source = came.host === here.host ? "site" : engine.test(came.host) ? "search" : "other";
  if (from === "qr" || from === "wechat") {
    source = from;
    here.searchParams.delete("from");
    history.replaceState(null, "", here);
  } else if (source === "site" && came.pathname === here.pathname) return;
  new Image().src = page.dataset.count + "?from=" + source;
});

/* A figure over the page: two fingers or the buttons enlarge it; Escape, the way back and a tap close it. */
document.querySelectorAll(".viewer").forEach((viewer) => {
  const picture = new Image();
  let by, ratio, apart = 0;
  const size = (to) => {
    const wide = viewer.clientWidth, high = viewer.clientHeight, grown = (to = Math.min(Math.max(to, 1), 6)) / by;
    const x = (viewer.scrollLeft + wide / 2) * grown, y = (viewer.scrollTop + high / 2) * grown;
    picture.style.width = Math.min(wide, (high - 76) * ratio) * (by = to) + "px";
    viewer.scrollTo(x - wide / 2, y - high / 2);
  };
  if (!viewer.showModal) return;
  viewer.append(picture);
  document.querySelectorAll(".zoom").forEach((link) => {
    link.onclick = (event) => {
      const small = link.querySelector("img");
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      ratio = small.width / small.height;
      picture.src = link.href;
      picture.alt = small.alt;
      history.pushState("viewer", "");
      viewer.showModal();
      size(by = 1);
    };
  });
  viewer.onclick = (event) => event.target.value ? size(by * event.target.value) : viewer.close();
  viewer.onclose = () => history.state === "viewer" && history.back();
  viewer.ontouchmove = (event) => {
    const [one, two] = event.touches, before = apart;
    apart = two ? Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY) : 0;
    if (before && apart) size(by * apart / before);
  };
  viewer.ontouchend = () => { apart = 0; };
  addEventListener("popstate", () => viewer.open && viewer.close());
  addEventListener("resize", () => viewer.open && size(by));
});

/* Listening, where there is no recording and the reader's machine has a Chinese voice of its own, which sends the words to
   nobody. Sentence by sentence: many machines cannot go on within one after a pause. */
document.querySelectorAll("p.listen").forEach((box) => {
  const speech = window.speechSynthesis, [play, stop, slow] = box.querySelectorAll("button"), said = box.lastChild;
  let voice, parts = [], at, now;
  if (!speech) return;
  const sentences = (part) => {
    let text = part.innerText.replace(/\[[\d,，–-]+]/g, "");
    part.querySelectorAll(".unseen").forEach((one) => { text = text.replace(one.textContent, ""); });
    return (text.match(/[^\n。！？；]+[。！？；]*/g) || []).filter((words) => words.trim());
  };
  const show = (state) => {
    play.textContent = box.dataset.words.split("|")[state];
    said.textContent = said.dataset.words.split("|")[state];
    stop.hidden = slow.hidden = !state;
  };
  const rest = (state) => {
    now = null;
    if (!state) at = 0;
    speech.cancel();
    show(state);
  };
  const read = () => {
    if (!parts[at]) return rest(0);
    const one = now = new SpeechSynthesisUtterance(parts[at]);
    one.voice = voice;
    one.lang = voice.lang;
    one.rate = slow.matches(".first") ? .7 : 1;
    one.onend = () => {
      if (one !== now) return;
      at++;
      read();
    };
    one.onerror = () => one === now && rest(0);
    speech.speak(one);
    show(1);
  };
  const find = () => {
    const all = speech.getVoices().filter((one) => one.localService && /^(zh|cmn)/i.test(one.lang));
    voice = all.find((one) => /CN|Hans/i.test(one.lang)) || all[0];
    box.hidden = !voice;
    if (now && !voice) rest(0);
  };
  play.onclick = () => {
    if (now) return rest(2);
    parts = [...document.querySelectorAll("h1,.key,.body>:not(figure)")].flatMap(sentences);
    read();
  };
  stop.onclick = () => { rest(0); play.focus(); };
  slow.onclick = () => {
    slow.setAttribute("aria-pressed", slow.classList.toggle("first"));
    if (now) { rest(1); read(); }
  };
  addEventListener("pagehide", () => rest(0));
  speech.onvoiceschanged = find;
  rest(0);
  find();
});
