"""What a new session begins with: template to messages to target."""
