"""What a conversation shows: pure functions of a Conversation."""
