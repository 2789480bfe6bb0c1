"""The stage's files, asked for by the page's first answer: browsers fetch them while they still read Streamlit's own."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.ui import stage

AS = {".js": "rel=modulepreload; fetchpriority=low", ".css": "rel=preload; as=fetch; crossorigin; fetchpriority=low"}
AS[".html"] = AS[".css"]  # both are fetched as text
COMPONENTS = "/component/"  # the stage's markup is HTML too, but no page: seen from there, the addresses lead nowhere


class Preload:
    """Names the stage's files in the header of each page, once they are served: with the first run of the script."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Any request; only pages get the header."""

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and COMPONENTS not in scope["path"]:
                headers = MutableHeaders(raw=message["headers"])
                if headers.get("content-type", "").startswith("text/html") and stage.served:
                    headers.append("link", links())
            await send(message)

        await self.app(scope, receive, send_on if scope["type"] == "http" else send)


def links() -> str:
    """The header: addresses relative to the page's, as Streamlit's own are."""
    names = sorted(path.relative_to(stage.FILES).as_posix() for path in stage.FILES.rglob("*") if path.suffix in AS)
    return ", ".join(f"<./component/{stage.served[-1]}/{name}>; {AS[name[name.rindex('.') :]]}" for name in names)
