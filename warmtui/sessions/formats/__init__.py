"""One module a storage format: the only place that knows how sessions lie on disk."""
