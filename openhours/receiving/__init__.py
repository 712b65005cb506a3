"""Counts come in: the broker of our own, workers, sensors, and quarter-hours kept up to date."""
