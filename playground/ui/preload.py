"""The page's files, asked for by its first answer: browsers fetch them while they still read Streamlit's own."""

from __future__ import annotations

from itertools import accumulate

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.labs import labs
from playground.ui import files, stage

AS = {".js": "rel=modulepreload; fetchpriority=low", ".css": "rel=preload; as=fetch; crossorigin; fetchpriority=low"}
AS[".html"] = AS[".css"]  # both are fetched as text
LONGEST = 7500  # characters of the header: proxies have 8 kB for all of them
COMPONENTS = "/component/"  # the stage's markup is HTML too, but no page: seen from there, the addresses lead nowhere


class Preload:
    """Names in the header of each page the files that it will ask for, once they are served: with the first run of the script."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Any request; only pages get the header."""

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and COMPONENTS not in scope["path"]:
                headers = MutableHeaders(raw=message["headers"])
                if headers.get("content-type", "").startswith("text/html") and files.served:
                    headers.append("link", links(scope["path"]))
            await send(message)

        await self.app(scope, receive, send_on if scope["type"] == "http" else send)


def links(path: str) -> str:
    """The header: addresses relative to the page's, as Streamlit's own are; what is asked for first comes first, the rest has no room."""
    told = [f"<./component/{files.served[-1]}/{name}>; {AS[name[name.rindex('.') :]]}" for name in needed(path)]
    lengths = accumulate(len(link) + 2 for link in told)
    return ", ".join(link for link, length in zip(told, lengths, strict=True) if length <= LONGEST)


def needed(path: str) -> list[str]:
    """The files of the page at that path, in the order in which it asks for them."""
    lab = labs().get(path.rpartition("/")[2])
    if lab is None:
        return ["home/home.html", "home/home.css", *files.reached("home/home.js")]
    own = next(name for name in (f"{lab.stage}/{lab.stage}.js", f"{lab.stage}.js") if name in files.names())
    return ["stage.html", *stage.styles(), *files.reached("main.js", own)]
