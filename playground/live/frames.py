"""One message from a run to its viewers: the safetensors layout, with the frame's facts (and the scene's) as JSON in its metadata."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

DTYPES = {
    code: np.dtype(name) for code, name in {"F32": "float32", "F16": "float16", "I32": "int32", "I16": "int16", "U8": "uint8"}.items()
}
CODES = {dtype: code for code, dtype in DTYPES.items()}
ALIGNMENT = 8

Facts = dict[str, Any]
Arrays = Mapping[str, np.ndarray]


def pack(arrays: Arrays, frame: Facts, scene: Facts | None = None) -> bytes:
    """The message. Wider items come first, so that every array begins at a multiple of its item's size without a gap."""
    header: Facts = {"__metadata__": {"frame": to_json(frame)} | ({"scene": to_json(scene)} if scene is not None else {})}
    parts: list[bytes] = []
    end = 0
    for name, array in sorted(arrays.items(), key=lambda item: -item[1].itemsize):
        start, end = end, end + array.nbytes
        header[name] = {"dtype": CODES[array.dtype], "shape": array.shape, "data_offsets": (start, end)}
        parts.append(array.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join((len(text).to_bytes(8, "little"), text, *parts))


def unpack(message: bytes) -> tuple[Facts, Facts | None, dict[str, np.ndarray]]:
    """Frame, scene (None when it is not in the message) and arrays (views of the message, read only)."""
    start = 8 + int.from_bytes(message[:8], "little")
    header = json.loads(message[8:start])
    metadata = header.pop("__metadata__")
    arrays = {name: _array(message, start, entry) for name, entry in header.items()}
    return json.loads(metadata["frame"]), json.loads(metadata["scene"]) if "scene" in metadata else None, arrays


def _array(message: bytes, start: int, entry: Facts) -> np.ndarray:
    dtype, shape = DTYPES[entry["dtype"]], entry["shape"]
    return np.frombuffer(message, dtype, math.prod(shape), start + entry["data_offsets"][0]).reshape(shape)


def to_json(value: Any) -> str:
    """Compact JSON as browsers read it: a number that is not finite becomes null."""
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), separators=(",", ":"), allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
