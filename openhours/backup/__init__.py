"""Backups: one file that holds both stores and the settings, and what it is checked by.

`archive` is the file, `series` the readings and bins in it, `making` makes one, `restoring` puts
one into stores, `asking` has the running service make one, `scheduled` makes them by the settings.
"""
