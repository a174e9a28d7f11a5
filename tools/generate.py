"""Write every generated document: OpenAPI, event schemas, AsyncAPI, problems, law, tables.

Run by `make generate`; `--check` writes nothing and fails when a file on disk differs from what
the code says now. Nothing here knows a service's inside: each prints its own OpenAPI document, and
events and problems are read from the common catalogues.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import importlib
import json
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from common.contracts.catalogue import CONSUMES, EVENTS, STREAMS, durable_name
from common.contracts.envelope import Event, EventData
from common.runtime.service import build_app
from common.runtime.settings import ServiceSettings
from common.web.problems import ProblemEntry, catalogue

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("registry", "eligibility", "disbursement", "reporting")
OWNED = {"docs/openapi": "*.json", "docs/events": "*.json", "docs/schema": "*.md"}
"""Folders that hold generated files only: what no longer belongs there is removed."""

MADE_HERE = "# Made by tools/generate.py; do not edit.\n"
EXAMPLE_ID = "019a0000-0000-7000-8000-0000000000ff"
EXAMPLE_TIME = "2026-11-20T09:00:00+07:00"
EXAMPLE_AGGREGATE = "019a0000-0000-7000-8000-000000000001"
DIFFERENCE_LINES = 20

_traceability = importlib.import_module("traceability")  # beside this file
law_marks = _traceability.law_marks
traceability_document = _traceability.traceability_document
schema_documents = importlib.import_module("schema_pages").schema_documents
levels_document = importlib.import_module("levels").levels_document

Documents = Mapping[str, str]
"""Path below the root -> text."""


def openapi_documents(services: Sequence[str] = SERVICES) -> dict[str, str]:
    """Build each service's app without its resources and take its OpenAPI document."""
    made: dict[str, str] = {}
    for name in services:
        settings = importlib.import_module(f"{name}.settings")
        (kind,) = (
            kind
            for kind in vars(settings).values()
            if isinstance(kind, type) and issubclass(kind, ServiceSettings) and kind.service == name
        )
        service = importlib.import_module(f"{name}.main").create_service(kind.for_documents())
        made[f"docs/openapi/{name}.json"] = _json(build_app(service).openapi())
    return made


def event_documents(events: Mapping[str, type[EventData]] = EVENTS) -> dict[str, str]:
    """Write one JSON Schema per event type, with an example of the whole envelope."""
    return {
        f"docs/events/{name}.json": _json(event_schema(event)) for name, event in events.items()
    }


def event_schema(event: type[EventData]) -> dict[str, Any]:
    """Describe an event as it travels; consumers ignore members that they do not know."""
    schema = Event[event].model_json_schema()  # type: ignore[valid-type]  # made at run time
    schema["properties"]["type"] = {"const": event.event_type, "type": "string"}
    schema["properties"]["specversion"] = {"const": "1.0", "type": "string"}
    return {
        **schema,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ansinh:event:{event.event_type}",
        "title": event.__name__,
        "description": _first_paragraph(event),
        "examples": [event_example(event)],
    }


def event_example(event: type[EventData]) -> dict[str, Any]:
    """Put the contract's example into an envelope."""
    return {
        "specversion": "1.0",
        "id": EXAMPLE_ID,
        "source": f"/ansinh/{event.producer()}",
        "type": event.event_type,
        "subject": EXAMPLE_AGGREGATE,
        "time": EXAMPLE_TIME,
        "datacontenttype": "application/json",
        "sequence": 1,
        "data": event.example,
    }


def asyncapi_document(events: Mapping[str, type[EventData]] = EVENTS) -> dict[str, str]:
    """Describe streams, subjects and durables; payloads are the event schemas beside it."""
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "An Sinh: events",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 (structured JSON) on NATS JetStream, one stream per"
            " producer. `sequence` is the version of the aggregate that `subject` names; a consumer"
            " applies versions in order and asks again on a gap.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {name: _channel(event) for name, event in sorted(events.items())},
        "operations": {
            f"{event.producer()}.sends.{name}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{name}"},
                "summary": _first_paragraph(event),
            }
            for name, event in sorted(events.items())
        },
        "components": {
            "messages": {
                event.__name__: {
                    "name": name,
                    "title": event.__name__,
                    "summary": _first_paragraph(event),
                    "contentType": "application/cloudevents+json",
                    "payload": {
                        "schemaFormat": "application/schema+json;version=draft-2020-12",
                        "schema": {"$ref": f"./events/{name}.json"},
                    },
                }
                for name, event in sorted(events.items())
            }
        },
    }
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    return {"docs/asyncapi.yaml": MADE_HERE + text}


def _channel(event: type[EventData]) -> dict[str, Any]:
    producer = event.producer()
    readers = [consumer for consumer, producers in CONSUMES.items() if producer in producers]
    return {
        "address": event.subject(),
        "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}},
        "x-jetstream": {
            "stream": STREAMS[producer],
            "aggregate": event.aggregate_type(),
            "durables": {reader: durable_name(reader, producer) for reader in readers},
        },
    }


def problems_document(services: Sequence[str] = SERVICES) -> dict[str, str]:
    """List every problem code that some module of the services can answer with."""
    packages = ("common", *services)
    for package in packages:
        _import_all(package)
    described = described_problems(catalogue(), packages)
    return {
        "docs/problems.md": problems_page(described),
        "libs/common/src/common/web/problems.json": _json(described),
    }


def described_problems(
    entries: Sequence[ProblemEntry], packages: Sequence[str]
) -> list[dict[str, Any]]:
    """Join the entries of one code, as `/problems/{code}` shows them."""
    by_code: dict[str, list[ProblemEntry]] = {}
    for entry in entries:
        if entry.module.split(".", 1)[0] in packages:
            by_code.setdefault(entry.code, []).append(entry)
    return [
        {
            "code": code,
            "statuses": sorted({entry.status for entry in same}),
            "title": "; ".join(sorted({entry.title for entry in same})),
            "meaning": " ".join(sorted({entry.meaning for entry in same})),
            "services": sorted({entry.module.split(".", 1)[0] for entry in same}),
        }
        for code, same in sorted(by_code.items())
    ]


def problems_page(described: Sequence[Mapping[str, Any]]) -> str:
    """Write the catalogue as a table; a code that several modules use is one line."""
    lines = [
        "<!-- Made by tools/generate.py; do not edit. -->",
        "# Problems",
        "",
        "Every refusal is RFC 9457 `application/problem+json`. `code` is stable; texts may improve.",
        "",
        "| code | status | title | meaning | from |",
        "| --- | --- | --- | --- | --- |",
    ]
    for problem in described:
        cells = (
            f"`{problem['code']}`",
            " ".join(map(str, problem["statuses"])),
            problem["title"],
            problem["meaning"],
            ", ".join(problem["services"]),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _import_all(package: str) -> None:
    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, f"{package}."):
        parts = module.name.split(".")
        if not {"migrations", "__main__", "testing"} & set(parts):
            importlib.import_module(module.name)


def _first_paragraph(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split("\n\n", 1)[0].split())


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def changelog_document() -> dict[str, str]:
    """Write what changed in the law by day, from the dated values of the law engine."""
    text: str = importlib.import_module("eligibility.rulebook.service").changelog()
    return {"docs/law/changelog.md": "<!-- Made by tools/generate.py; do not edit. -->\n" + text}


def communes_document() -> dict[str, str]:
    """Write which province each commune belongs to, from the registry's list of units."""
    source = ROOT / "services/registry/src/registry/areas/data/units.csv"
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    lines = [f"{row['code']},{row['province_code']}" for row in rows]
    text = "\n".join(["commune,province", *sorted(lines)]) + "\n"
    return {"libs/common/src/common/areas/communes.csv": text}


def all_documents() -> dict[str, str]:
    """Make every generated document in memory."""
    return {
        **openapi_documents(),
        **event_documents(),
        **asyncapi_document(),
        **problems_document(),
        **traceability_document(),
        **changelog_document(),
        **schema_documents(SERVICES),
        **levels_document(ROOT),
        **communes_document(),
    }


def differences(documents: Documents, root: Path) -> dict[str, str]:
    """Compare with the disk: path -> what is wrong, nothing when all is as it should be."""
    wrong: dict[str, str] = {}
    for name, text in sorted(documents.items()):
        path = root / name
        if not path.exists():
            wrong[name] = "missing"
        elif (on_disk := path.read_text(encoding="utf-8")) != text:
            lines = difflib.unified_diff(
                on_disk.splitlines(), text.splitlines(), "on disk", "by the code", lineterm="", n=1
            )
            wrong[name] = "\n".join(list(lines)[:DIFFERENCE_LINES])
    for name in _leftovers(documents, root):
        wrong[name] = "no longer made"
    return wrong


def write(documents: Documents, root: Path) -> list[str]:
    """Bring the disk up to date; give the names of the files that changed."""
    changed = sorted(differences(documents, root))
    for name in changed:
        path = root / name
        if name not in documents:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(documents[name], encoding="utf-8")
    return changed


def _leftovers(documents: Documents, root: Path) -> list[str]:
    return [
        name
        for folder, pattern in OWNED.items()
        for path in sorted((root / folder).glob(pattern))
        if (name := path.relative_to(root).as_posix()) not in documents
    ]


def main() -> int:
    """Write the documents, or with `--check` say which differ; the exit status tells."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check_only = parser.parse_args().check
    documents = all_documents()
    if not check_only:
        for name in write(documents, ROOT):
            print(f"written {name}")
        return 0
    wrong = differences(documents, ROOT)
    for name, text in wrong.items():
        print(f"{name}: differs from the code (run `make generate`)\n{text}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
