"""What was achieved: by single decisions, by roll-outs, and in reports on areas."""
