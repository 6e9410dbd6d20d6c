"""Nothing lost, nothing twice: lost answers, bad answers and killed processes, against the real emulator."""
