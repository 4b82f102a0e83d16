"""The version of the rules of reading."""

from __future__ import annotations

READING_RULES_VERSION = 2
"""Raised when a store that did not change would be read otherwise: catalogs then profile it anew."""
