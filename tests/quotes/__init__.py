"""Tests of what was promised and what happened."""
