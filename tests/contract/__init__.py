"""The provider's gRPC surface: the same scenarios through every door, on the emulator."""
