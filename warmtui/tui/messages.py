"""What the parts of the app tell each other; a generation tells a late result of a worker from a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from warmtui.catalog.models import SessionRow
    from warmtui.profiling.models import SessionAnalysis
    from warmtui.templates.checking import TemplateCheck
    from warmtui.templates.draft import Draft
    from warmtui.templates.manager import TemplateInfo
    from warmtui.templates.models import SessionTemplate
    from warmtui.templates.validation import ValidationFinding
    from warmtui.tui.exhibits import Exhibit
    from warmtui.tui.transcript import Entry
    from warmtui.warmstart.models import Stream


@dataclass
class RowsRead(Message):
    """The ranking for a query came back; `problem` says what is wrong with the query."""

    generation: int
    rows: list[SessionRow]
    problem: str = ""


@dataclass
class RefreshMoved(Message):
    """The background refresh got further."""

    done: int
    total: int
    store: str

    def can_replace(self, message: Message) -> bool:
        """Only the newest progress is worth drawing."""
        return isinstance(message, RefreshMoved)


@dataclass
class RefreshEnded(Message):
    """The background refresh is through."""

    profiled: int
    removed: int
    problems: tuple[str, ...] = ()


@dataclass
class AnalysisRead(Message):
    """What one session shows; or why it cannot be read."""

    generation: int
    key: tuple[str, str]
    analysis: SessionAnalysis | None
    problem: str = ""


@dataclass
class TranscriptRead(Message):
    """A session from its first message to its last; or why it cannot be read."""

    title: str
    entries: list[Entry]
    problem: str = ""


@dataclass
class CandidatesRead(Message):
    """Everything that could go into a template; or why it cannot be found."""

    candidates: SessionTemplate | None
    saved: SessionTemplate | None = None
    problem: str = ""
    warning: str = ""


@dataclass
class EvidenceRead(Message):
    """The messages a pattern was seen in; or why they cannot be read."""

    generation: int
    exhibits: list[Exhibit]
    problem: str = ""


@dataclass
class StreamBuilt(Message):
    """The message stream of the draft as it was when the build began."""

    generation: int
    stream: Stream | None
    problem: str = ""


@dataclass
class FieldEdited(Message):
    """A person typed into a field: what stands there now is to be taken up."""


@dataclass
class TemplatesRead(Message):
    """The saved templates; or why they cannot be listed."""

    infos: list[TemplateInfo]
    problem: str = ""


@dataclass
class TemplateChecked(Message):
    """What was found of one saved template."""

    generation: int
    check: TemplateCheck


@dataclass
class TemplatesChecked(Message):
    """All saved templates were looked at; or why not all."""

    generation: int
    problem: str = ""


@dataclass
class SaveEnded(Message):
    """What came of a save.

    Attributes:
        draft: what was saved; None where it could not be.
        saved: the template as it now is; None where it could not be saved.
        number: which version it is, from 1.
        is_unchanged: True where it said what was saved already.
        conflict: what someone else did to it meanwhile, where that kept it from being saved.
        findings: what is wrong with it, where that kept it from being saved; the errors first.
        problem: why else it could not be saved.
    """

    draft: Draft | None = None
    saved: SessionTemplate | None = None
    number: int = 0
    is_unchanged: bool = False
    conflict: str = ""
    findings: tuple[ValidationFinding, ...] = ()
    problem: str = ""
