"""Labs: what of a run is shown, and presets to begin with."""
