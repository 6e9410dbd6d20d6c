"""What make and the tools behind it promise, kept with real processes in checkouts of their own."""
