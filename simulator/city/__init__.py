"""Cities made from a small file and a seed.

`family`: the file's fields. `kinds`: types of venue, from `kinds.yaml` and what a family changes.
`reading`: from files to families, with every fault by its field. `streets`: where venues are, and
which are linked. `venues`: rooms, sensors, and what is different about each. `happenings`: change
points, events, sensors that fall silent. `today`: how today's hours were set, for some as `best` as
can be. `making`: all of it together. `parts`: a city in parts that can be played apart.
`reference`: every field as tables for the documentation.
"""
