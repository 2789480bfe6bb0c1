"""Who may open the live socket: Streamlit's own rule for its stream, which routes beside it do not get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit


@dataclass(frozen=True)
class Door:
    """hosts: names this server answers to ("*.example.org" and "*" too; none: all). origins: pages of other hosts that may come in."""

    hosts: Sequence[str] = ()
    origins: Sequence[str] = ()
    open: bool = False  # to pages of any host

    def admits(self, host: str | None, origin: str | None) -> bool:
        """Whether a request with these headers may come in. Programs that are no browser send no origin."""
        if self.hosts and not any(_matches(_hostname(f"//{host}"), name) for name in self.hosts):
            return False
        if self.open or origin is None:
            return True
        parts = _split(origin)
        return parts is not None and (parts.netloc == host or (parts.hostname or "") in {_hostname(own) for own in self.origins})


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def _hostname(url: str) -> str:
    parts = _split(url)
    return (parts.hostname or "").rstrip(".") if parts else ""


def _matches(hostname: str, pattern: str) -> bool:
    pattern = pattern.strip().lower().rstrip(".")
    return pattern == "*" or (bool(hostname) and (hostname.endswith(pattern[1:]) if pattern.startswith("*.") else hostname == pattern))
