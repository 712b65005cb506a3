"""How the sensors are, which wait for a room, and what could not be read."""
