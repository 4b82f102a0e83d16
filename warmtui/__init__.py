"""Find the sessions in which your agent knew its way, and start the next one from them.

The public API; a name is imported when it is first used, so that ``import warmtui`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warmtui.errors import (
        AmbiguousIdError,
        CatalogError,
        ConfigError,
        EmptySourceError,
        NotFoundError,
        SourceError,
        StreamError,
        TemplateError,
        UnknownFormatError,
        WarmtuiError,
    )
    from warmtui.profiling.models import SessionAnalysis
    from warmtui.profiling.outcomes import Outcome, classify_outcome
    from warmtui.profiling.profiler import SessionProfiler
    from warmtui.sessions.opening import open_store
    from warmtui.templates.extraction import create_template_from_session, create_template_from_sessions
    from warmtui.templates.manager import TemplateManager
    from warmtui.templates.models import SessionTemplate
    from warmtui.templates.validation import InvalidTemplateError, ValidationFinding, validate
    from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper

__version__ = "0.1.0"

__all__ = [
    "AmbiguousIdError",
    "CatalogError",
    "ConfigError",
    "EmptySourceError",
    "InvalidTemplateError",
    "NotFoundError",
    "Outcome",
    "SessionAnalysis",
    "SessionProfiler",
    "SessionTemplate",
    "SourceError",
    "StreamError",
    "TemplateError",
    "TemplateManager",
    "UnknownFormatError",
    "ValidationFinding",
    "WarmSessionBootstrapper",
    "WarmtuiError",
    "__version__",
    "classify_outcome",
    "create_template_from_session",
    "create_template_from_sessions",
    "open_store",
    "validate",
]

_HOMES = {
    "InvalidTemplateError": "templates.validation",
    "Outcome": "profiling.outcomes",
    "SessionAnalysis": "profiling.models",
    "SessionProfiler": "profiling.profiler",
    "SessionTemplate": "templates.models",
    "TemplateManager": "templates.manager",
    "ValidationFinding": "templates.validation",
    "WarmSessionBootstrapper": "warmstart.bootstrapper",
    "classify_outcome": "profiling.outcomes",
    "create_template_from_session": "templates.extraction",
    "create_template_from_sessions": "templates.extraction",
    "open_store": "sessions.opening",
    "validate": "templates.validation",
}


def __getattr__(name: str) -> object:
    if name.startswith("_") or name not in __all__:
        raise AttributeError(f"module 'warmtui' has no attribute {name!r}")
    value: object = getattr(import_module(f"warmtui.{_HOMES.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
