"""What other programs read.

`places` and `api` are the JSON interface, paged by `paging`, described by `description` with the
`examples`. `files` has the addresses of schedules in the formats of others, made by `feeds`
(iCalendar), `schema_org`, `osm`, `google`, `hsds` and `hours_csv`; `civil` turns business days into
the calendar days that most of them speak of. `counts_csv` has quarter-hours, `entities` has
NGSI-LD, made by `ngsi`. `occupancy` and `home_assistant` are what is told by broker.
"""
