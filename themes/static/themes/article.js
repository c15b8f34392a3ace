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
