"""The few styles that text outside the line-drawn views is written in; each follows the theme."""

from __future__ import annotations

# `$text-muted` is computed by the theme for CSS alone: in text it would come out as plain foreground.
MUTED = "$foreground 65%"
KEY = "bold $text-primary"
ACCENT = "$text-primary"
GOOD = "$text-success"
WARN = "$text-warning"
BAD = "$text-error"
