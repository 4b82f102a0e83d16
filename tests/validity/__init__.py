"""How right warmtui's judgements are, measured on labelled data: ``python -m tests.validity NAME``."""
