"""What rmrun prints as JSON, against the schemas that its users get."""

import json
from pathlib import Path

import jsonschema

SOURCES = Path(__file__).resolve().parents[3] / "Sources" / "Reporting"


def faults(text: str, schema: str) -> list[str]:
    """Where a document differs from a schema, by the name of its file."""
    form = json.loads((SOURCES / schema).read_text())
    jsonschema.Draft202012Validator.check_schema(form)
    found = jsonschema.Draft202012Validator(form).iter_errors(json.loads(text))
    return [f"{error.json_path}: {error.message}" for error in found]
