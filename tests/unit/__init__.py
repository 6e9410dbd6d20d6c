"""The provider, module by module: no engine."""
