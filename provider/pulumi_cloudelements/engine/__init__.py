"""Calls back to the engine that started a provider process, and what its host is told."""
