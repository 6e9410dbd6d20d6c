"""Random instances, as a program may declare them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pulumi_cloudelements.model.instance import InstanceInputs
from pulumi_cloudelements.redaction import MASK

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).filter(lambda text: text != MASK)
"""Any text that JSON can carry: unicode, quotes, slashes, dots, nothing at all; but for the mask, which is refused."""

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)

scalars = texts | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e6, 1e6)

values = scalars | st.dictionaries(texts, scalars | st.lists(scalars, max_size=2), max_size=3)
"""Configuration values: strings, booleans, numbers and objects."""

configurations: st.SearchStrategy[dict[str, Any]] = st.dictionaries(texts, values, max_size=4)

tags = st.none() | st.lists(texts, max_size=3).map(tuple)

inputs = st.builds(
    InstanceInputs,
    element=names,
    name=names,
    configuration=configurations,
    tags=tags,
    enabled=st.booleans(),
    external_authentication=st.sampled_from(["none", "initial"]),
)
"""Whole declarations."""
