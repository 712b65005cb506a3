"""Sparkplug B payloads as protobuf: the part of its schema that people counts come in.

Source: Eclipse Sparkplug 3.0, "Payloads": names, numbers and types of fields. Fields that are left
out here (metadata, properties, data sets, parameters of templates) are skipped like unknown ones.
"""

import functools
from collections.abc import Iterable
from typing import Any, NamedTuple

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from ingest.codecs.faults import Fault

_SIGNED_BITS = {1: 8, 2: 16, 3: 32, 4: 64}
"""Data types Int8 to Int64: sent as two's complement in an unsigned field."""

_PAYLOAD = (("timestamp", 1, "UINT64"), ("metrics", 2, "*Metric"), ("seq", 3, "UINT64"))
_METRIC = (
    ("name", 1, "STRING"),
    ("alias", 2, "UINT64"),
    ("timestamp", 3, "UINT64"),
    ("datatype", 4, "UINT32"),
    ("is_historical", 5, "BOOL"),
    ("is_null", 7, "BOOL"),
    ("int_value", 10, "UINT32"),
    ("long_value", 11, "UINT64"),
    ("float_value", 12, "FLOAT"),
    ("double_value", 13, "DOUBLE"),
    ("boolean_value", 14, "BOOL"),
    ("string_value", 15, "STRING"),
    ("template_value", 18, "Template"),
)
_TEMPLATE = (("metrics", 2, "*Metric"), ("is_definition", 5, "BOOL"))


Value = int | float | None
_NUMBERS = ("int_value", "long_value", "float_value", "double_value")


class Metric(NamedTuple):
    """One metric."""

    name: str
    """Empty where only the alias is sent."""
    alias: int | None
    time_ms: int | None
    datatype: int
    """0 where it is not sent."""
    is_historical: bool
    value: Value
    """As sent, before `signed`; None for null and for what cannot be a number."""
    members: tuple["Metric", ...] = ()
    """Of an instance of a template; they are named within it."""


class Payload(NamedTuple):
    """What one message holds."""

    time_ms: int | None
    seq: int
    metrics: tuple[Metric, ...]


def read_payload(content: bytes) -> Payload:
    """The payload in these bytes. Raises `Fault` when they are none."""
    payload = payload_class()()
    try:
        payload.ParseFromString(content)
    except DecodeError as error:
        raise Fault(
            "not Sparkplug B", str(error), "publish Sparkplug B protobuf on this topic"
        ) from error
    return Payload(_given(payload, "timestamp"), payload.seq, tuple(map(_metric, payload.metrics)))


def signed(value: Value, datatype: int) -> Value:
    """A value as its data type means it."""
    bits = _SIGNED_BITS.get(datatype)
    if bits is None or not isinstance(value, int):
        return value
    low = value & ((1 << bits) - 1)
    return low - (1 << bits) if low >> (bits - 1) else low


def _metric(metric: Any) -> Metric:
    which = metric.WhichOneof("value")
    template = metric.template_value
    members = () if template.is_definition else tuple(map(_metric, template.metrics))
    return Metric(
        name=metric.name,
        alias=_given(metric, "alias"),
        time_ms=_given(metric, "timestamp"),
        datatype=metric.datatype,
        is_historical=metric.is_historical,
        value=None if metric.is_null or which not in _NUMBERS else getattr(metric, which),
        members=members,
    )


def _given(message: Any, name: str) -> int | None:
    return getattr(message, name) if message.HasField(name) else None


@functools.cache
def payload_class() -> Any:
    """The class of payloads, made from the schema above."""
    package = "openhours.sparkplug"
    file = FileDescriptorProto(name="sparkplug_b.proto", package=package, syntax="proto2")
    for name, fields in {"Payload": _PAYLOAD, "Metric": _METRIC, "Template": _TEMPLATE}.items():
        _describe(file.message_type.add(name=name), fields, f".{package}.")
    pool = DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return GetMessageClass(pool.FindMessageTypeByName(f"{package}.Payload"))


def _describe(
    message: DescriptorProto, fields: Iterable[tuple[str, int, str]], package: str
) -> None:
    if any(name.endswith("_value") for name, _, _ in fields):
        message.oneof_decl.add(name="value")
    for name, number, kind in fields:
        field = message.field.add(name=name, number=number)
        field.label = FieldDescriptorProto.LABEL_OPTIONAL
        if kind.startswith("*"):
            field.label = FieldDescriptorProto.LABEL_REPEATED
        if kind.isupper():
            field.type = FieldDescriptorProto.Type.Value(f"TYPE_{kind}")
        else:
            field.type = FieldDescriptorProto.TYPE_MESSAGE
            field.type_name = package + kind.lstrip("*")
        if name.endswith("_value"):
            field.oneof_index = 0
