"""What is locked is what is installed, on each supported Python, from nothing: `make test-installation`."""
