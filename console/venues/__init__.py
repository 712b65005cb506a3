"""One venue: its day, its usual week, its hours, its log."""
