"""Where a template applies: folders as the file system has them, words as people write them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from warmtui.templates.applying import Match, applies_to, by_fit, fitting, is_folder, match
from warmtui.templates.models import AppliesTo, SessionTemplate


def placed(*folders: object, words: tuple[str, ...] = ()) -> SessionTemplate:
    return SessionTemplate(name="n", applies_to=AppliesTo(folders=tuple(map(str, folders)), words=words))


def test_a_folder_and_all_within_it_fit_and_others_do_not(tmp_path: Path) -> None:
    inner = tmp_path / "app" / "src"
    inner.mkdir(parents=True)
    template = placed(tmp_path / "app")
    assert match(template, tmp_path / "app") is not None
    assert match(template, inner) is not None
    assert match(template, tmp_path) is None
    assert match(template, tmp_path / "app2") is None
    assert match(placed(tmp_path / "elsewhere", tmp_path / "app"), inner) is not None


def test_the_home_and_links_are_followed(own_home: Path, tmp_path: Path) -> None:
    (own_home / "app").mkdir()
    (tmp_path / "link").symlink_to(own_home / "app")
    assert match(placed("~/app"), own_home / "app" / "src") is not None
    assert match(placed("~/app"), tmp_path / "link" / "src") is not None
    assert match(placed(tmp_path / "link"), own_home / "app") is not None
    assert match(placed("~"), own_home) is not None
    (tmp_path / "round").symlink_to(tmp_path / "round")
    assert match(placed(tmp_path / "round"), own_home) is None


@pytest.mark.parametrize("odd", ["app", "", "~nobody-of-that-name/x", "\0", "C:\\x" if os.name != "nt" else "/:/"])
def test_what_names_no_whole_folder_fits_nowhere(odd: str, tmp_path: Path) -> None:
    assert match(placed(odd), tmp_path) is None
    assert not is_folder(odd)


def test_case_matters_only_where_the_file_system_says_so(tmp_path: Path) -> None:
    (tmp_path / "App").mkdir()
    ignores_case = (tmp_path / "aPP").is_dir()
    assert (match(placed(tmp_path / "aPP"), tmp_path / "App") is not None) == ignores_case


@pytest.mark.parametrize(
    ("word", "task", "holds"),
    [
        ("deploy", "Please DEPLOY it", True),
        ("deploy", "redeployed", False),
        ("C++", "fix the c++ build", True),
        ("STRASSE", "die Straße", True),
        ("unit tests", "write unit\n tests", True),
        (".", "nothing", False),
        ("", "nothing", True),
    ],
)
def test_words_are_whole_and_without_case(word: str, task: str, holds: bool, tmp_path: Path) -> None:
    assert (match(placed(words=(word,)), tmp_path, task) is not None) == holds


def test_what_is_left_empty_speaks_neither_for_nor_against(tmp_path: Path) -> None:
    neutral = match(placed(), tmp_path, "anything")
    assert neutral is not None
    assert neutral.is_neutral
    assert match(placed(words=("deploy",)), tmp_path) == neutral  # the task is not known
    assert match(placed(tmp_path, words=("deploy",)), tmp_path, "test it") is None
    assert match(placed(tmp_path, words=("deploy", "it")), tmp_path, "deploy it") == Match(len(tmp_path.parts), 2)


def test_the_deeper_folder_and_then_the_more_words_come_first(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    made = [placed(), placed(words=("x",)), placed(tmp_path), placed(tmp_path / "other"), placed(deep), placed()]
    ranked = [made.index(one) for one, _ in fitting(made, deep, "do x")]
    assert ranked == [4, 2, 1, 0, 0]
    assert [one is made[0] for one, _ in fitting(made, deep, "do x")][-2:] == [True, False]


def test_what_a_person_writes_is_kept_without_their_home(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert applies_to([own_home / "app", "app", "~/other", own_home, str(own_home) + "2", own_home / "app", " "]) == (
        AppliesTo(folders=("~/app", str(tmp_path / "app"), "~/other", "~", str(own_home) + "2"))
    )
    assert applies_to(words=["deploy, release", "ship it", "deploy"]).words == ("deploy", "release", "ship", "it")
    assert applies_to() == AppliesTo()


def test_of_all_those_that_fit_come_first_and_those_meant_for_others_last(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    names = {
        "others": placed(tmp_path / "elsewhere"),
        "any": placed(),
        "near": placed(tmp_path / "app"),
        "words": placed(words=("deploy",)),
        "far": placed(tmp_path),
    }
    found = [one.model_copy(update={"name": name}) for name, one in names.items()]

    def told(task: str = "") -> list[tuple[str, bool | None]]:
        return [(one.name, fits) for one, fits in by_fit(found, tmp_path / "app", task)]

    assert told() == [("near", True), ("far", True), ("any", None), ("words", None), ("others", False)]
    assert told("deploy it") == [("near", True), ("far", True), ("words", True), ("any", None), ("others", False)]
    assert told("read it")[-2:] == [("others", False), ("words", False)]
