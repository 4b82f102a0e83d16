"""What warmtui costs, as ratios inside one run: ``python -m tests.benchmarks``."""
