"""The two stores that the settings name: opened, copied, kept small."""
