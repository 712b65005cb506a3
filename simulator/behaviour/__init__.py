"""How people behave: what they do at doors, in full rooms, and when they could not be served.

`doors`: opening, closing, and what people believe of the hours. `places`: full rooms and queues.
`elsewhere`: to a neighbour, or another time. `beliefs`: how slowly new hours become known.
"""
