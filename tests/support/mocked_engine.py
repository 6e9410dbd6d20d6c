"""A Pulumi program in a process of its own, around which an engine records what it is told."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

MOCKED = """
import asyncio, json
import pulumi
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import mocks

SIGNATURE, MARK = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
FOUND = {
    "id": "77", "name": "Payments", "element": "stripe", "tags": ["b", "a"], "enabled": True,
    "externalAuthentication": "none", "configuration": {"api.key": "********", "pagination.max": "50"},
    "token": {SIGNATURE: MARK, "value": "live-token"}, "elementId": 483.0, "hub": "payment",
}
ENTRY = {"key": "api.key", "type": "PASSWORD", "required": True, "internal": False, "active": True, "default": None}
ANSWERS = {
    "getInstance": FOUND,
    "getInstances": {"instances": [FOUND, FOUND | {"id": "78", "configuration": {}}]},
    "getElement": {"key": "stripe", "authentication": "basic", "id": 483.0, "configuration": [ENTRY]},
}
ADDED = {"token": {SIGNATURE: MARK, "value": "live-token"}, "elementId": 483.0, "hub": "payment", "valid": True,
    "createdDate": "2018", "name": "from the plugin", "enabled": True, "externalAuthentication": "none"}
recorded = {"resources": {}, "calls": [], "shown": {}}

def marked(value):
    if isinstance(value, dict):
        return {"secret": marked(value["value"])} if SIGNATURE in value else {k: marked(v) for k, v in value.items()}
    return [marked(item) for item in value] if isinstance(value, list) else value

class Monitor(mocks.MockMonitor):
    def RegisterResource(self, request):
        recorded["resources"][request.name] = {
            "type": request.type, "inputs": marked(MessageToDict(request.object)), "provider": request.provider,
            "version": request.version, "secrets": list(request.additionalSecretOutputs),
        }
        return super().RegisterResource(request)
    def ReadResource(self, request):
        recorded["resources"][request.name] = {
            "type": request.type, "id": request.id, "inputs": MessageToDict(request.properties),
            "provider": request.provider, "secrets": list(request.additionalSecretOutputs),
        }
        return super().ReadResource(request)
    def Invoke(self, request):
        recorded["calls"].append([request.tok, MessageToDict(request.args), request.provider])
        return super().Invoke(request)

class Platform(mocks.Mocks):
    def new_resource(self, args):
        return "1234", ADDED | args.inputs
    def call(self, args):
        if args.args.get("id") == "404":
            return {}, [("id", "no such instance")]
        # What an engine answers in a preview for a provider that is not configured yet.
        return {} if "unconfigured" in args.provider else ANSWERS[args.token.rpartition(":")[2]]

async def plain(value):
    if isinstance(value, pulumi.Output):
        if not await value.is_known():
            return "unknown"
        held = await plain(await value.future())
        return {"secret": held} if await value.is_secret() else held
    if isinstance(value, (InstanceResult, Element)):
        return {name: await plain(item) for name, item in vars(value).items()}
    if isinstance(value, dict):
        return {name: await plain(item) for name, item in value.items()}
    return [await plain(item) for item in value] if isinstance(value, list | tuple) else value

shown = {}
mocks.set_mocks(Platform(), project="integrations", stack="staging", monitor=Monitor(Platform()))
from pulumi_cloudelements import Element, InstanceResult, native
secret = pulumi.Output.secret

@pulumi.runtime.test
def program():
"""
"""What stands around a program's lines: an engine that records what it is told, and answers as a plugin would."""

PRINTED = """
    async def all_shown():
        recorded["shown"] = {name: await plain(value) for name, value in shown.items()}
    return all_shown()

program()
print(json.dumps(recorded, default=vars))
"""


URN = "urn:pulumi:staging::integrations::"

ACCOUNT = f"{URN}pulumi:pulumi:Stack$pulumi:providers:cloudelements::account::1234"
"""The provider that a program calls `account`, as the engine above refers to it."""


def run(lines: str) -> subprocess.CompletedProcess[str]:
    """A program of these lines, ended."""
    program = MOCKED + "".join(f"    {line}\n" for line in lines.strip().splitlines()) + PRINTED
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def record(lines: str) -> dict[str, Any]:
    """What an engine is told by a program of these lines: resources by name, calls, and what the program has shown."""
    done = run(lines)
    assert done.returncode == 0, done.stderr
    # The mocks of older SDKs (3.235) know neither stack nor project.
    recorded: dict[str, Any] = json.loads(done.stdout.replace("urn:pulumi:stack::project::", URN))
    return recorded
