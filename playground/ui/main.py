"""The script that Streamlit runs for each page: frame and navigation. The pages are functions."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from playground.ui.home import home_of
from playground.ui.lab_page import pages

ASSETS = Path(__file__).with_name("assets")

st.set_page_config(page_title="Playground", page_icon=ASSETS / "mark.svg", layout="wide", initial_sidebar_state="collapsed")
st.logo(str(ASSETS / f"logo-{'dark' if st.context.theme.type == 'dark' else 'light'}.svg"))
st.html(ASSETS / "page.css")
of_labs = pages()
first = st.Page(home_of(of_labs), title="Home", url_path="home", default=True)
st.navigation([first, *of_labs.values()], position="top").run()
