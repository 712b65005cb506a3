"""The estate: what is in it, and how a file takes its place.

- `desk`: what the pages need of whoever reads files and keeps the estate.
- `finding`: the items that match a search.
- `handed`: a file as it was sent, carried from one form to the next.
- `pages`: `/estate`, the import with its diff, and the file to take away.
"""
