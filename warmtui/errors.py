"""The errors warmtui raises on purpose: each message is one sentence a person can act on."""

from __future__ import annotations

from collections.abc import Sequence


class WarmtuiError(Exception):
    """Something could not be done; ``str(error)`` says what, where, and if possible what to do."""


class ConfigError(WarmtuiError):
    """A setting is wrong: names the file, variable or flag it came from."""


class SourceError(WarmtuiError):
    """A store cannot be read: missing, locked, damaged, or in no format that is known."""


class EmptySourceError(SourceError):
    """A store was read and holds no sessions."""


class UnknownFormatError(SourceError):
    """A file can be read, and what it holds is in no format that is known."""


class NotFoundError(WarmtuiError):
    """No session or template answers to the id or title that was given."""


class AmbiguousIdError(NotFoundError):
    """Several sessions or templates answer to what was given.

    Attributes:
        candidates: the ids it could have meant, best first.
    """

    def __init__(self, message: str, candidates: Sequence[str]) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


class TemplateError(WarmtuiError):
    """A template cannot be loaded, saved or built."""


class StreamError(WarmtuiError):
    """A message stream breaks a rule of its target."""


class CatalogError(WarmtuiError):
    """The catalog file cannot be used, and rebuilding it did not help."""


class HomeError(WarmtuiError):
    """A Hermes home cannot be used, or what was asked for would change more of it than it should."""
