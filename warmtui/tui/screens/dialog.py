"""What every dialog has: it lies over a screen, names its keys at the foot, and is answered once."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import ModalScreen

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A dialog; its subclasses lay out a `.dialog` and a `KeyLine`."""

    def answer(self, result: T) -> None:
        """Close with `result`; a second answer, from a key pressed twice, is too late."""
        if self.is_current:
            self.dismiss(result)
