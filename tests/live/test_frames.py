"""Messages: what is packed comes out again, aligned, and readable by the format's own library."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from safetensors.numpy import load

from playground.live.frames import DTYPES, pack, unpack

any_array = st.sampled_from(list(DTYPES.values())).flatmap(
    lambda dtype: arrays(dtype, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5))
)


@given(st.dictionaries(st.text(min_size=1).filter(lambda name: name != "__metadata__"), any_array, max_size=6))
def test_what_is_packed_comes_out_again(given):
    message = pack(given, {"step": 3}, {"revision": 1})
    frame, scene, taken = unpack(message)
    assert (frame, scene) == ({"step": 3}, {"revision": 1})
    assert taken.keys() == given.keys()
    for name, array in given.items():
        np.testing.assert_array_equal(taken[name], array)
        assert taken[name].dtype == array.dtype


@given(st.lists(any_array, min_size=1, max_size=6))
def test_every_array_begins_at_a_multiple_of_its_items_size(given):
    message = pack({f"view/{i}": array for i, array in enumerate(given)}, {})
    size = int.from_bytes(message[:8], "little")
    header = json.loads(message[8 : 8 + size])
    assert size % 8 == 0
    for i, array in enumerate(given):
        assert header[f"view/{i}"]["data_offsets"][0] % array.itemsize == 0


def test_the_formats_own_library_reads_it():
    given = {"a": np.arange(3, dtype=np.uint8), "b": np.arange(6, dtype=np.float32).reshape(2, 3), "c": np.arange(5, dtype=np.int16)}
    taken = load(pack(given, {}))
    for name, array in given.items():
        np.testing.assert_array_equal(taken[name], array)


def test_what_is_not_finite_is_null():
    frame, scene, _ = unpack(pack({}, {"train": float("nan"), "rows": [1.0, float("inf")], "deep": {"x": (float("-inf"),)}}))
    assert frame == {"train": None, "rows": [1.0, None], "deep": {"x": [None]}}
    assert scene is None
