"""Where a full venue sends people, live, look by look.

`state` is kept from look to look, `advice` looks anew, `standing` is what holds until the next one.
"""
