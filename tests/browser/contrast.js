// Copyright: Contributors to orchestra.aws
// SPDX-License-Identifier: MIT
// The contrast of each text of a drawing with the shape behind it, as WCAG 2 defines it: [text, ratio].
// axe-core leaves these undecided, because it does not look for what is drawn behind a text.
() => {
  const parts = (colour) => colour.match(/^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/)?.slice(1).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = parts(colour).slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const opaque = (colour) => colour !== "none" && parts(colour)[3] !== 0;
  const behind = (text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const shapes = [...text.ownerSVGElement.querySelectorAll("rect")].filter((shape) => {
      const box = shape.getBoundingClientRect();
      return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom && opaque(getComputedStyle(shape).fill) &&
        shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
    });
    if (shapes.length) return getComputedStyle(shapes.at(-1)).fill;
    let around = text.ownerSVGElement;
    while (!opaque(getComputedStyle(around).backgroundColor)) around = around.parentElement;
    return getComputedStyle(around).backgroundColor;
  };
  return [...document.querySelectorAll("svg text")].filter((text) => text.checkVisibility()).map((text) => {
    const [light, dark] = [getComputedStyle(text).fill, behind(text)].map(luminance).sort((one, other) => other - one);
    return [text.textContent, (light + 0.05) / (dark + 0.05)];
  });
}
