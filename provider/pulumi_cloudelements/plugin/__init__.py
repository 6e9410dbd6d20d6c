"""The native provider: the gRPC server that an engine starts, for programs of every language."""
