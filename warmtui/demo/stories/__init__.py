"""What happened in the made-up sessions: one module a part of this person's life."""
