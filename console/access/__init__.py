"""Who may do what: sessions and forms."""
