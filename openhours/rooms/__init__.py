"""Rooms as they are now and by the month: full, told to their doors, under-used."""
