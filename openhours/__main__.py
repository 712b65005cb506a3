"""`python -m openhours`, the same as the console script."""

from openhours.cli import main

main()
