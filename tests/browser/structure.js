// Copyright: Contributors to orchestra.aws
// SPDX-License-Identifier: MIT
// What a page looks like, without pixels: what stands in which row and column, and which states a line joins.
() => {
  // Places that are this close are one.
  const NEAR = 20;
  const ranks = (places) => {
    const sorted = [...places].sort((one, other) => one - other);
    const begins = sorted.filter((place, index) => index === 0 || place - sorted[index - 1] > NEAR);
    return places.map((place) => begins.filter((begin) => begin <= place).length - 1);
  };
  const placed = (elements, told) => {
    const boxes = elements.map((element) => (element.querySelector(":scope > a > .box") ?? element).getBoundingClientRect());
    const rows = ranks(boxes.map((box) => box.top));
    const columns = ranks(boxes.map((box) => (box.left + box.right) / 2));
    return elements.map((element, index) => [...told(element), rows[index], columns[index]]);
  };
  const states = [...document.querySelectorAll(".graph .state")];
  const fromBorder = (point, { x, y, width, height }) => {
    const outside = Math.hypot(Math.max(x - point.x, 0, point.x - x - width), Math.max(y - point.y, 0, point.y - y - height));
    const inside = Math.min(point.x - x, x + width - point.x, point.y - y, y + height - point.y);
    return inside > 0 ? inside : outside;
  };
  // The state whose border a point is on; an arrow ends a little before it.
  const touched = (point) => states.map((state) => [fromBorder(point, state.querySelector(".box").getBBox()), state])
    .filter(([distance]) => distance < 8).sort(([one], [other]) => one - other)[0]?.[1].dataset.state ?? "nothing";
  const lines = [...document.querySelectorAll(".graph .line path")].map((path) =>
    [touched(path.getPointAtLength(0)), touched(path.getPointAtLength(path.getTotalLength())), path.getAttribute("class")]);
  const around = document.querySelector("#graph .scroller");
  return {
    cut: around.scrollWidth > around.clientWidth,
    sections: placed([...document.querySelectorAll("main section")], (element) => [element.id]),
    states: placed(states, (element) => [element.getAttribute("class"), element.dataset.state]),
    lines,
  };
}
