// The page's way to its run: a WebSocket where there is one, else Streamlit's own channel (frames as data=, commands as triggers).

const OPEN_MS = 2500;                       // no greeting by then: the socket is not to be had
const AGAIN_MS = [300, 1000];               // a socket that has worked is sought this often before the fallback
const GOOD_MS = 20000;                      // one that lived as long was a good one: patience starts anew
const FIRST_MS = 5000, LAST_MS = 120000;    // from the fallback the socket is tried again, ever more rarely
const AGREE_MS = 2000, RESEND_MS = 1000, BEAT_MS = 900;
const LOST_MS = 1000, SILENT_MS = 4000;     // nothing heard for so long, without and with a socket, is a lost connection
const UNKNOWN_SESSION = 4001, FULL = 4003;  // the server's close codes: a key it does not know, no room for another run

/** The tab's token, one for each lab, outlives a reload; it is not shared between tabs and not in the link. */
const token = {
  read(lab) {
    try { return sessionStorage.getItem(`playground.tab.${lab}`); } catch { return null; }
  },
  write(lab, value) {
    try { sessionStorage.setItem(`playground.tab.${lab}`, value); } catch { /* storage forbidden: a reload makes a new run */ }
  },
};

/** Streamlit's root, whatever the page, server.baseUrlPath or a proxy's prefix. */
function root() {
  const bundle = document.querySelector('script[type=module][src*="static/js/"]');
  return bundle ? new URL("../../", bundle.src) : new URL("./", document.baseURI);
}

/** After a restart the server knows no such session and what is said to it is lost: only a new page helps. Not twice in 30 s. */
function reload() {
  try {
    if (Date.now() - (sessionStorage.getItem("playground.reload") ?? 0) < 30000) return false;
    sessionStorage.setItem("playground.reload", Date.now());
  } catch {
    return false;
  }
  location.reload();
  return true;
}

export class Link {
  /** "opening", "socket" or "fallback". */
  mode = "opening";
  /** Why the server has no run for this page, or "". */
  refusal = "";
  /** What happened when, [ms, text]: for tests and complaints. */
  log = [];

  #watchers = new Set();
  #api = null; #key = null; #lab = null; #theirs = null;
  #socket = null; #tries = 0; #pause = FIRST_MS; #since = 0;
  #heard = { by: null, at: 0 }; #beaten = 0;
  #said = { mode: null, at: -Infinity };
  #drawn = null;                            // the revision of the scene on the screen, as Python was told
  #timers = {};
  #unsure = []; #count = 0; #me = Math.random();

  /** Called at every run of the script: `api` carries the newest closures, `given` is what Python sent. */
  enter(api, given) {
    this.#api = api;
    const bytes = given instanceof Uint8Array ? given : null;
    if (given?.key && given.key !== this.#key) this.#begin(given);
    if (bytes?.length) this.#receive(...aligned(bytes));
    if (bytes) this.#heard = { by: "fallback", at: performance.now() };
    this.#theirs = bytes ? "fallback" : "socket";
    this.#agree();
  }

  /** Calls `watcher(buffer, offset)` with every frame; returns the function that ends it. */
  watch(watcher) {
    this.#watchers.add(watcher);
    if (this.mode === "fallback") this.#say(null);           // it has no scene yet
    this.#tell();
    return () => {
      this.#watchers.delete(watcher);
      this.#tell();
    };
  }

  /** Sends a command to the run. Over triggers it is numbered and sent again until a frame says it was obeyed. */
  command(command) {
    if (this.mode === "socket" && this.#open) return this.#send(command);
    this.#unsure.push({ ...command, n: ++this.#count });
    this.#ask();
  }

  /** Tells the run what was drawn, so that it sends the next; over triggers only that a scene has come, so that it need not come again. */
  acknowledge(seq, revision) {
    if (this.#open) return this.#send({ ack: seq, revision });
    if (this.mode === "fallback" && revision !== this.#drawn) this.#say(revision);
  }

  /** Takes the run's word on whose it is, and on the numbered commands it has obeyed. */
  confirm({ tab, from, done }) {
    if (this.mode === "fallback" && tab) token.write(this.#lab, tab);
    if (from === this.#me) this.#unsure = this.#unsure.filter(command => command.n > done);
  }

  /**
   * Whether the page should say that it has lost its run. Without a socket silence means nothing, for Streamlit passes on only what
   * changes, and a lost server is its own to report; but the change to that way must have been heard.
   */
  lost(now) {
    if (!this.#heard.at || (this.mode === "fallback" && this.#heard.by === "fallback")) return false;
    return now - this.#heard.at > (this.mode === "socket" ? SILENT_MS : LOST_MS);
  }

  /** Closes the socket, as a broken line would: for tests. */
  cut() {
    this.#socket?.close();
  }

  get #open() {
    return this.#socket?.readyState === 1;
  }

  #note(what) {
    this.log.push([Math.round(performance.now()), what]);
    if (this.log.length > 200) this.log.shift();
  }

  #send(message) {
    this.#socket.send(JSON.stringify(message));
  }

  /** A new session: first load, another page, server restart. */
  #begin({ key, socket, lab }) {
    this.mode = "opening";
    this.#key = key;
    this.#lab = lab;
    this.#tries = 0;
    this.#pause = FIRST_MS;
    clearTimeout(this.#timers.again);
    const old = this.#socket;
    this.#socket = null;
    old?.close();
    socket ? this.#connect() : this.#fallBack("no route", false);
  }

  #connect() {
    const url = new URL("live", root());
    url.protocol = url.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(url));
    socket.binaryType = "arraybuffer";
    this.#note("opening");
    const late = setTimeout(() => socket.close(), OPEN_MS);
    socket.onopen = () => socket.send(JSON.stringify({ key: this.#key, tab: token.read(this.#lab), watch: this.#watchers.size > 0 }));
    socket.onmessage = event => {
      if (this.#socket !== socket) return;
      if (typeof event.data === "string") clearTimeout(late);
      this.#hear(event.data);
    };
    socket.onclose = event => {
      clearTimeout(late);
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#note("closed " + event.code);
      if (event.code === FULL) this.refusal = event.reason;
      this.#lose(event.code);
    };
  }

  #hear(message) {
    if (typeof message !== "string") this.#receive(message, 0);
    else if (JSON.parse(message).tab) this.#greet(JSON.parse(message).tab);
    this.#heard = { by: "socket", at: performance.now() };
    if (this.#heard.at - this.#beaten < BEAT_MS) return;
    this.#beaten = this.#heard.at;                    // here and not in an animation frame: hidden tabs have none
    if (this.#open) this.#send({ beat: 1 });
  }

  #greet(tab) {
    token.write(this.#lab, tab);
    this.mode = "socket";
    this.refusal = "";
    this.#since = performance.now();
    this.#note("socket");
    this.#agree();
  }

  #lose(code) {
    const good = this.#since && performance.now() - this.#since > GOOD_MS, had = this.mode === "socket" || this.#tries > 0;
    this.#since = 0;
    if (good) this.#tries = 0;
    if (good) this.#pause = FIRST_MS;
    if (code === UNKNOWN_SESSION && reload()) return;
    if (this.mode === "fallback") return this.#later();
    if (!had || this.#tries >= AGAIN_MS.length) return this.#fallBack("closed " + code, true);
    this.mode = "opening";
    this.#connectIn(AGAIN_MS[this.#tries++]);
  }

  #fallBack(why, again) {
    this.mode = "fallback";
    this.#note("fallback: " + why);
    this.#agree();
    if (again) this.#later();
  }

  #later() {
    this.#connectIn(this.#pause);
    this.#pause = Math.min(this.#pause * 2, LAST_MS);
  }

  #connectIn(milliseconds) {
    clearTimeout(this.#timers.again);
    this.#timers.again = setTimeout(() => this.#socket || this.#connect(), milliseconds);
  }

  /** By level, not by edge: while Python's channel is not ours we say so, at once and then every two seconds. */
  #agree() {
    clearTimeout(this.#timers.agree);
    if (this.mode === "opening" || this.mode === this.#theirs) return;
    const wait = this.#said.at + AGREE_MS - performance.now();
    if (this.#said.mode !== this.mode || wait <= 0) {
      this.#said = { mode: this.mode, at: performance.now() };
      this.#note("say " + this.mode);
      this.#say(this.#drawn);
    }
    this.#timers.agree = setTimeout(() => this.#agree(), Math.max(wait, 0) + 50);
  }

  #say(drawn) {
    this.#drawn = drawn;
    this.#api.setStateValue("link", { mode: this.mode, tab: token.read(this.#lab), drawn });
  }

  /** Triggers may get lost, come twice, or a newer one replace an older: each carries all that are not confirmed yet. */
  #ask() {
    clearTimeout(this.#timers.ask);
    if (!this.#unsure.length) return;
    this.#api.setTriggerValue("command", { from: this.#me, all: this.#unsure });
    this.#timers.ask = setTimeout(() => this.#ask(), RESEND_MS);
  }

  #receive(buffer, offset) {
    for (const watcher of this.#watchers) watcher(buffer, offset);
  }

  #tell() {
    if (this.#open) this.#send({ watch: this.#watchers.size > 0 });
  }
}

/** A buffer and offset at which the bytes begin at a multiple of 8. */
function aligned(bytes) {
  const copy = bytes.byteOffset % 8 ? bytes.slice() : bytes;
  return [copy.buffer, copy.byteOffset];
}
