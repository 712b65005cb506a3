"""Sensors: how they are, and what people do for them.

- `report`: what is shown of them, and of messages that could not be read.
- `pages`: `/sensors` and its JSON.
- `acting`: a room given, a direction turned, a count kept.
- `rereading`: the wish that messages be read again, and what came of it.
- `action_pages`: the forms of the page.
"""
