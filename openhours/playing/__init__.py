"""Counts played on a clock of their own: a simulated neighbourhood, a recording."""
