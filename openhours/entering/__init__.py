"""What people enter from files: the estate, bookings, counts."""
