"""Linked venues: their walks and joint opening, what a change would bring, who is not served."""
