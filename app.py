"""The whole app: `streamlit run app.py`, or `uvicorn app:app`. The page is playground/ui/main.py; the live route stands beside it."""

import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from kernels.ahead import head_start

compiler = head_start()  # before all that follows: on another core it makes itself ready while this one imports

from playground.labs import labs
from playground.live.channel import routes
from playground.live.doors import Door
from playground.live.house import the_house
from playground.live.promptness import send_at_once
from playground.run import Run
from playground.ui.home import show_of
from playground.ui.preload import Preload

PAGE = Path(__file__).parent / "playground" / "ui" / "main.py"
# What the page's script imports, and what Numba does (SciPy's linear algebra among it) when it loads a kernel: no visitor should wait.
HEAVY = ("pandas", "plotly.graph_objects", "playground.ui.lab_page", "numba.np.arraymath")


def door() -> Door:
    """Who may open the live socket: as the settings say of Streamlit's own."""
    return Door(
        hosts=st.get_option("server.allowedHosts") or (),
        origins=st.get_option("server.corsAllowedOrigins") or (),
        open=not st.get_option("server.enableCORS"),
    )


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Make ready for the first visitor; stop all work in the end."""
    send_at_once()
    house = the_house()
    house.preparation.compiler = compiler
    first = next(iter(labs().values()))  # what most visitors see first: its picture on the first page, then itself
    house.prepare({name for chosen in (show_of(first).experiment, first.presets[0].experiment) for name in Run(chosen).missing()})
    house.socket = True
    for name in HEAVY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # Streamlit collects garbage after each run of a script, for 100 ms if it had to look at all the libraries
    yield
    house.close()


app = st.App(PAGE, lifespan=lifespan, routes=routes(the_house(), door), middleware=[Middleware(Preload)])

if __name__ == "__main__":
    app.run()
