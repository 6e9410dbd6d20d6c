"""Who manages an instance: orphans, replacement, renaming and delete, against the real emulator."""
