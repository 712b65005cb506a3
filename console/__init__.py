"""Web pages, feeds and words for people."""
