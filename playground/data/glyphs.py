"""Letters and digits in several typefaces, each a little shifted, turned, smaller or larger than the next."""

from __future__ import annotations

import math
import string
from typing import Annotated, ClassVar, Literal

import numpy as np
from PIL import Image
from pydantic import AfterValidator, Field

from playground.data.pictures import Pictures
from playground.data.typefaces import FACES, FINE, ROOM, Face, characters

SIDE = 28  # pixels
CHARACTERS = {
    "digits": string.digits,
    "capitals": string.digits + string.ascii_uppercase,
    "letters": string.digits + string.ascii_uppercase + string.ascii_lowercase,
}

# Neither order nor repetition means anything.
Faces = Annotated[tuple[Face, ...], AfterValidator(lambda chosen: tuple(face for face in FACES if face in chosen))]


class Glyphs(Pictures):
    """Letters and digits in several typefaces, 28 x 28 pixels."""

    kind: Literal["glyphs"] = "glyphs"
    title: ClassVar[str] = "Letters and digits"

    characters: Literal["digits", "capitals", "letters"] = Field(
        "digits",
        title="Characters",
        description="The digits (10 classes), the capitals with them (36), or the small letters too (62).",
    )
    samples: int = Field(4000, ge=100, le=20_000, title="Pictures", description="How many pictures are drawn, train and test together.")
    faces: Faces = Field(FACES, min_length=1, title="Typefaces", description="What the characters are set in, each as often as the others.")
    shift: float = Field(0.1, ge=0, le=0.25, title="Shift", description="How far a character may lie from the middle, in widths.")
    scale: float = Field(0.2, ge=0, le=0.5, title="Scale", description="How much larger or smaller than usual a character may be.")
    rotation: float = Field(15.0, ge=0, le=45, title="Rotation", description="How far a character may be turned either way, in degrees.")
    noise: float = Field(0.1, ge=0, le=0.5, title="Noise", description="The deviation of what chance adds to each pixel; ink is 1.")

    def names(self) -> tuple[str, ...]:
        """The characters."""
        return tuple(CHARACTERS[self.characters])

    def made_of(self) -> tuple[np.ndarray, np.ndarray]:
        """Of each picture the class, and which of the typefaces it is set in (samples,)."""
        number, classes = np.arange(self.samples), len(self.names())
        return number % classes, number // classes % len(self.faces)

    def draw(self) -> tuple[np.ndarray, np.ndarray]:
        """Place and size of each character by one stream, its noise by another: more of one leaves the other as it is."""
        classes, faces = self.made_of()
        places, noise = (np.random.default_rng((self.seed, stream)) for stream in (0, 2))  # 1 is the split's
        sheets = [characters(face, CHARACTERS[self.characters]) for face in self.faces]
        pixels = np.empty((self.samples, SIDE, SIDE, 1), np.float32)
        chances = places.uniform(-1, 1, (self.samples, 4)).tolist()
        for i, (one, face, chance) in enumerate(zip(classes.tolist(), faces.tolist(), chances, strict=True)):
            pixels[i, ..., 0] = sheets[face][one].transform(
                (SIDE, SIDE), Image.Transform.AFFINE, self.way(*chance), Image.Resampling.BILINEAR
            )
        pixels /= 255
        pixels += np.float32(self.noise) * noise.standard_normal(pixels.shape, np.float32)
        return pixels.clip(0, 1, out=pixels), classes

    def way(self, right: float, down: float, larger: float, turned: float) -> tuple[float, float, float, float, float, float]:
        """From a picture's pixels back to those of the character drawn large; each chance is between -1 and 1."""
        angle, step = math.radians(self.rotation * turned), FINE / (1 + self.scale * larger)
        cosine, sine = step * math.cos(angle), step * math.sin(angle)
        x, y = SIDE * (0.5 + self.shift * right), SIDE * (0.5 + self.shift * down)
        return cosine, sine, ROOM / 2 - cosine * x - sine * y, -sine, cosine, ROOM / 2 + sine * x - cosine * y
