"""A run as a file: safetensors, its state by name, the experiment as metadata. What is loaded goes on bit for bit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save

from playground.experiment import Experiment

if TYPE_CHECKING:
    from playground.run import Run

FORMAT = "neural-playground-run-1"
HALF_STEP = "half_step"  # all of memory up to the step's end, when the run stands between two instructions
RANGES = {"parameters", "regularized"}  # names of stretches that hold other names, of each player's too


class SavedRunError(ValueError):
    """A file that is not a saved run, or not one of this version."""


def state_names(run: Run) -> list[str]:
    """The names of all that a run needs to go on."""
    end = run.program.state_end
    places = run.program.places.items()
    return [name for name, place in places if place.offset + place.places <= end and name.rpartition("/")[2] not in RANGES]


def dump(run: Run) -> bytes:
    """The run as bytes."""
    tensors = {name: np.ascontiguousarray(run.view(name)) for name in state_names(run)}
    if run.position:
        tensors[HALF_STEP] = run.checkpoint()
    attachment = run.experiment.data.attachment()
    if attachment is not None:
        tensors["attachment"] = np.frombuffer(attachment, np.uint8)
    metadata = {"format": FORMAT, "experiment": run.experiment.model_dump_json(), "position": str(run.position)}
    return save(tensors, metadata)


def parse(content: bytes) -> tuple[Experiment, dict[str, np.ndarray], int]:
    """Experiment, state by name, position in the step. Raises SavedRunError, one sentence."""
    try:
        size = int.from_bytes(content[:8], "little")
        metadata = json.loads(content[8 : 8 + size]).get("__metadata__", {})
        tensors = {name: as_array(tensor) for name, tensor in deserialize(content)}  # type: ignore[no-untyped-call]
    except (SafetensorError, ValueError, AttributeError, RecursionError, MemoryError) as error:
        raise SavedRunError("This file is not a saved run. Open one that Save has written (.safetensors).") from error
    if metadata.get("format") != FORMAT:
        came = str(metadata.get("format"))[:40]
        raise SavedRunError(f"This file is of the format {came!r}, {FORMAT!r} fits. Save the run again with this version.")
    try:
        return Experiment.model_validate_json(metadata["experiment"]), tensors, int(metadata["position"])
    except (ValidationError, ValueError, KeyError) as error:
        raise SavedRunError("The experiment in this file is damaged. Open another file.") from error


def as_array(tensor: dict[str, object]) -> np.ndarray:
    """One deserialized tensor, in the types that `dump` writes."""
    types = {"F32": np.float32, "I32": np.int32, "I64": np.int64, "U8": np.uint8, "F64": np.float64}
    kind = types.get(str(tensor["dtype"]))
    if kind is None:
        raise ValueError(f"dtype {tensor['dtype']}")
    return np.frombuffer(tensor["data"], kind).reshape(tensor["shape"])  # type: ignore[call-overload, no-any-return]


def fill(run: Run, tensors: dict[str, np.ndarray], position: int) -> None:
    """Put a saved state into a fresh run of the same experiment. Raises SavedRunError when a part is missing or of another shape."""
    for name in state_names(run):
        target, saved = run.view(name), tensors.get(name)
        if saved is None or saved.shape != target.shape or saved.dtype != target.dtype:
            raise SavedRunError(f"In this file {name} is missing or of another shape. Save the run again with this version.")
        target[...] = saved
    instructions = len(run.program.segments["step"][0])
    if position:
        half = tensors.get(HALF_STEP)
        if half is None or half.size != run.program.step_end or not 0 < position < instructions:
            raise SavedRunError("The half-done step in this file is damaged. Open another file.")
        run.restore(half, position)
