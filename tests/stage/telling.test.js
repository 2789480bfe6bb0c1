import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Telling } from "../../playground/ui/stage/telling.js";

const ORIGIN = "http://here";
let said, running, listener, clock;

/** A page with a clock of its own: `pass` lets milliseconds go by. */
function page(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => clock);
  return milliseconds => {
    for (let k = 0; k < milliseconds; k++) {
      clock++;
      t.mock.timers.tick(1);
    }
  };
}

function click(link, more = {}) {
  const event = { target: { closest: () => link }, kept: false, preventDefault: () => (event.kept = true), stopImmediatePropagation: () => {}, ...more };
  listener(event);
  return event.kept;
}

function linkTo(origin, pathname = "/vision") {
  const link = { origin, pathname, clicks: 0, click: () => void (click(link) || link.clicks++) };
  return link;
}

beforeEach(() => {
  [said, running, listener, clock] = [0, false, null, 1000];
  globalThis.location = { pathname: "/plane", origin: ORIGIN };
  globalThis.document = {
    addEventListener: (name, heard, capture) => name === "click" && capture && (listener = heard),
    removeEventListener: () => (listener = null),
    querySelector: () => (running ? {} : null),
  };
});

test("what has stood for a while is told once", t => {
  const pass = page(t), telling = new Telling();
  telling.soon(() => assert.fail("it was replaced"));
  pass(100);
  telling.soon(() => said++);
  pass(200);
  assert.equal(said, 0);
  pass(1000);
  assert.equal(said, 1);
});

test("a page that is being left is told nothing", t => {
  const pass = page(t), telling = new Telling();
  telling.soon(() => said++);
  location.pathname = "/vision";
  pass(1000);
  telling.soon(() => said++);
  telling.end();
  pass(1000);
  assert.deepEqual([said, listener], [0, null]);
});

test("nor is one that somebody has just clicked on a link of", t => {
  const pass = page(t), telling = new Telling();
  telling.soon(() => said++);
  pass(200);
  assert.ok(!click(linkTo(ORIGIN)));
  pass(1000);
  assert.equal(said, 0);
});

test("who clicks on a link while the script runs goes there when it has run", t => {
  const pass = page(t), telling = new Telling(), link = linkTo(ORIGIN);
  telling.soon(() => (running = true));
  pass(260);
  assert.ok(click(link));
  pass(400);
  assert.equal(link.clicks, 0);
  running = false;
  pass(30);
  assert.equal(link.clicks, 1);
  assert.ok(!click(link));
});

test("nobody waits for ever", t => {
  const pass = page(t), telling = new Telling(), link = linkTo(ORIGIN);
  telling.soon(() => (running = true));
  pass(260);
  assert.ok(click(link));
  pass(2000);
  assert.equal(link.clicks, 1);
});

test("a link of the page to itself, away, or into another tab is left alone", t => {
  const pass = page(t), telling = new Telling();
  telling.soon(() => (running = true));
  pass(260);
  assert.ok(!click(linkTo("http://elsewhere")));
  assert.ok(!click(linkTo(ORIGIN, "/plane")));
  assert.ok(!click(linkTo(ORIGIN), { ctrlKey: true }));
  assert.ok(!click(null));
});
