"""From sessions to a template: what they show, in the words of a template, redacted, with examples chosen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from warmtui.errors import TemplateError
from warmtui.profiling.differences import argument_changes
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.judged import Corrections, JudgedCall, judge
from warmtui.profiling.models import (
    ArgumentContrast,
    ArgumentConvention,
    ContextMarker,
    Episode,
    RecoveryProfile,
    SessionAnalysis,
    ToolProfile,
    UserProfile,
)
from warmtui.profiling.proficiency import DEFAULT_BASELINE, Baseline
from warmtui.profiling.profiler import analyze
from warmtui.profiling.recovery import recovery_patterns
from warmtui.profiling.results import error_line
from warmtui.profiling.tool_patterns import tool_profiles
from warmtui.sessions.build import read_conversation
from warmtui.sessions.models import Conversation
from warmtui.sessions.store import MessageSource
from warmtui.templates.candidates import find_candidates
from warmtui.templates.models import (
    FORMAT_VERSION,
    ContextNote,
    RecoveryPattern,
    SessionTemplate,
    Source,
    ToolCallPattern,
    UserPattern,
)
from warmtui.templates.redaction import Redactor
from warmtui.templates.selection import choose
from warmtui.templates.summaries import summary_note
from warmtui.text import one_line, plural

DEFAULT_BUDGET = 1500
"""Estimated tokens that a template's examples may cost together."""

DEFAULT_EXAMPLES = 5
"""How many examples a template starts with at most."""

_MARKERS = 20
_BEFORE_SHARE = 0.6  # of a tool's calls that another tool came just before, to be a requirement …
_BEFORE_CALLS = 3  # … seen so often at least


_SPARE = 12
"""How many further examples are offered beside the chosen ones."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was extracted of some sessions.

    Attributes:
        template: the template to begin with: its patterns, and the examples that were chosen. An error that was
            never recovered from is no pattern that helps, nor is a tool that never worked.
        candidates: the same, with those errors and tools, the sessions' own compaction summaries, and up to twelve
            further examples that a person may take.
    """

    template: SessionTemplate
    candidates: SessionTemplate


@dataclass(frozen=True, slots=True)
class Studied:
    """A conversation with what was found in it: what templates are extracted from.

    Attributes:
        conversation: the conversation.
        analysis: its analysis.
        path: the file or folder of its store, or None.
    """

    conversation: Conversation
    analysis: SessionAnalysis
    path: str | None = None


def create_template_from_session(
    session_id: str,
    store: MessageSource,
    *,
    name: str | None = None,
    budget: int = DEFAULT_BUDGET,
    max_examples: int = DEFAULT_EXAMPLES,
    baseline: Baseline = DEFAULT_BASELINE,
    with_summary: bool = False,
) -> SessionTemplate:
    """Make a template of one session: see `create_template_from_sessions`."""
    return create_template_from_sessions(
        [session_id],
        store,
        name=name,
        budget=budget,
        max_examples=max_examples,
        baseline=baseline,
        with_summary=with_summary,
    )


def create_template_from_sessions(
    session_ids: Sequence[str],
    store: MessageSource,
    *,
    name: str | None = None,
    budget: int = DEFAULT_BUDGET,
    max_examples: int = DEFAULT_EXAMPLES,
    baseline: Baseline = DEFAULT_BASELINE,
    with_summary: bool = False,
) -> SessionTemplate:
    """Make a template of several sessions of one store: counts add, examples compete.

    Args:
        session_ids: ids of the sessions, any of their lineages; the same session twice counts once.
        store: a store, or any object with ``get_messages(session_id)``.
        name: the template's name; else the first session's title.
        budget: estimated tokens that the examples may cost together.
        max_examples: how many examples at most.
        baseline: what is usual, for the scores in the analyses.
        with_summary: take each session's own compaction summary into the context, redacted.

    Returns:
        The template, not saved, its `template_id` empty.

    Raises:
        NotFoundError: a session is not there.
        SourceError: the store cannot be read.
        TemplateError: there is no session to make it of.
    """
    studied: dict[str, Studied] = {}
    path = getattr(store, "path", None)
    for session_id in session_ids:
        conversation = read_conversation(store, session_id)
        studied.setdefault(
            conversation.session.lineage_id,
            Studied(conversation, analyze(conversation, baseline=baseline), str(path) if path else None),
        )
    return extract(
        list(studied.values()), name=name, budget=budget, max_examples=max_examples, with_summary=with_summary
    ).template


def extract(
    studied: Sequence[Studied],
    *,
    name: str | None = None,
    budget: int = DEFAULT_BUDGET,
    max_examples: int = DEFAULT_EXAMPLES,
    corrections: Corrections | None = None,
    with_summary: bool = False,
) -> Extraction:
    """Make a template of conversations that were analysed before, and say what else could go into it.

    Args:
        studied: the conversations.
        name: the template's name; else the first session's title.
        budget: estimated tokens that the examples may cost together.
        max_examples: how many examples at most.
        corrections: outcomes a person corrected.
        with_summary: take each session's own compaction summary into the context; else it is only offered.

    Raises:
        TemplateError: `studied` is empty.
    """
    if not studied:
        raise TemplateError("a template is made of at least one session; none was given")
    redactor = Redactor()
    judged = {id(one): judge(one.conversation, corrections) for one in studied}
    calls = [call for one in studied for call in judged[id(one)]]
    tools = tool_profiles(calls)
    by_place = {call.evidence: call for call in calls}
    recoveries = recovery_patterns(
        (one.analysis.lineage_id, _redacted(episode, by_place, redactor))
        for one in studied
        for episode in one.analysis.episodes
    )
    candidates = [
        candidate
        for one in studied
        for candidate in find_candidates(one.conversation, one.analysis, judged[id(one)], redactor)
    ]
    first = studied[0].analysis
    before = _came_before(judged.values())
    chosen = choose(candidates, tools, budget=budget, most=max_examples)
    wider = choose(candidates, tools, budget=4 * budget, most=max_examples + _SPARE)
    keys = {example.key for example in chosen}
    patterns = tuple(_recovery(profile) for profile in recoveries)
    markers = _markers([one.analysis.context_markers for one in studied], redactor)
    summaries = tuple(note for one in studied if (note := summary_note(one.conversation, redactor)) is not None)
    shown = {tool: _tool(profile, recoveries, before, redactor) for tool, profile in tools.items()}
    template = SessionTemplate(
        name=name or one_line(redactor.text(first.title or f"Session {first.session_id}"), 80),
        description=_description(studied),
        tool_patterns=tuple(pattern for tool, pattern in shown.items() if tools[tool].successes),
        user_patterns=_users([one.analysis.user_patterns for one in studied], redactor),
        recovery_patterns=tuple(pattern for pattern in patterns if pattern.recovery_strategy),
        context_markers=(*markers, *summaries) if with_summary else markers,
        examples=tuple(chosen),
        sources=tuple(_source(one, redactor) for one in studied),
        source_session_id=first.session_id,
        format_version=FORMAT_VERSION,
    )
    spare = [example for example in wider if example.key not in keys][:_SPARE]
    wide = {
        "examples": (*chosen, *spare),
        "recovery_patterns": patterns,
        "tool_patterns": tuple(shown.values()),
        "context_markers": (*markers, *summaries),
    }
    return Extraction(template, template.model_copy(update=wide))


def _description(studied: Sequence[Studied]) -> str:
    calls = sum(one.analysis.outcomes.calls for one in studied)
    return f"From {plural(len(studied), 'session')} with {plural(calls, 'call')}."


def _source(one: Studied, redactor: Redactor) -> Source:
    analysis = one.analysis
    return Source(
        store=analysis.store,
        session_id=analysis.session_id,
        lineage_id=analysis.lineage_id,
        title=redactor.text(analysis.title) if analysis.title else None,
        path=one.path,
        outcome_rules_version=analysis.outcome_rules_version,
    )


def _tool(
    profile: ToolProfile,
    recoveries: Sequence[RecoveryProfile],
    before: Mapping[str, str],
    redactor: Redactor,
) -> ToolCallPattern:
    helped = [
        f"{one_line(one.example, 120)}: {one.strategy}"
        for one in recoveries
        if one.tool == profile.tool and one.strategy
    ]
    return ToolCallPattern(
        tool_name=profile.tool,
        common_args={one.key: _convention(one, redactor) for one in profile.conventions},
        error_recovery=tuple(helped),
        context_requirements=(before[profile.tool],) if profile.tool in before else (),
        contrasts=tuple(_contrast(one, redactor) for one in profile.contrasts),
        calls=profile.calls,
        errors=profile.errors,
        eligible=profile.eligible,
        success_rate=profile.success_rate,
        evidence=(*profile.evidence, *profile.error_evidence),
    )


def _convention(one: ArgumentConvention, redactor: Redactor) -> str:
    """Say what an argument looks like: "absolute path, always; “/srv/app.py”"."""
    kind = one.shape or one.type
    always = "always" if one.present.count == one.present.total else f"in {one.present.count} of {one.present.total}"
    # With its key: only beside it does some secrets' nature show.
    shown = " | ".join(redactor.value({one.key: value})[one.key] for value in one.values)
    if one.shape == "enum":
        return f"{shown}, {always}" if len(one.values) == 1 else f"one of {shown}, {always}"
    return f"{kind}, {always}" + (f"; such as {shown}" if shown else "")


def _contrast(one: ArgumentContrast, redactor: Redactor) -> str:
    value = redactor.value({one.key: one.value})[one.key]  # with its key, as above
    return one.model_copy(update={"value": value}).sentence + "."


def _came_before(sessions: Iterable[Sequence[JudgedCall]]) -> dict[str, str]:
    """Return for each tool the one that regularly came just before it, as a sentence."""
    before: dict[str, Counter[str]] = defaultdict(Counter)
    worked: Counter[str] = Counter()
    for calls in sessions:
        for earlier, call in pairwise(calls):
            if call.outcome.is_success and earlier.tool != call.tool:
                before[call.tool][earlier.tool] += 1
        worked.update(call.tool for call in calls if call.outcome.is_success)
    sentences = {}
    for tool, counts in before.items():
        earlier_tool, count = counts.most_common(1)[0]
        if count >= _BEFORE_CALLS and count >= _BEFORE_SHARE * worked[tool]:
            sentences[tool] = f"`{earlier_tool}` came just before in {count} of {worked[tool]} calls."
    return sentences


def _redacted(episode: Episode, by_place: Mapping[Evidence, JudgedCall], redactor: Redactor) -> Episode:
    """Return an episode whose texts and values were redacted whole, before anything was cut off them."""
    failed = by_place[episode.failed]
    result = failed.call.result
    changes = episode.changes
    if changes and episode.recovery is not None:
        before, after = failed.call.arguments, by_place[episode.recovery].call.arguments
        changes = argument_changes(redactor.value(before), redactor.value(after))
    return episode.model_copy(
        update={
            "example": error_line(failed.tool, redactor.text(result.text)) if result else "",
            "signature": redactor.text(episode.signature),
            "changes": changes,
        }
    )


def _recovery(profile: RecoveryProfile) -> RecoveryPattern:
    return RecoveryPattern(
        tool_name=profile.tool,
        error_signature=profile.signature,
        error_example=one_line(profile.example, 300),
        recovery_strategy=profile.strategy,
        changes=profile.changes,
        episodes=profile.rate.total,
        recovered=profile.recovered,
        sessions=profile.sessions,
        evidence=profile.evidence,
    )


def _users(profiles: Sequence[UserProfile], redactor: Redactor) -> tuple[UserPattern, ...]:
    """Return one pattern a style, the most frequent first: styles that differ are not averaged away."""
    by_style: dict[str, list[UserProfile]] = defaultdict(list)
    for profile in profiles:
        if profile.message_count:
            by_style[profile.style].append(profile)
    ordered = sorted(by_style.items(), key=lambda item: -sum(profile.message_count for profile in item[1]))
    return tuple(_user(style, found, redactor) for style, found in ordered)


def _user(style: str, profiles: Sequence[UserProfile], redactor: Redactor) -> UserPattern:
    messages = sum(profile.message_count for profile in profiles)

    def mean(values: Iterable[float | None]) -> float:
        pairs = zip(values, profiles, strict=True)
        return sum((value or 0.0) * profile.message_count for value, profile in pairs) / messages

    feedback = Counter(profile.feedback_style for profile in profiles if profile.feedback_style)
    domains = Counter(domain for profile in profiles for domain in profile.domains)
    tools = Counter(tool for profile in profiles for tool in profile.preferred_tools)
    return UserPattern(
        style=style,
        feedback_style=feedback.most_common(1)[0][0] if feedback else "",
        message_count=messages,
        avg_message_length=round(mean(profile.avg_message_length for profile in profiles), 1),
        question_ratio=round(mean(profile.question_ratio for profile in profiles), 4),
        command_ratio=round(mean(profile.command_ratio for profile in profiles), 4),
        corrections=sum(len(profile.corrections) for profile in profiles),
        common_domains=tuple(redactor.text(domain) for domain, _ in domains.most_common(5)),
        preferred_tools=tuple(tool for tool, _ in tools.most_common(5)),
        evidence=tuple(place for profile in profiles for place in profile.evidence)[:20],
    )


def _markers(sessions: Sequence[Sequence[ContextMarker]], redactor: Redactor) -> tuple[ContextNote, ...]:
    """Return the markers of all sessions together, the most used first, at most twenty."""
    merged: dict[tuple[str, str], list[ContextMarker]] = defaultdict(list)
    for markers in sessions:
        for marker in markers:
            merged[marker.kind, marker.value].append(marker)
    ranked = sorted(merged.items(), key=lambda item: -sum(one.count * (1 + one.last_used) for one in item[1]))
    return tuple(
        ContextNote(
            kind=kind,
            value=redactor.text(value),
            count=sum(one.count for one in found),
            evidence=tuple(place for one in found for place in one.evidence)[:5],
        )
        for (kind, value), found in ranked[:_MARKERS]
    )
