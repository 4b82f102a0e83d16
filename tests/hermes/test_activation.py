"""A template as a home's default: one key of somebody else's file, set and taken back without a trace."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.hermes.test_yaml_key import configurations
from tests.warmstart.examples import TEMPLATE
from warmtui.errors import HomeError
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import SessionTemplate
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.hermes.activation import PREFILL_NAME, RECORD_NAME, Change, activate, active, deactivate
from warmtui.warmstart.hermes.home_files import back_up
from warmtui.warmstart.hermes.homes import KEY, VARIABLE
from warmtui.warmstart.hermes.journal import Journal
from warmtui.warmstart.hermes.standing import Standing, standing

THEIRS = [{"role": "user", "content": "Be kind."}, {"role": "assistant", "content": "I am."}]
SETTING = f"{KEY}: {PREFILL_NAME}\n"


class Home:
    """A Hermes home, a folder of templates and one for our own state."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "hermes"
        self.path.mkdir()
        self.state = folder / "state"
        self.config = self.path / "config.yaml"
        self.manager = TemplateManager(folder / "templates")
        self.template = self.manager.save_template(TEMPLATE)

    def activate(self, template: SessionTemplate | None = None, *, append: bool = False) -> Change:
        chosen = template or self.template
        messages = WarmSessionBootstrapper().create_warm_session_messages(chosen, target="hermes")
        return activate(self.path, chosen, messages, state_dir=self.state, append=append)

    def deactivate(self) -> Change:
        return deactivate(self.path, state_dir=self.state)

    def standing(self, **env: str) -> Standing:
        return standing(self.path, self.manager, env)

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.path.iterdir()}

    @property
    def prefill(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = json.loads((self.path / PREFILL_NAME).read_bytes())
        return messages


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


# A home

CONFIG = "# mine\nmodel:\n    provider: custom   # the one here\nlist:\n- 1\n"


@settings(max_examples=8, deadline=None)
@given(configurations())
def test_activating_and_deactivating_leaves_a_home_as_it_was_and_a_copy_of_the_file(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.config.write_bytes(text.encode())
        try:
            backup = home.activate().backup
        except HomeError:
            assert home.files() == {"config.yaml": text.encode()}
            return
        assert backup is not None
        assert backup.read_bytes() == text.encode()
        home.deactivate()
        left = {name: data for name, data in home.files().items() if ".before-warmtui." not in name}
        assert left == {"config.yaml": text.encode()}


def test_the_stream_lies_in_the_home_named_by_the_configuration_and_only_its_owner_reads_it(home: Home) -> None:
    home.config.write_text(CONFIG)
    home.config.chmod(0o640)
    home.activate()
    assert home.config.read_text() == CONFIG + SETTING
    assert home.prefill == WarmSessionBootstrapper().create_warm_session_messages(home.template, target="hermes")
    assert stat.S_IMODE((home.path / PREFILL_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(home.config.stat().st_mode) == 0o640
    record = active(home.path)
    assert record is not None
    assert (record.template_id, record.version) == (home.template.template_id, home.template.version)


def test_a_home_without_a_configuration_gets_one_and_loses_it_again(home: Home) -> None:
    assert home.activate().backup is None
    assert home.config.read_text() == SETTING
    home.deactivate()
    assert not home.config.exists()


def test_deactivating_twice_does_no_harm(home: Home) -> None:
    home.config.write_text(CONFIG)
    home.activate()
    home.deactivate()
    before = home.files()
    change = home.deactivate()
    assert (change.record, change.backup, change.notes) == (None, None, ())
    assert home.files() == before


def test_a_copy_is_never_written_over_and_none_is_made_twice(home: Home) -> None:
    for text in ("a: 1\n", "a: 2\n", "a: 2\n"):
        home.config.write_text(text)
        home.activate()
        home.config.write_text(text)
        (home.path / RECORD_NAME).unlink()
        (home.path / PREFILL_NAME).unlink()
    copies = {name: data for name, data in home.files().items() if ".before-warmtui." in name}
    assert copies == {"config.yaml.before-warmtui.1": b"a: 1\n", "config.yaml.before-warmtui.2": b"a: 2\n"}


def test_another_template_takes_the_place_of_the_first_and_all_is_taken_back(home: Home) -> None:
    home.config.write_text(CONFIG)
    other = home.manager.save_template(TEMPLATE.model_copy(update={"name": "Other", "context": "Elsewhere."}))
    home.activate()
    change = home.activate(other)
    assert change.notes == ("“Fixing tests” was active before",)
    assert home.config.read_text() == CONFIG + SETTING
    assert "Elsewhere." in home.prefill[0]["content"]
    home.deactivate()
    assert home.config.read_text() == CONFIG


@pytest.mark.parametrize("text", [f"{KEY}: mine.json\n", f"agent:\n  {KEY}: mine.json\n"])
def test_a_prefill_of_the_persons_own_is_kept_before_ours_and_named_again_afterwards(home: Home, text: str) -> None:
    home.config.write_text(text)
    mine = home.path / "mine.json"
    mine.write_text(json.dumps(THEIRS))
    with pytest.raises(HomeError, match=r"names the prefill mine\.json already: --append"):
        home.activate()
    assert home.files() == {"config.yaml": text.encode(), "mine.json": mine.read_bytes()}
    home.activate(append=True)
    assert home.prefill[:2] == THEIRS
    assert len(home.prefill) > 4
    home.activate()  # again, and theirs is still before it
    assert home.prefill[:2] == THEIRS
    home.deactivate()
    assert home.config.read_text() == text
    assert mine.exists()


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (THEIRS[:1], "no valid prefill: message 1: two user messages follow each other"),
        ([{"role": "system", "content": "x"}], "no valid prefill: a system message"),
        ({"role": "user"}, "holds no array of messages"),
        (None, "cannot be read"),
    ],
)
def test_a_prefill_that_goes_with_none_of_ours_is_not_joined_to_it(home: Home, theirs: object, said: str) -> None:
    home.config.write_text(f"{KEY}: mine.json\n")
    if theirs is not None:
        (home.path / "mine.json").write_text(json.dumps(theirs))
    before = home.files()
    with pytest.raises(HomeError, match=said):
        home.activate(append=True)
    assert home.files() == before


def test_what_the_person_wrote_meanwhile_stays(home: Home) -> None:
    home.config.write_text(CONFIG)
    home.activate()
    home.config.write_text("new: 1\n" + home.config.read_text() + "last: 2 # yes\n")
    home.deactivate()
    assert home.config.read_text() == "new: 1\n" + CONFIG + "last: 2 # yes\n"


def test_a_configuration_that_names_another_prefill_by_now_goes_on_doing_so(home: Home) -> None:
    home.activate()
    home.config.write_text(f"{KEY}: mine.json\n")
    change = home.deactivate()
    assert "names another prefill by now (mine.json)" in change.notes[0]
    assert home.files() == {"config.yaml": f"{KEY}: mine.json\n".encode()}


def test_a_prefill_that_was_edited_is_neither_written_over_nor_taken_away(home: Home) -> None:
    home.config.write_text(CONFIG)
    home.activate()
    (home.path / PREFILL_NAME).write_text("[]")
    with pytest.raises(HomeError, match="changed, or made, by someone else"):
        home.activate()
    change = home.deactivate()
    assert "was changed since it was written, and is left there" in change.notes[0]
    assert (home.path / PREFILL_NAME).read_text() == "[]"
    assert home.config.read_text() == CONFIG


def test_without_a_record_the_key_is_taken_out_all_the_same(home: Home) -> None:
    home.config.write_text(CONFIG)
    home.activate()
    (home.path / RECORD_NAME).unlink()
    assert home.standing().problems == (f"{home.config} names {PREFILL_NAME}, and nothing says which template that is",)
    assert any("was gone" in note for note in home.deactivate().notes)
    assert home.config.read_text() == CONFIG


def test_a_link_a_file_that_may_not_be_written_and_one_that_is_no_text_are_left_alone(home: Home) -> None:
    real = home.path / "real.yaml"
    real.write_text("a: 1\n")
    home.config.symlink_to(real)
    with pytest.raises(HomeError, match="is a link"):
        home.activate()
    home.config.unlink()
    home.config.write_text("a: 1\n")
    home.config.chmod(0o440)
    with pytest.raises(HomeError, match="may not be written to"):
        home.activate()
    home.config.chmod(0o640)
    home.config.write_bytes(b"a: \xff\n")
    with pytest.raises(HomeError, match="no UTF-8 text"):
        home.activate()
    home.config.write_text("a: 1\na: 2\n")
    with pytest.raises(HomeError, match=r"config\.yaml is left as it is: the key “a” stands twice"):
        home.activate()
    assert sorted(home.files()) == ["config.yaml", "real.yaml"]


def test_a_write_that_fails_leaves_the_configuration_whole(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.config.write_text(CONFIG)

    def no_room(self: Path, target: Path) -> Path:
        if target.name == "config.yaml":
            raise OSError(28, "No space left on device")
        return real(self, target)

    real = Path.replace
    monkeypatch.setattr(Path, "replace", no_room)
    with pytest.raises(OSError, match="No space left"):
        home.activate()
    monkeypatch.undo()
    assert home.config.read_text() == CONFIG
    assert not list(home.path.glob(".*.tmp"))
    home.activate()
    home.deactivate()
    assert home.config.read_text() == CONFIG


def test_the_journal_knows_from_when_to_when(home: Home) -> None:
    home.activate()
    starts = Journal(home.state).warm_starts()
    assert [event["template_id"] for event in starts.active()] == [home.template.template_id]
    home.deactivate()
    assert not Journal(home.state).warm_starts().active()


def test_how_it_stands_says_what_is_active_and_what_keeps_it_from_working(home: Home) -> None:
    assert home.standing() == Standing(home.path, None, None, ())
    home.config.write_text("display:\n  interface: TUI\n")
    home.activate()
    home.manager.save_template(home.template.model_copy(update={"context": "Changed."}))
    (home.path / ".env").write_text(f"export {VARIABLE}=''\n")
    problems = home.standing(**{VARIABLE: "/x.json"}).problems
    assert [text for text in problems if "was changed since" in text]
    assert [text for text in problems if f"{home.path / '.env'} ({VARIABLE}) wins" in text and "with nothing" in text]
    assert [text for text in problems if f"the variable {VARIABLE} wins" in text and "with /x.json" in text]
    assert [text for text in problems if "display.interface" in text]
    home.manager.delete_template(home.template.template_id)
    (home.path / PREFILL_NAME).unlink()
    problems = home.standing().problems
    assert [text for text in problems if "is gone; its messages are still in use" in text]
    assert [text for text in problems if "begin cold" in text]


def test_a_persons_own_prefill_is_told(home: Home) -> None:
    home.config.write_text(f"{KEY}: mine.json\n")
    assert home.standing().prefill == "mine.json"
    (home.path / "mine.json").write_text(json.dumps(THEIRS))
    home.activate(append=True)
    assert (home.standing().prefill, home.standing().problems) == ("mine.json", ())
    (home.path / "mine.json").write_text("[]")
    assert "stands before the template, was changed since" in home.standing().problems[0]


@pytest.mark.skipif(os.name != "posix", reason="another's file is only told apart on POSIX")
def test_a_configuration_that_cannot_be_read_is_said_of_its_home_alone(home: Home) -> None:
    home.config.write_text("a: [\n")
    assert "no valid YAML" in home.standing().problems[0]


def test_a_configuration_that_another_program_changes_this_moment_is_left_as_that_wrote_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.config.write_text(CONFIG)

    def back_up_late(path: Path) -> Path:
        copy = back_up(path)
        path.write_text("theirs: 1\n")
        return copy

    monkeypatch.setattr("warmtui.warmstart.hermes.activation.back_up", back_up_late)
    with pytest.raises(HomeError, match="changed by another program this moment"):
        home.activate()
    assert home.config.read_text() == "theirs: 1\n"


def test_a_key_that_the_person_took_out_ends_it_for_the_journal_too(home: Home) -> None:
    home.activate()
    home.config.write_text(CONFIG)
    home.deactivate()
    assert not Journal(home.state).warm_starts().active()


@pytest.mark.parametrize(
    "text",
    [f"base: &base\n  {KEY}: mine.json\n<<: *base\n", f"base: &base\n  {KEY}: mine.json\nagent:\n  <<: [*base]\n"],
)
def test_a_prefill_that_is_merged_in_is_the_persons_own_as_well(home: Home, text: str) -> None:
    home.config.write_text(text)
    with pytest.raises(HomeError, match=r"names the prefill mine\.json already: --append"):
        home.activate()
    (home.path / "mine.json").write_text(json.dumps(THEIRS))
    home.activate(append=True)
    assert home.prefill[:2] == THEIRS
    home.deactivate()
    assert home.config.read_text() == text


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has pipes with a name")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(home: Home) -> None:
    home.config.write_text(f"{KEY}: mine.json\n")
    os.mkfifo(home.path / "mine.json")
    with pytest.raises(HomeError, match="no plain file"):
        home.activate(append=True)
    home.config.unlink()
    os.mkfifo(home.config)
    assert "no plain file" in home.standing().problems[0]


def test_what_cannot_be_noted_is_said_and_the_template_is_active_all_the_same(home: Home) -> None:
    home.state.mkdir()
    (home.state / ".lock").symlink_to(home.state / "elsewhere")
    assert "cannot be noted" in home.activate().notes[0]
    assert active(home.path) is not None


def test_homes_do_not_touch_each_other(home: Home, tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    work = Home(tmp_path / "profiles")
    work.state = home.state
    home.activate()
    work.activate()
    home.deactivate()
    assert active(home.path) is None
    assert active(work.path) is not None
    assert [event["home"] for event in Journal(home.state).warm_starts().active()] == [str(work.path)]


def test_activating_and_deactivating_at_once_leaves_all_or_nothing(home: Home) -> None:
    home.config.write_text(CONFIG)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(one) for one in (home.activate, home.deactivate) * 4]:
            done.result()
    record = active(home.path)
    noted = Journal(home.state).warm_starts().default_of(home.path)
    assert noted == ((record.template_id, record.version) if record else None)
    assert home.standing().problems == ()
    home.deactivate()
    assert home.config.read_text() == CONFIG
