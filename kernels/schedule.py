"""Learning-rate schedules: the rate of the next update, from the count of updates done.

operands: | updates done (int64), base rate, rate (written), settings (1 each).
"""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel
from kernels.mathematics import inlined


@inlined
def half_wave(start, end, share):
    """From start to end as a cosine falls, for a share of the way from 0 to 1; float64."""
    return end + (start - end) * (1.0 + np.cos(np.pi * share)) / 2.0


@kernel
def step_schedule(memory, data, operands):
    """rate = base factor^floor(t / every).  settings: every, factor."""
    t = memory[operands[0] : operands[0] + 2].view(np.int64)[0]
    base, every, factor = memory[operands[1]], memory[operands[3]], np.float64(memory[operands[4]])
    memory[operands[2]] = np.float32(base * factor ** (t // np.int64(every)))


@kernel
def exponential_schedule(memory, data, operands):
    """rate = base factor^t.  settings: factor."""
    t = memory[operands[0] : operands[0] + 2].view(np.int64)[0]
    base, factor = memory[operands[1]], np.float64(memory[operands[3]])
    memory[operands[2]] = np.float32(base * factor**t)


@kernel
def cosine_schedule(memory, data, operands):
    """Half a wave from base down to `lowest` in `duration` updates; stays there.  settings: duration, lowest."""
    t = memory[operands[0] : operands[0] + 2].view(np.int64)[0]
    base, duration, lowest = memory[operands[1]], memory[operands[3]], memory[operands[4]]
    memory[operands[2]] = np.float32(half_wave(base, lowest, min(t / duration, 1.0)))


@kernel
def warm_up_schedule(memory, data, operands):
    """A straight line from `start` times base up to base in `duration` updates; stays there.  settings: duration, start."""
    t = memory[operands[0] : operands[0] + 2].view(np.int64)[0]
    base, duration, start = memory[operands[1]], memory[operands[3]], memory[operands[4]]
    memory[operands[2]] = np.float32(base * (start + (1.0 - start) * min(t / duration, 1.0)))


@kernel
def one_cycle_schedule(memory, data, operands):
    """Half a wave up from start * base to base, half a wave down to end * base; stays there (Smith and Topin 2019).

    The peak is at update rise * duration - 1, the end at duration - 1.  settings: duration, rise, start, end.
    """
    t = memory[operands[0] : operands[0] + 2].view(np.int64)[0]
    base, duration, rise = np.float64(memory[operands[1]]), np.float64(memory[operands[3]]), np.float64(memory[operands[4]])
    start, end = base * memory[operands[5]], base * memory[operands[6]]
    peak = rise * duration - 1.0
    falling = min((t - peak) / (duration - 1.0 - peak), 1.0)
    memory[operands[2]] = np.float32(half_wave(start, base, t / peak) if t < peak else half_wave(base, end, falling))
