// Copyright: Contributors to orchestra.aws
// SPDX-License-Identifier: MIT
// What is wrong with where things are on the page. Returns a list of sentences, and where everything is.
() => {
  const wrong = [];
  const width = document.documentElement.clientWidth;
  const name = (element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> ` +
    JSON.stringify((element.textContent ?? "").trim().slice(0, 40));
  const visible = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) &&
    !element.closest(".heard, .skip, .definitions, defs, title");
  const all = [...document.querySelectorAll("main *")].filter(visible);
  const scrolls = (element) => element.closest(".scroller, pre");
  if (document.documentElement.scrollWidth > width) wrong.push(`the page is ${document.documentElement.scrollWidth} wide`);
  const places = [];
  for (const element of all) {
    const box = element.getBoundingClientRect();
    places.push([name(element), Math.round(box.left), Math.round(box.top), Math.round(box.width), Math.round(box.height)]);
    const around = scrolls(element);
    if (around && around !== element) continue;
    if (box.left < -0.5 || box.right > width + 0.5) wrong.push(`outside: ${name(element)} ${box.left} ${box.right}`);
  }
  const texts = [];
  for (const element of all) {
    const own = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    if (!own.length || element.closest("pre")) continue;
    for (const node of own) {
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) if (box.width > 1) texts.push([element, node, box]);
    }
  }
  for (const [index, [element, node, box]] of texts.entries()) {
    for (const [other, otherNode, otherBox] of texts.slice(index + 1)) {
      if (node === otherNode) continue;
      const across = Math.min(box.right, otherBox.right) - Math.max(box.left, otherBox.left);
      const down = Math.min(box.bottom, otherBox.bottom) - Math.max(box.top, otherBox.top);
      if (across > 1 && down > 6) wrong.push(`on top of each other: ${name(element)} and ${name(other)}`);
    }
  }
  for (const state of document.querySelectorAll(".graph .state")) {
    const around = state.querySelector(".box").getBoundingClientRect();
    for (const text of state.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      if (box.right > around.right - 2) wrong.push(`wider than its box: ${name(text)}`);
    }
  }
  return { wrong, places, texts: texts.length };
}
