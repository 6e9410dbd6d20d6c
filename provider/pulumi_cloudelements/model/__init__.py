"""Values and facts, without I/O: instances, elements, owners, and what schema.json says."""
