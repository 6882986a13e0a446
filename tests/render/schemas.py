"""Whether a document fits a JSON Schema of docs/."""

import re
from typing import Any

Json = dict[str, Any]
_TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}


def faults(value: Any, whole: Json) -> list[str]:
    """What of the value does not fit; knows the parts of JSON Schema that the schemas in docs/ use."""
    return _faults(value, whole, "$", whole["$defs"])


def _faults(value: Any, schema: Json, path: str, parts: Json) -> list[str]:
    if "$ref" in schema:
        return _faults(value, parts[schema["$ref"].removeprefix("#/$defs/")], path, parts)
    if "anyOf" in schema:
        tried = [_faults(value, one, path, parts) for one in schema["anyOf"]]
        return [] if [] in tried else tried[0]
    found = []
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(value is None if name == "null" else _fits(value, name) for name in types):
        return [f"{path} is {value!r}, not {types}"]
    if "const" in schema and value != schema["const"]:
        found.append(f"{path} is {value!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path} is {value!r}, none of {schema['enum']}")
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{path} is {value!r}, not like {schema['pattern']}")
    if isinstance(value, (int, float)) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{path} is {value!r}, out of range")
    if isinstance(value, list):
        found += [
            fault
            for place, one in enumerate(value)
            for fault in _faults(one, schema.get("items", {}), f"{path}[{place}]", parts)
        ]
    if isinstance(value, dict):
        found += _object_faults(value, schema, path, parts)
    return found


def _fits(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and not (isinstance(value, bool) and name != "boolean")  # type: ignore[arg-type]


def _object_faults(value: Json, schema: Json, path: str, parts: Json) -> list[str]:
    known, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    found = [f"{path} lacks {key}" for key in schema.get("required", []) if key not in value]
    for key, one in value.items():
        if key not in known and others is False:
            found.append(f"{path} has {key}, which is not described")
        else:
            found += _faults(one, known.get(key, others), f"{path}.{key}", parts)
    return found
