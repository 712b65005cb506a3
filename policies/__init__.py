"""From bins to decisions: pure functions on numpy arrays."""
