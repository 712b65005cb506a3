"""What other programs read.

`api` is the JSON interface; `files` has the addresses of all other formats, and these are made by
`feeds` (iCalendar), `schema_org`, `osm`, `google`, `hsds` and `hours_csv`. `civil` turns business
days into the calendar days that most of them speak of.
"""
