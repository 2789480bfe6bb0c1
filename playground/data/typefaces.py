"""Typefaces that are at hand wherever the app runs, because Streamlit's pages are set in them: their characters as pictures."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from playground.data.dataset import DataError

Face = Literal["sans", "serif", "code", "roman", "italic", "grotesque", "typewriter"]
FACES: tuple[Face, ...] = get_args(Face)

# Source Sans, Serif and Code (Adobe), and what KaTeX has of Computer Modern (Knuth); between name and suffix stands a hash.
FILES: dict[Face, str] = {
    "sans": "SourceSansVF-Upright.*.woff2",
    "serif": "SourceSerifVariable-Roman.*.woff2",
    "code": "SourceCodeVF-Upright.*.woff2",
    "roman": "KaTeX_Main-Regular.*.woff2",
    "italic": "KaTeX_Main-Italic.*.woff2",
    "grotesque": "KaTeX_SansSerif-Regular.*.woff2",
    "typewriter": "KaTeX_Typewriter-Regular.*.woff2",
}
REGULAR = {"sans": [400.0], "serif": [400.0, 20.0], "code": [400.0]}  # of faces that have many: the weight, and the size it is made for

FINE = 2  # a character is drawn so many times as large as it will be
EM = 24 * FINE  # pixels of the em: in a picture of 28 a W fits
ROOM = 44 * FINE  # pixels a side of a character with room about it

ALIKE = 0.15  # of the ink of two characters: what may be in one and not in the other so that nobody can tell them apart


def file_of(face: Face) -> Path:
    """The face's file. Raises DataError when this Streamlit does not have it."""
    package = find_spec("streamlit")  # found, not imported: the data knows no page
    for folder in (package.submodule_search_locations or ()) if package else ():
        for file in Path(folder, "static").rglob(FILES[face]):
            return file
    raise DataError(f"The typeface {face!r} is not among the installed Streamlit's files. Install the version that requirements.txt names.")


@lru_cache(maxsize=64)
def characters(face: Face, text: str) -> tuple[Image.Image, ...]:
    """Each character in the middle of a square of its own (ROOM, ROOM), in shades of grey: ink is 255. They are shared, so do not write."""
    font = ImageFont.truetype(file_of(face), EM)
    if face in REGULAR:
        font.set_variation_by_axes(REGULAR[face])
    return tuple(character(font, one) for one in text)


def character(font: ImageFont.FreeTypeFont, one: str) -> Image.Image:
    """Its box lies in the middle, wherever it stands on the line."""
    left, top, right, bottom = font.getbbox(one)
    image = Image.new("L", (ROOM, ROOM))
    ImageDraw.Draw(image).text(((ROOM - left - right) / 2, (ROOM - top - bottom) / 2), one, fill=255, font=font)
    return image.filter(ImageFilter.BoxBlur((FINE - 1) / 2))  # what is finer than a pixel would flicker once it is made smaller


def alike(face: Face, text: str) -> np.ndarray:
    """(n, n) bool: which of these characters cannot be told apart in the face, since nearly all of their ink is in the same places."""
    ink = np.stack([np.asarray(image, np.float32).ravel() for image in characters(face, text)])
    shared = np.stack([np.minimum(ink, one).sum(axis=1) for one in ink])
    either = ink.sum(axis=1) + ink.sum(axis=1)[:, None] - shared
    same: np.ndarray = shared >= (1 - ALIKE) * either
    return same
