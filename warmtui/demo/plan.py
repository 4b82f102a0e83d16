"""Which sessions this person had, day by day, and how well each of their agents knew its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from warmtui.demo.steps import Project, Scene, Skill, Step
from warmtui.demo.stories import chores, hostile, oddities, pipeline, server, service, site
from warmtui.demo.stories.pipeline import RAINFALL
from warmtui.demo.stories.server import ATTIC
from warmtui.demo.stories.service import BOATSHARE
from warmtui.demo.stories.site import FIELDNOTES

Story = Callable[[Scene], list[Step]]

SONNET, GPT, LOCAL = "anthropic/claude-sonnet-4.6", "openai/gpt-5", "qwen/qwen3-coder-30b"
SURE, RECOVERS, RESCUED, STUCK = Skill.SURE, Skill.RECOVERS, Skill.RESCUED, Skill.STUCK
CRON_HOUR = 7.0


@dataclass(frozen=True)
class Plan:
    """One session to come.

    Attributes:
        title: its title, unlike any other; None where it never got one.
        project: what it is about; its folder is where the agent worked.
        skill: how well its agent knows its way.
        story: what happens in it; None for a session nobody wrote in.
        source, model: where it is held, and on which model.
        key: what other plans call it by.
        parent: the key of the session it comes from.
        link: how it comes from there: ``branch``, ``delegate`` or ``rotation``.
        hour: when on its day it begins; None for some time after the one before.
        is_open: whether it was never closed: it goes on, or the terminal was shut.
        repeats_ids: whether its model numbers its calls from 0 in every turn.
    """

    title: str | None
    project: Project
    skill: Skill
    story: Story | None
    source: str = "cli"
    model: str = SONNET
    key: str = ""
    parent: str = ""
    link: str = ""
    hour: float | None = None
    is_open: bool = False
    repeats_ids: bool = False

    def on(self, source: str, model: str = "") -> Plan:
        """Return the same session held elsewhere."""
        return replace(self, source=source, model=model or self.model)


def _cron(title: str | None, skill: Skill, story: Story) -> Plan:
    return Plan(title, ATTIC, skill, story, source="cron", model=GPT, hour=CRON_HOUR)


def _red(title: str, bug: service.Bug, skill: Skill) -> Plan:
    return Plan(title, BOATSHARE, skill, partial(service.red_test, bug))


def _post(subject: str, skill: Skill) -> Plan:
    return Plan(f"Post: {subject}", FIELDNOTES, skill, partial(site.new_post, subject))


DAYS: tuple[tuple[Plan, ...], ...] = (
    (  # Monday, 2 November
        _cron("Backup check", RECOVERS, chores.backup_check),
        _red("Weekend rate test is red", service.PRICING, RECOVERS),
        Plan("Rain at the harbour gauge", RAINFALL, RECOVERS, pipeline.bad_column),
        Plan(None, ATTIC, SURE, oddities.hello, is_open=True),
    ),
    (
        Plan("Nightly import does not start", RAINFALL, RECOVERS, pipeline.nightly_import),
        Plan("Does it still build", BOATSHARE, SURE, oddities.old_encodings, model=LOCAL),
        Plan("Boat list", ATTIC, STUCK, chores.shopping).on("telegram", GPT),
        Plan("Push the pricing tests", BOATSHARE, RECOVERS, service.push_only),
    ),
    (
        _cron(None, SURE, chores.feed_digest),
        Plan("An endpoint with tests", BOATSHARE, SURE, service.new_endpoint),
        Plan("Backfill after recalibration", RAINFALL, RECOVERS, pipeline.backfill),
        Plan("Disk full", ATTIC, SURE, server.disk_full).on("tui"),
    ),
    (
        _red("Back-to-back bookings", service.OVERLAP, SURE),
        Plan("Total of one raw file", RAINFALL, RECOVERS, pipeline.csv_question),
        Plan("Which limits file", BOATSHARE, RESCUED, service.wrong_file),
        Plan("What bird is that", ATTIC, SURE, chores.bird).on("telegram", GPT),
    ),
    (
        _cron("Containers this morning", STUCK, chores.container_watch),
        Plan("Revenue by month", BOATSHARE, RECOVERS, service.migration),
        Plan("Upload size", BOATSHARE, RECOVERS, oddities.branch_point, key="uploads"),
        Plan("Upload size, tried out", BOATSHARE, RECOVERS, oddities.branched, parent="uploads", link="branch"),
    ),
    (  # Saturday, 7 November
        _post("Herons on the ice", SURE).on("tui"),
        Plan("A container is down", ATTIC, RECOVERS, server.container_down),
        Plan("Three translations 🪶", FIELDNOTES, SURE, site.translate, model=GPT),
    ),
    (
        Plan("Bigger font", FIELDNOTES, RECOVERS, site.css_tweak),
        Plan("Try a restore", ATTIC, RECOVERS, server.restore),
        Plan(hostile.TITLE, ATTIC, RECOVERS, hostile.log_viewer),
    ),
    (  # Monday, 9 November
        _cron("Weather on the water", RECOVERS, chores.feed_digest),
        _red("A booking that changes its day", service.TIMEZONE, RESCUED),
        Plan("Rain in a dry year", RAINFALL, RESCUED, pipeline.bad_column).on("tui"),
        Plan("Slipway notes", BOATSHARE, RECOVERS, oddities.rejections, model=LOCAL),
    ),
    (
        Plan("Clean broken gauges", RAINFALL, RECOVERS, oddities.compacted_in_place),
        Plan("Restart from the road", ATTIC, RECOVERS, chores.remote_restart).on("telegram", GPT),
        Plan("Where is the time going", RAINFALL, STUCK, pipeline.backfill, model=LOCAL),
    ),
    (
        Plan("Review the refunds", BOATSHARE, RECOVERS, service.review, key="review"),
        Plan(None, BOATSHARE, RECOVERS, oddities.delegated, parent="review", link="delegate").on("subagent"),
        Plan("Import on the new laptop", RAINFALL, STUCK, pipeline.nightly_import, model=LOCAL),
    ),
    (
        _red("An expired token", service.TOKENS, STUCK),
        Plan("Price in cents", BOATSHARE, RECOVERS, oddities.interruptions),
        Plan("How many TODOs", FIELDNOTES, SURE, oddities.suffixes).on("tui"),
        Plan(None, BOATSHARE, SURE, None),
    ),
    (
        Plan("Biggest tables", RAINFALL, SURE, oddities.repeated_ids, model=LOCAL, repeats_ids=True),
        Plan("Endpoint, paging, revenue", BOATSHARE, SURE, oddities.before_rotation, key="endpoint"),
        Plan(
            "Endpoint, paging, revenue #2", BOATSHARE, SURE, oddities.after_rotation, parent="endpoint", link="rotation"
        ),
    ),
    (  # Saturday, 14 November
        _cron("Certificates", SURE, chores.certificate_watch),
        Plan("Dead links", FIELDNOTES, RECOVERS, site.broken_links).on("tui"),
        Plan("Alt text", FIELDNOTES, RECOVERS, site.picture).on("tui"),
    ),
    (
        Plan("Wiki certificate", ATTIC, RECOVERS, server.certificate),
        _post("The first frogs", RESCUED),
        Plan("Reminder for the club", ATTIC, SURE, chores.errand).on("telegram", GPT),
    ),
    (  # Monday, 16 November
        _cron("Containers", RECOVERS, chores.container_watch),
        Plan("A day on the booking service", BOATSHARE, RECOVERS, oddities.marathon),
        Plan("Payments answer 401", BOATSHARE, RECOVERS, service.leaked_key),
    ),
    (
        Plan("Another raw file", RAINFALL, STUCK, pipeline.csv_question, model=LOCAL),
        Plan("What feeds the yearly letter", RAINFALL, RECOVERS, pipeline.schema_tour),
        Plan("Release notes for members", BOATSHARE, SURE, oddities.machine_words).on("tui", GPT),
        Plan("Revenue of one month", BOATSHARE, STUCK, service.migration, is_open=True),
    ),
    (
        _cron(None, STUCK, chores.feed_digest),
        Plan("The last page is empty", BOATSHARE, SURE, partial(service.red_test, service.PAGES)).on("tui"),
        Plan("Gauge api", RAINFALL, SURE, hostile.one_long_line),
        Plan("Cache out of the backup", ATTIC, RESCUED, server.read_only_mount),
    ),
    (
        Plan("Stations table", RAINFALL, SURE, oddities.taken_back),
        Plan("Evening round", ATTIC, RECOVERS, server.evening).on("tui"),
        Plan("Import on the server", RAINFALL, RESCUED, pipeline.nightly_import),
    ),
    (  # Friday, 20 November
        _cron("Weather before the weekend", SURE, chores.feed_digest),
        Plan("Rain for the yearly letter", RAINFALL, SURE, pipeline.bad_column),
        Plan("Totals since Tuesday", RAINFALL, SURE, oddities.still_running, hour=17.6, is_open=True),
    ),
)
