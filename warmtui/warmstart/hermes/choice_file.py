"""Where a Hermes home says which template the plugin gives its sessions: what is looked at before every request.

A file of ours in that home, so that it goes with a profile and is gone with it. Apart from `choice`, because it is
imported at every start of Hermes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from warmtui.settings_file import hermes_home

FOLDER = "warmtui"
FILE_NAME = "warm_start.json"


def running_home() -> Path:
    """Return the home of the Hermes that this runs in; outside of one, the home it would have.

    Raises:
        ConfigError: ``$HERMES_HOME`` lies in the home of somebody who has none.
    """
    constants = sys.modules.get("hermes_constants")  # a Hermes may work for several homes at once, and says which
    return Path(constants.get_hermes_home()) if constants is not None else hermes_home()


def choice_path(home: Path) -> Path:
    """Return the file that says which template it is, whether or not it is there."""
    return home / FOLDER / FILE_NAME


def is_chosen(home: Path) -> bool:
    """Whether the plugin gives the sessions of a home a template."""
    return choice_path(home).exists()
