"""Reading conversations: models, stores and formats, without an opinion about them."""
