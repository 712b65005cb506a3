"""How the service is set: every setting with its help line, where it comes from, what cannot be."""
