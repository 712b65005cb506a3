"""What goes wrong between a counter and the broker: counters, clocks, connections; truth kept."""
