"""Sentences for people, in English and Chinese."""
