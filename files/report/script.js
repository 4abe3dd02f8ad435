// Copyright: Contributors to orchestra.aws
// SPDX-License-Identifier: MIT
// The page works without this: it opens what a link leads to, all parts at once, and all before printing.
"use strict";

const parts = () => [...document.querySelectorAll("main details")];

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.querySelector("summary").focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-open]");
  if (button) {
    const scope = button.closest("section");
    scope.querySelectorAll("details").forEach((part) => { part.open = button.dataset.open === "all"; });
  }
  const link = event.target.closest("a[href^='#']");
  if (link && link.getAttribute("href") === location.hash) reveal();
});
addEventListener("hashchange", reveal);
addEventListener("beforeprint", () => parts().forEach((part) => {
  part.dataset.before = part.open;
  part.open = true;
}));
addEventListener("afterprint", () => parts().forEach((part) => { part.open = part.dataset.before === "true"; }));
reveal();
