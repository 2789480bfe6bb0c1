"""A tab of the browser on the app: how tests look at it and act on it, and what went wrong in it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import ConsoleMessage, Error, Locator, Page

SECONDS = 30.0
FIRST_SECONDS = 120.0  # the first visit of all waits for kernels to be compiled

# Keeps the newest message from the run that was drawn, whichever way it came, and reads from it: what it says can be seen on the page.
# In place before the stage is, so that nothing is missed.
TAP = """
  globalThis.__tap = { scene: null, frame: null };
  const heard = [], text = (buffer, from, length) => new TextDecoder().decode(new Uint8Array(buffer, from, length));
  const hear = (buffer, offset) => {
    const length = Number(new DataView(buffer, offset, 8).getBigUint64(0, true));
    const header = JSON.parse(text(buffer, offset + 8, length)), { frame, scene } = header.__metadata__;
    heard.push({ frame: JSON.parse(frame), scene: scene && JSON.parse(scene), header, buffer, begin: offset + 8 + length });
  };
  const tell = ({ frame, scene, header, buffer, begin }) => {
    __tap.frame = frame;
    if (scene) __tap.scene = scene;
    __tap.values = name => {
      const [from, to] = header[name].data_offsets;
      return Array.from(new Float32Array(buffer.slice(begin + from, begin + to)));
    };
    // Whether a pixel of the looked-at picture's first line is ink: half a float's first byte says how large it is.
    __tap.pixel = place => {
      const half = new DataView(buffer, begin + header["vision/picture"].data_offsets[0] + 2 * place, 2).getUint16(0, true);
      return half >= 0x3800 && half < 0x8000 ? 1 : 0;
    };
  };
  const tap = link => {
    const acknowledge = link.acknowledge.bind(link);
    link.watch(hear);
    link.acknowledge = (seq, revision) => {
      const last = heard.findLastIndex(({ frame }) => frame.seq === seq && frame.revision === revision);
      heard.splice(0, last + 1).forEach(tell);
      acknowledge(seq, revision);
    };
  };
  let page;
  Object.defineProperty(globalThis, "__playground", {
    get: () => page,
    set(made) {
      page = made;
      tap(page.link);
    },
  });
"""

COLOURS = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


# On a page that is not the first one Streamlit looks for its server below the page's own address, before it does at the root.
SOUGHT_TOO_LOW = re.compile(r"/\w+/_stcore/(health|host-config)$")


class Visit:
    """One page on the app at `url`. `tapped`: it can be asked what the run sends, which costs some time at each frame."""

    def __init__(self, page: Page, url: str, tapped: bool = True) -> None:
        self.context = page.context
        self.page = page
        self.url = url
        self.errors: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        if tapped:
            self.page.add_init_script(TAP)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not SOUGHT_TOO_LOW.search(message.location["url"]):
            self.errors.append(message.text)

    # ---------------------------------------------------------------- coming and waiting

    def open(self, query: str = "plane") -> Visit:
        """Go to a lab's page ("vision?x=..."), and wait for the first drawn frame of a run that is ready."""
        self.page.goto(f"{self.url}/{query}")
        return self.arrived()

    def reload(self) -> Visit:
        """As the browser's button does."""
        self.page.reload()
        return self.arrived()

    def arrived(self) -> Visit:
        """Wait until the stage has drawn a run whose kernels are there."""
        self.wait("globalThis.__stage?.draws > 0 && __stage.state !== 'preparing'", seconds=FIRST_SECONDS)
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
        """Until it can be read somewhere on the page."""
        found = self.page.get_by_text(text).filter(visible=True).first
        found.wait_for(timeout=SECONDS * 1000)
        return found

    # ---------------------------------------------------------------- looking

    def stage(self, name: str) -> Any:
        """One of the stage's own figures: draws, seq, fps, state, step, ..."""
        return self.page.evaluate("name => __stage[name]", name)

    def frame(self, name: str) -> Any:
        """A value of the newest frame."""
        return self.page.evaluate("name => __tap.frame[name]", name)

    def scene(self, name: str) -> Any:
        """A value of the newest scene."""
        return self.page.evaluate("name => __tap.scene[name]", name)

    def values(self, name: str) -> list[float]:
        """A float32 array of the newest frame."""
        found: list[float] = self.page.evaluate("name => __tap.values(name)", name)
        return found

    def mode(self) -> str:
        """The way the page is on: opening, socket or fallback."""
        found: str = self.page.evaluate("() => __playground.link.mode")
        return found

    def colours(self, canvas: str) -> int:
        """How many different colours the pixels of the first such canvas have."""
        found: int = self.page.locator(canvas).first.evaluate(COLOURS)
        return found

    def most_colours(self) -> int:
        """The most that any canvas of the stage has that is seen."""
        canvases = self.page.locator(".stage canvas").filter(visible=True).all()
        return max(int(canvas.evaluate(COLOURS)) for canvas in canvases)

    def brightness(self) -> float:
        """Of the page's background, 0 to 255."""
        colour = self.page.evaluate("() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
        parts = [float(part) for part in re.findall(r"[\d.]+", colour)[:3]]
        return sum(parts) / len(parts)

    # ---------------------------------------------------------------- acting

    def send(self, **command: Any) -> None:
        """What a control of the stage would send."""
        self.page.evaluate("command => __playground.link.command(command)", command)

    def slow_motion(self, last: str) -> list[tuple[str, str]]:
        """Stage by stage until the segment of that name: the segment and what the strip said, at each."""
        self.send(do="pace", stage=True)
        self.wait("__tap.frame.slow")
        seen: list[tuple[str, str]] = []
        while not seen or seen[-1][0] != last:
            assert len(seen) < 80, f"{last} never came: {seen}"
            slow = self.frame("slow")
            seen.append((slow["stages"][slow["index"]]["segment"], self.page.locator(".words").inner_text()))
            if seen[-1][0] != last:
                self.page.keyboard.press("ArrowRight")
                self.page.wait_for_timeout(120)
        return seen

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
