"""The provider's gRPC surface: the same scenarios through every provider, on the emulator."""
