"""Every figure that is claimed anywhere comes from here: `python -m benchmarks [group ...]`."""
