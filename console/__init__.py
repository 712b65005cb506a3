"""Web pages, feeds and words for people.

`web` is the frame of all pages; `access` says who may do what. Each topic has a folder of its own
(`live`, `venues`, `proposals`, `sensors`, `rooms`); `words` holds the sentences, `outputs` what
other programs read.
"""
