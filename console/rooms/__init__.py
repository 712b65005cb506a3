"""Under-used rooms and unmet demand."""
