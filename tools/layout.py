"""Where this checkout keeps what `make` produces: below .local, apart from the sources, and dropped by `make reset`."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
CLI = LOCAL / "cli"
STATE = LOCAL / "state"
PULUMI_HOME = LOCAL / "pulumi"
VENV = ROOT / os.environ.get("MAKE_VENV", ".venv")
CONFIG = ROOT / "Pulumi.local.yaml"
