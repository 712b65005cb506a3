"""The planning run, what it knows and keeps, and decisions made again."""
