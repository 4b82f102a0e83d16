"""The app: it shows and edits, and decides nothing."""
