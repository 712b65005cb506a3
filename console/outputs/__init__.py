"""What other programs read: JSON and calendars."""
