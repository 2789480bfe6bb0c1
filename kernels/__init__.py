"""Numba kernels: pure functions on a run's memory. Imports nothing of the playground.

Compiled code is cached on disk in a directory named by a hash of everything it depends on (sources, Numba, processor, bounds
checking), because Numba alone does not notice that a callee in another file has changed.
"""

from kernels import cache

cache.install()
