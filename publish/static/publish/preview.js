// Tells that a person, and not a program that follows links, has the page open: a touch, a key or the wheel.
(() => {
  const told = new AbortController();
  const tell = () => {
    told.abort();
    fetch(`${location.pathname}read/`, { method: "POST", keepalive: true }).catch(() => {});
  };
  for (const kind of ["pointerdown", "touchstart", "keydown", "wheel"]) {
    addEventListener(kind, tell, { passive: true, signal: told.signal });
  }
})();
