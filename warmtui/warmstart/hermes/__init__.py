"""Warm starts in Hermes: one session, every session of a home by default, or all of them through the plugin."""
