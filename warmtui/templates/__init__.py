"""What is worth keeping: templates, how they are extracted, redacted, checked and saved."""
