"""What schema.json is made into: a module per file that is written, and what they share."""
