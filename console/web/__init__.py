"""The web application itself: frame, headers, errors, server; and what it is given."""
