"""Reads of quotes, each within one workspace."""
