"""The JavaScript of the pages, served as modules from a folder: the stage of the labs, and the first page's living pictures."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import streamlit as st
from streamlit.components.v1 import declare_component

FILES = Path(__file__).with_name("stage")
IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?from "(\.[^"]+)";""", re.MULTILINE)

served: list[str] = []  # the folders under which this process serves the files, the newest last

# The modules are served from a declared directory: that works on every host and under every prefix. Its name holds their hash, so that no
# old module ever meets a new one. Markup and styles are loaded from there, too, for what is given inline travels anew with every frame
# that a fragment brings.
LOADER = Template("""
export default function (component) {
  const bundle = document.querySelector('script[type=module][src*="static/js/"]');
  const folder = new URL("component/$folder/", new URL("../../", bundle.src));
  const text = name => fetch(new URL(name, folder)).then(answer => answer.text());
  const loaded = (globalThis.__playgroundFiles ??= {})["$folder/$module"] ??=
    Promise.all([import(new URL("$module", folder).href), text("$markup"), ...$styles.map(text)]);
  let end, gone = false;
  loaded.then(([module, html, ...styles]) => {
    const root = component.parentElement;
    if (!root.querySelector(".stage")) {
      const style = Object.assign(document.createElement("style"), { textContent: styles.join("\\n") });
      root.append(style, document.createRange().createContextualFragment(html));
    }
    end = module.default(component);
    if (gone) end();
  }, error => { component.parentElement.textContent = `The page did not load. Reload it. ($${error})`; });
  return () => { gone = true; end?.(); };
}""")


def component(name: str, module: str, markup: str, styles: tuple[str, ...]) -> Any:
    """A component of that name whose code is `module`; where its root is still empty it gets the markup and the styles."""
    loader = LOADER.substitute(folder=folder(), module=module, markup=markup, styles=json.dumps(styles))
    return st.components.v2.component(name, js=loader)


def folder() -> str:
    """Where the files are served."""
    name = f"stage-{_hash()}"
    declare_component(name, path=str(FILES))  # at every run: it registers with the server only while a script runs
    found = f"{__package__}.files.{name}"
    if found not in served:
        served.append(found)
    return found


@cache
def names() -> tuple[str, ...]:
    """All files, as their addresses in the folder."""
    return tuple(sorted(path.relative_to(FILES).as_posix() for path in FILES.rglob("*") if path.is_file()))


@cache
def reached(*modules: str) -> tuple[str, ...]:
    """Those modules and all that they import, the nearest first; not what they import only later."""
    found = list(modules)
    for name in found:  # it grows meanwhile
        imported = (
            posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) for path in IMPORT.findall((FILES / name).read_text())
        )
        found += [other for other in dict.fromkeys(imported) if other not in found]
    return tuple(found)


@cache
def _hash() -> str:
    digest = hashlib.sha256()
    for name in names():
        digest.update((FILES / name).read_bytes())
    return digest.hexdigest()[:12]
