"""A template as a home's default: one key of somebody else's file, set and taken back without a trace."""

from __future__ import annotations

import io
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tests.warmstart.examples import TEMPLATE
from warmtui.errors import HomeError
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import SessionTemplate
from warmtui.warmstart.activation import PREFILL_NAME, RECORD_NAME, Change, activate, active, deactivate
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.homes import KEY, VARIABLE
from warmtui.warmstart.journal import Journal
from warmtui.warmstart.standing import Standing, standing
from warmtui.warmstart.yaml_key import Edit, read_key, set_key, unset_key

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


# One key of a text

_BLOCKS = (
    "model:\n  provider: custom # the one here\n  default:   'x'\n",
    "# a heading\n\nlist:\n- 1\n-   two\n",
    "deep: {a: [1, 2], b: {c: d}}\n",
    "base: &base\n    x: 1\nderived:\n    <<: *base\n    y: 2\n",
    "folded: >-\n   one\n   two\n\nkept: |+\n  a\n\n",
    "quoted: \"tab\\t\"\n'odd key': 'it''s'\n",
    "? complex\n: value\n",
    "empty:\nnothing: ~\nyes: no\nnumber: 0o14\n",
    "tagged: !custom {a: 1}\n",
    "long: " + "word " * 60 + "end\n",
    "größe: 😀\n",
    "multi: one\n  two\n   three\n",
)
_OWN = (
    "",
    f"{KEY}: ''\n",
    f'"{KEY}" :  ""   # none\n',
    f"{KEY}:\n",
    f"{KEY}: # which\n",
    f"{KEY}: null\n",
)


@st.composite
def configurations(draw: st.DrawFn) -> str:
    blocks = draw(st.lists(st.sampled_from(_BLOCKS), unique=True, max_size=5))
    blocks.insert(draw(st.integers(0, len(blocks))), draw(st.sampled_from(_OWN)))
    indent = draw(st.sampled_from(["", "", "", "  "]))
    body = "".join(indent + line if line.strip() else line for line in "".join(blocks).splitlines(keepends=True))
    head = draw(st.sampled_from(["", "# mine\n", "---\n", "%YAML 1.2\n---\n", "\n\n"]))
    tail = draw(st.sampled_from(["", "", "# the end\n", "\n\n", "...\n", "# open"])) if body else ""
    text = head + body + tail
    if draw(st.booleans()) and tail == "":
        text = text.removesuffix("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def meaning(text: str) -> dict[str, Any]:
    loaded = YAML(typ="rt").load(io.StringIO(text, newline=""))
    return {key: value for key, value in (loaded or {}).items() if key != KEY}


def check_a_key_comes_and_goes(text: str, later: str) -> None:
    try:
        changed, edit = set_key(text, KEY, PREFILL_NAME)
    except HomeError as error:
        assert "no place" in str(error)
        assert "? complex" in text, "only where it is the first key no line has a place"
        return
    assert read_key(changed, (KEY,)) == PREFILL_NAME
    assert meaning(changed) == meaning(text)
    assert unset_key(changed, KEY, edit) == text
    edited = f"{changed}\n{later}\n"
    try:
        expected = meaning(edited)
    except YAMLError:  # nothing can stand behind such a text
        return
    without = unset_key(edited, KEY, edit)
    assert meaning(without) == expected
    assert read_key(without, (KEY,)) == ""


LATER = st.sampled_from(["# a thought", "later: 1", "later: {a: [b]}"])


@settings(max_examples=15, deadline=None)
@given(configurations(), LATER)
def test_a_key_comes_and_goes_and_leaves_the_same_bytes_or_what_was_written_meanwhile(text: str, later: str) -> None:
    check_a_key_comes_and_goes(text, later)


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(configurations(), LATER)
def test_a_key_comes_and_goes_in_many_more_texts(text: str, later: str) -> None:
    check_a_key_comes_and_goes(text, later)


def test_a_file_that_another_program_wrote_anew_loses_only_the_key() -> None:
    _, edit = set_key("b: 1 # note\na: 2\n", KEY, PREFILL_NAME)
    rewritten = f"a: 2\nb: 1\n{KEY}: 'warm_prefill.json'\nz: 3\n"
    assert unset_key(rewritten, KEY, edit) == "a: 2\nb: 1\nz: 3\n"
    assert unset_key("a: 1\n", KEY, edit) == "a: 1\n"
    assert unset_key(f"{KEY}: warm_prefill.json # ours\n", KEY, Edit(PREFILL_NAME, "''")) == f"{KEY}: '' # ours\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [\n", "no valid YAML"),
        ("a: 1\n---\nb: 1\n", "no valid YAML"),
        ("a: 1\na: 2\n", "the key “a” stands twice in one place (line 2)"),
        ("a:\n  b: 1\n  b: 2\n", "the key “b” stands twice in one place (line 3)"),
        ("- 1\n", "not made of keys"),
        ("{a: 1}\n", "written in braces"),
        (f"{KEY}: &x ''\nother: *x\n", "no place"),
        ("a: \x01\n", "no valid YAML"),
    ],
)
def test_a_text_that_cannot_be_changed_safely_is_not_and_it_says_why(text: str, said: str) -> None:
    with pytest.raises(HomeError) as caught:
        set_key(text, KEY, PREFILL_NAME)
    assert said in str(caught.value)


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
