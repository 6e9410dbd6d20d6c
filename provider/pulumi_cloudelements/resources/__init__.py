"""What an account holds: one module per resource type, and what types share."""
