import assert from "node:assert/strict";
import { test } from "node:test";
import { standing } from "../../playground/ui/stage/announce.js";
import { chosenAxes, ticks } from "../../playground/ui/stage/axes.js";
import { apart, range, rowAt, share } from "../../playground/ui/stage/curve.js";
import { asArrays, dabbed, erased } from "../../playground/ui/stage/easel.js";
import { commandOf } from "../../playground/ui/stage/keyboard.js";
import { keyOf, reading, unshaded } from "../../playground/ui/stage/readout.js";
import { counters, speeds } from "../../playground/ui/stage/transport.js";
import { sentenceOf } from "../../playground/ui/stage/words.js";

test("counters say what a frame and its scores say, and nothing where there is nothing", () => {
  const list = [["epoch", "count"], ["step", "count"], ["test/bits", "loss"], ["test/accuracy", "percent"]].map(([of, form]) => ({ of, form }));
  const frame = { state: "playing", step: 3025, epoch: 121.4, scores: { "test/bits": 0.0441, "test/accuracy": 0.988 }, samples_per_second: 1234567 };
  assert.deepEqual(counters(list, frame), ["121", "3\u202f025", "0.044", "98.8\u202f%"]);
  assert.deepEqual(counters(list, { ...frame, scores: {} }), ["121", "3\u202f025", "–", "–"]);
  assert.equal(counters(list, { ...frame, scores: {}, state: "diverged" })[2], "NaN");
  assert.deepEqual(speeds(frame, 59.7), { speed: "1.23\u202fM", fps: "60" });
  assert.deepEqual(speeds({ ...frame, state: "paused" }, 59.7), { speed: "–", fps: "–" });
});

test("keys act everywhere but where somebody types or a control has a use for them", () => {
  const on = (...matching) => ({ closest: selector => (matching.some(m => selector.split(/,\s*(?![^(]*\))/).includes(m)) ? {} : null) });
  const commands = [" ", "ArrowRight", "r", "R", "?", "x"].map(key => commandOf(key, on()));
  assert.deepEqual(commands, ["toggle", "step", "restart", "restart", "help", undefined]);
  assert.equal(commandOf("r", on("textarea")), undefined);
  assert.equal(commandOf(" ", on("button")), undefined);
  assert.equal(commandOf("r", on("button")), "restart");
  assert.equal(commandOf("ArrowRight", on("canvas")), undefined);
});

test("axes have round numbers", () => {
  assert.deepEqual(ticks(-6, 6), { values: [-6, -3, 0, 3, 6], digits: 0 });
  assert.deepEqual(ticks(0, 0.11).values.map(v => v.toFixed(2)), ["0.00", "0.03", "0.06", "0.09"]);
  assert.equal(ticks(0, 0.11).digits, 2);
});

test("two menus never name the same axis", () => {
  const axes = chosen => ({ options: ["a", "b", "c"].map(name => ({ name })), chosen });
  assert.deepEqual(chosenAxes(axes(null), "x", "b"), ["b", "a"]);
  assert.deepEqual(chosenAxes(axes(["a", "b"]), "y", "c"), ["a", "c"]);
  assert.deepEqual(chosenAxes(axes(["a", "b"]), "x", "b"), ["b", "a"]);
  assert.equal(chosenAxes(axes(["a", "b"]), "y", ""), null);
});

test("the loss's log axis begins at a decade and holds every finite value", () => {
  const history = Float32Array.of(0, 0.7, 0.69, 0, 10, 0.012, 0.05, 1, 20, NaN, Infinity, 1), axis = range(history, true);
  assert.ok(Math.abs(axis.low - 0.01) < 1e-9);
  assert.ok(axis.high > 1);
  assert.deepEqual(axis.marks.map(mark => mark.toPrecision(1)), ["0.01", "0.1", "1"]);
  assert.equal(share(axis, 0.01), 0);
  assert.equal(share(axis, 0), 0);
  assert.equal(range(history, false).low, 0);
  for (const log of [true, false])
    for (const rows of [[], [0, NaN, Infinity, 1], [0, 0, 0, 1], [0, 1e-30, 3e30, 1]]) {
      const { marks } = range(Float32Array.from(rows), log);
      assert.ok(marks.length > 0 && marks.length < 9, `${rows}: ${marks}`);
    }
});

test("the lines' names keep apart and inside", () => {
  assert.deepEqual(apart(60, 40, 10, 100), [60, 40]);
  assert.deepEqual(apart(50, 50, 10, 100), [57.5, 42.5]);
  assert.deepEqual(apart(100, 100, 10, 100), [100, 85]);
  assert.deepEqual(apart(5, 5, 10, 100), [25, 10]);
});

test("the cursor finds the nearest row", () => {
  const history = Float32Array.from([0, 25, 50, 100].flatMap(step => [step, 1, 1, 1]));
  assert.deepEqual([-5, 0, 12, 13, 80, 999].map(step => rowAt(history, step)), [0, 0, 0, 1, 3, 3]);
});

test("painting adds, erases, and hands on what the picture draws", () => {
  const points = dabbed(dabbed([], 1.2345, -2, 0), 3, 3, 1);
  assert.deepEqual(points, [[1.23, -2, 0], [3, 3, 1]]);
  assert.deepEqual(erased(points, (x, y) => x === 3 && y === 3), [[1.23, -2, 0]]);
  const { x, y, test: tests } = asArrays(points);
  assert.deepEqual([x.length, [...y], [...tests]], [4, [0, 1], [0, 0]]);
});

const binary = { task: "classification", classes: ["0", "1"], columns: [{ activation: { kind: "sigmoid" } }] };

test("the value under the cursor is a probability, a class's, a score, or a value in the target's units", () => {
  assert.deepEqual(reading(binary, [0]), ["p", "0.50"]);
  assert.deepEqual(reading({ ...binary, classes: ["no", "yes"] }, [-2]), ["p(no)", "0.88"]);
  assert.deepEqual(reading({ ...binary, columns: [{ activation: { kind: "linear" } }] }, [1.5]), ["score", "1.50"]);
  assert.deepEqual(reading({ ...binary, classes: ["a", "b", "c"] }, [0, 9, 0]), ["p(b)", "1.00"]);
  const regression = { task: "regression", targets: ["price"], target: { mean: 10, scale: 2, largest: 3 } };
  assert.deepEqual(reading(regression, [0.5]), ["price", "13.00"]);
  assert.equal(unshaded({ task: "regression" }, 0.5), 0.5);
});

test("the key names the classes, and cannot bring markup along", () => {
  assert.match(keyOf(binary, false), /^0<i class="bar"><\/i>1$/);
  assert.match(keyOf({ ...binary, classes: ["a", "b", "<c>"] }, false), /&#60;c&#62;/);
  assert.match(keyOf(binary, true), /^−1.*\+1$/);
});

test("the strip says the most pressing thing", () => {
  const frame = { state: "paused", kernels: { done: 3, total: 9 }, message: null };
  const store = { scene: { tip: "Add a layer.", data: {}, link_error: null }, frame, note: "", stage: null };
  const says = (change = {}, lost = false, refused = null) => sentenceOf({ ...store, ...change }, lost, refused).replace(/<[^>]*>/g, "");
  assert.equal(says(), "Try this. Add a layer.");
  assert.match(says({ note: "The 160 strongest of 320 links are drawn." }), /^Shown in part\. The 160/);
  assert.match(says({ frame: { ...store.frame, state: "preparing" } }), /^Preparing 3 of 9 kernels\./);
  assert.match(says({}, false, { text: "Units must be at least 1, got 0." }), /^Not done\. Units must/);
  assert.match(says({}, true), /^Reconnecting/);
  const actions = [{ title: "Back" }, { title: "Back, at rate 0.3" }];
  const message = { kind: "diverged", text: "Stopped.", detail: "Nothing is lost.", actions };
  assert.equal(says({ frame: { ...store.frame, message } }), "Stopped. Nothing is lost.BackBack, at rate 0.3");
  assert.equal(sentenceOf({ ...store, frame: { ...store.frame, message } }, false, null).match(/solid/g).length, 1);
});

test("a screen reader is told where training stands", () => {
  assert.equal(standing({ step: 1200, test: 0.0812, accuracy: 0.968 }), "Step 1\u202f200, test loss 0.081, test accuracy 96.8\u202f%.");
  assert.equal(standing({ step: 1, test: 2, accuracy: null }), "Step 1, test loss 2.000.");
  const players = { generator: { loss: 0.7 }, discriminator: { loss: 0.5 } };
  assert.equal(standing({ step: 1, players }), "Step 1, loss of the generator 0.700, loss of the discriminator 0.500.");
});
