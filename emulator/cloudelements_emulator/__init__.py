"""A runnable emulator of the Cloud Elements platform API, for trying the provider out and for testing against.

Layers, each of which knows only those to its right: `command → app, control → platform → store, catalog, jsontext`.
`app` speaks HTTP for the platform and `control` for the emulator itself; `requestlog` and `conditions` are ASGI
middleware around `app`. Trouble on purpose: `conditions → faults → kinds → exchange → connection`.

What the real platform is known to do is marked in comments: [T] asserted by its own acceptance tests, [D] documented,
[I] inferred and kept easy to change.
"""
