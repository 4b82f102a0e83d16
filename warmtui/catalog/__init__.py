"""Every session's profile, ranked, kept on disk and refreshed by what changed."""
