/** The script of the status page: it keeps the page up to date. Without it, the page is what it was when it was asked for. */

/** Replaces what has changed, every second, while somebody looks. What is selected, or being typed, stays. */
export const SCRIPT = `(() => {
  const root = document.documentElement;
  const lost = document.getElementById("lost");
  let version = root.dataset.version;
  const isHeld = (part) => {
    const selection = getSelection();
    return !selection.isCollapsed && part.contains(selection.anchorNode);
  };
  const refresh = (html) => {
    const next = new DOMParser().parseFromString(html, "text/html");
    let isWhole = true;
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = next.getElementById(part.id);
      if (!fresh || fresh.innerHTML === part.innerHTML) continue;
      if (isHeld(part)) { isWhole = false; continue; }
      const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
      for (const open of part.querySelectorAll("details[open]")) fresh.querySelector("#" + open.id)?.setAttribute("open", "");
      part.replaceChildren(...fresh.childNodes);
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    }
    document.title = next.title;
    if (isWhole) version = next.documentElement.dataset.version;
  };
  const look = async () => {
    if (!document.hidden) {
      try {
        const response = await fetch(location.origin + location.pathname + location.search, {
          headers: { "if-none-match": version },
          cache: "no-store",
          signal: AbortSignal.timeout(5000),
        });
        if (response.status === 200) refresh(await response.text());
        lost.hidden = response.status === 200 || response.status === 304;
      } catch {
        lost.hidden = false;
      }
    }
    setTimeout(look, 1000);
  };
  root.classList.add("live");
  setTimeout(look, 1000);
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }
})();
`;
