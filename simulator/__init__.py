"""A city with ground truth, and its own encoder of the wire format."""
