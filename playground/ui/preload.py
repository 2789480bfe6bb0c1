"""The page's files, asked for by its first answer: browsers fetch them while they still read Streamlit's own."""

from __future__ import annotations

from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.labs import labs
from playground.ui import files

AS = {".js": "rel=modulepreload; fetchpriority=low", ".css": "rel=preload; as=fetch; crossorigin; fetchpriority=low"}
AS[".html"] = AS[".css"]  # both are fetched as text
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
    """The header: addresses relative to the page's, as Streamlit's own are. What only other pages need is left out."""
    lab = labs().get(path.rpartition("/")[2])
    folders = {".", "network", "inspector", lab.stage} if lab else {".", "home"}
    names = [name for name in files.names() if Path(name).parent.as_posix() in folders and Path(name).suffix in AS]
    if lab is None:  # the first page has a markup and a style sheet of its own
        names = [name for name in names if name.endswith(".js") or name.startswith("home/")]
    return ", ".join(f"<./component/{files.served[-1]}/{name}>; {AS[name[name.rindex('.') :]]}" for name in names)
