/**
 * Drawings of figures. Each is a picture for the eye; the numbers stand beside it as a table or a list.
 * @module
 */
import { s } from "./dom.js";

/**
 * Parts of a whole side by side; the classes `part-0`, `part-1` … carry colour and pattern.
 * @param {readonly number[]} parts
 * @returns {SVGElement}
 */
export function stackedBar(parts) {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  const bar = s("svg", { class: "stacked", viewBox: "0 0 300 14", preserveAspectRatio: "none", "aria-hidden": "true" });
  let x = 0;
  parts.forEach((part, place) => {
    const width = whole ? (300 * part) / whole : 0;
    if (width > 0) bar.append(s("rect", { class: `part-${place}`, x, y: 0, width: Math.max(0, width - 1.5), height: 14, rx: 2 }));
    x += width;
  });
  return bar;
}

/**
 * Columns of stacked counts, one per hour, with a number on the axis where there is room.
 * @param {readonly { label: string, parts: readonly number[] }[]} columns
 * @returns {SVGElement}
 */
export function histogram(columns) {
  const [width, height, foot] = [720, 180, 22];
  const top = ceiling(Math.max(1, ...columns.map((column) => column.parts.reduce((sum, part) => sum + part, 0))));
  const step = (width - 30) / Math.max(1, columns.length);
  const y = (/** @type {number} */ n) => height - (n / top) * (height - 12);
  const svg = s("svg", { class: "histogram", viewBox: `0 0 ${width} ${height + foot}`, "aria-hidden": "true" });
  for (const mark of [0, top / 2, top]) {
    svg.append(s("line", { class: "rule", x1: 30, x2: width, y1: y(mark), y2: y(mark) }));
    svg.append(s("text", { x: 24, y: y(mark) + 4, "text-anchor": "end" }, String(mark)));
  }
  columns.forEach((column, place) => {
    const x = 30 + place * step;
    let below = 0;
    column.parts.forEach((part, kind) => {
      if (!part) return;
      const [from, to] = [y(below), y(below + part)];
      svg.append(s("rect", { class: `part-${kind}`, x: x + step * 0.15, y: to, width: step * 0.7, height: Math.max(1, from - to - 1), rx: 2 }));
      below += part;
    });
    svg.append(s("text", { x: x + step / 2, y: height + 17, "text-anchor": "middle" }, column.label));
  });
  return svg;
}

/**
 * The next even round number, so that the middle line is a whole one.
 * @param {number} n
 */
export function ceiling(n) {
  const steps = [2, 4, 6, 8, 10, 20, 30, 40, 50, 60, 80, 100];
  const size = Math.max(1, 10 ** Math.max(0, Math.floor(Math.log10(n)) - 1));
  return (steps.find((step) => step * size >= n) ?? 100) * size;
}
