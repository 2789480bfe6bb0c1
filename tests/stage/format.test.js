import assert from "node:assert/strict";
import { test } from "node:test";
import { compact, duration, escape, icon, loss, number, percent, thousands, tiny } from "../../playground/ui/stage/format.js";

const cases = (name, write, table) => test(name, () => table.forEach(([value, text]) => assert.equal(write(...[value].flat()), text)));

cases("numbers have fixed digits and a true minus", number, [
  [1.005, "1.00"], [-1.5, "−1.50"], [[2 / 3, 3], "0.667"], [-0.001, "0.00"],
  [NaN, "NaN"], [undefined, "NaN"], [Infinity, "∞"], [-Infinity, "−∞"],
]);
cases("gradients have two significant digits, small ones a power of ten", tiny, [
  [0.22, "0.22"], [-0.057, "−0.057"], [0.0012, "0.0012"], [0.00038, "4e−4"], [-0.00038, "−4e−4"], [0, "0.00"], [NaN, "NaN"],
]);
cases("losses have three digits until these would say nothing", loss, [
  [0.04412, "0.044"], [123.456, "123.5"], [123456, "1.2e5"], [Infinity, "∞"],
]);
cases("whole numbers have thin spaces", thousands, [
  [999, "999"], [3025, "3\u202f025"], [1234567, "1\u202f234\u202f567"], [-1000, "−1\u202f000"],
]);
cases("counts have three significant digits", compact, [
  [950, "950"], [12345, "12.3\u202fk"], [1234567, "1.23\u202fM"], [2.5e9, "2.50\u202fG"],
]);
cases("shares are per cent", percent, [[0.988, "98.8\u202f%"], [1, "100.0\u202f%"]]);
cases("times have the unit that fits", duration, [[0.83, "0.8 µs"], [42, "42 µs"], [1234, "1.2 ms"], [2.5e6, "2.5 s"]]);
cases("text is safe in HTML", escape, [['<b a="1">&\'', "&#60;b a=&#34;1&#34;&#62;&#38;&#39;"], [7, "7"]]);

test("an icon is hidden from screen readers", () => assert.match(icon("play", 24), /width="24".*aria-hidden="true".*<path d="M/));
