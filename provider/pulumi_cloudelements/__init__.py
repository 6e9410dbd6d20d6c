"""A Pulumi provider for Cloud Elements element instances."""

from pulumi_cloudelements.dynamic import Instance
from pulumi_cloudelements.model.element import Element
from pulumi_cloudelements.program.functions import get_element, get_instance, get_instances
from pulumi_cloudelements.program.instance_result import InstanceResult

__all__ = ["Element", "Instance", "InstanceResult", "get_element", "get_instance", "get_instances"]
