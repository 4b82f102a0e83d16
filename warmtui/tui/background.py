"""Work in a worker thread whose every end is a message: done, failed for a reason we know, or for one we do not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

from warmtui.errors import WarmtuiError
from warmtui.logs import log_path

if TYPE_CHECKING:
    from warmtui.tui.app import WarmtuiApp

log = logging.getLogger(__name__)


def report(app: WarmtuiApp, node: MessagePump, work: Callable[[], Message], failed: Callable[[str], Message]) -> None:
    """Do `work` and post the message it returns to `node`; where it fails, post what `failed` makes of the reason.

    A fault nobody thought of is no reason to end the app over somebody's unsaved work: its traceback goes to the
    log, and what was asked for says in its own place that it failed and where the log lies.
    """
    try:
        message = work()
    except WarmtuiError as error:
        message = failed(str(error))
    except Exception as error:
        log.exception("unexpected in %s", type(node).__name__)
        path = log_path(app.workspace.settings.state_dir)
        message = failed(f"This failed unexpectedly ({type(error).__name__}); {path} says where.")
    node.post_message(message)
