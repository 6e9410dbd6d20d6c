"""Tests of the emulator, run as the real command."""
