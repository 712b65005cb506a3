"""Whom no venue serves: where, when, why, and which idle room could.

`losses` shares the demand of every quarter-hour out among those who are served and the causes why
others are not, `table` makes stretches of it, `layer` a map, and `candidates` finds rooms that
stand idle then. `week` brings venues whose business days begin at different times together.
"""
