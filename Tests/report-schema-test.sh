#!/bin/sh
# Validates JSON reports against their schema by a validator that is not ours (python3-jsonschema).
# Arguments go to `swift test`, such as --scratch-path DIR.
set -eu
cd "$(dirname "$0")/.."

if ! python3 -c 'import jsonschema' 2>/dev/null; then
  echo "report-schema-test: needs python3-jsonschema: apt-get install python3-jsonschema" >&2
  exit 2
fi

samples=$(mktemp -d)
trap 'rm -rf "$samples"' EXIT
RMRUN_REPORT_SAMPLES=$samples swift test "$@" --filter ReportingTests.SchemaTests >"$samples/log" 2>&1 || {
  cat "$samples/log" >&2
  exit 1
}

python3 - Sources/Reporting/report.schema.json "$samples" <<'PYTHON'
import decimal, json, pathlib, sys
import jsonschema


def without_repetition(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key stands twice: {keys}")
    return dict(pairs)


def closed(schema):
    """The schema with nothing allowed that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        result["additionalProperties"] = False
    return result


schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
jsonschema.Draft202012Validator.check_schema(schema)
validators = [jsonschema.Draft202012Validator(form) for form in (schema, closed(schema))]
reports = sorted(pathlib.Path(sys.argv[2]).glob("*.json"))
if len(reports) < 6:
    sys.exit(f"report-schema-test: only {len(reports)} samples were written")
faults = 0
for report in reports:
    text = report.read_text(encoding="utf-8")
    value = json.loads(text, parse_float=decimal.Decimal, object_pairs_hook=without_repetition)
    for validator in validators:
        for error in validator.iter_errors(value):
            faults += 1
            print(f"{report.name}: {error.json_path}: {error.message}", file=sys.stderr)
print(f"report-schema-test: {len(reports)} reports, {faults} faults")
sys.exit(1 if faults else 0)
PYTHON
