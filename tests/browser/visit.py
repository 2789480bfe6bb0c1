"""A tab of the browser on the app: how tests look at it and act on it, and what went wrong in it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import BrowserContext, Error, Locator, Page

SECONDS = 30.0  # the first visit of all compiles kernels

# Keeps the newest message from the run, whichever way it came, and reads from it.
TAP = """() => {
  globalThis.__tap = {};
  const part = (buffer, offset) => {
    const length = Number(new DataView(buffer, offset, 8).getBigUint64(0, true));
    return JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, offset + 8, length)));
  };
  __playground.link.watch((buffer, offset) => {
    const header = part(buffer, offset), meta = header.__metadata__;
    const begin = offset + 8 + Number(new DataView(buffer, offset, 8).getBigUint64(0, true));
    __tap.frame = JSON.parse(meta.frame);
    if (meta.scene) __tap.scene = JSON.parse(meta.scene);
    __tap.values = name => {
      const [from, to] = header[name].data_offsets;
      return Array.from(new Float32Array(buffer.slice(begin + from, begin + to)));
    };
  });
}"""


class Visit:
    """One page on the app at `url`."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.url = url
        self.errors: list[str] = []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    # ---------------------------------------------------------------- coming and waiting

    def open(self, query: str = "") -> Visit:
        """Go to the app, wait for the first drawn frame of a run that is ready, and listen to what the run sends."""
        return self.come(query).listen()

    def come(self, query: str = "") -> Visit:
        """The same without listening, which costs some time at each frame."""
        self.page.goto(f"{self.url}/{query}")
        return self.arrived()

    def reload(self) -> Visit:
        """As the browser's button does."""
        self.page.reload()
        return self.arrived().listen()

    def arrived(self) -> Visit:
        """Wait until the stage has drawn a run whose kernels are there."""
        self.wait("globalThis.__stage?.draws > 0 && __stage.state !== 'preparing'")
        return self

    def listen(self) -> Visit:
        """From now on `frame`, `scene` and `values` say what came last."""
        self.page.evaluate(TAP)
        self.wait("__tap.frame")
        return self

    def wait(self, expression: str, argument: Any = None, seconds: float = SECONDS) -> None:
        """Until the JavaScript expression (of `argument`, too) is true."""
        try:
            self.page.wait_for_function(f"argument => {expression}", arg=argument, timeout=seconds * 1000)
        except Error as error:
            raise AssertionError(f"never came true: {expression}\n{self.situation()}") from error

    def situation(self) -> str:
        """What the stage, the link and the console say, for a failure's message."""
        seen = self.page.evaluate("() => [globalThis.__stage, globalThis.__playground?.link.log, globalThis.__tap?.frame]")
        return "\n".join(map(str, [*seen, *self.errors]))

    def wait_for_text(self, text: str | re.Pattern[str]) -> Locator:
        """Until it stands somewhere on the page."""
        found = self.page.get_by_text(text).first
        found.wait_for(timeout=SECONDS * 1000)
        return found

    # ---------------------------------------------------------------- looking

    def stage(self, name: str) -> Any:
        """One of the stage's own figures: draws, seq, fps, state, step, ..."""
        return self.page.evaluate("name => __stage[name]", name)

    def frame(self, name: str) -> Any:
        """A value of the newest frame, or the whole."""
        return self.page.evaluate("name => __tap.frame[name]", name)

    def scene(self, name: str) -> Any:
        """A value of the newest scene that came since the page was opened."""
        return self.page.evaluate("name => __tap.scene?.[name]", name)

    def values(self, name: str) -> list[float]:
        """A float32 array of the newest frame."""
        found: list[float] = self.page.evaluate("name => __tap.values(name)", name)
        return found

    def mode(self) -> str:
        """The way the page is on: opening, socket or fallback."""
        found: str = self.page.evaluate("() => __playground.link.mode")
        return found

    # ---------------------------------------------------------------- acting

    def send(self, **command: Any) -> None:
        """What a control of the stage would send."""
        self.page.evaluate("command => __playground.link.command(command)", command)

    def press(self, name: str | re.Pattern[str]) -> None:
        """The button of that name."""
        self.page.get_by_role("button", name=name).first.click()

    def play(self) -> None:
        """Press play, and wait until it plays."""
        self.press(re.compile("^Play"))
        self.wait("__stage.state === 'playing'")

    def pause(self) -> None:
        """Press pause, and wait until it stands."""
        self.press(re.compile("^Pause"))
        self.wait("__stage.state === 'paused'")
