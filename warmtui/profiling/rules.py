"""The versions of the rules: catalogs and templates store them, and profile anew when one moves."""

from __future__ import annotations

OUTCOME_RULES_VERSION = 3
"""Raised with every change of a rule that judges a result."""

SCORE_RULES_VERSION = 2
"""Raised with every change of the score's formula, its weights or its strengths."""
