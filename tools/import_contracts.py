"""Write `.importlinter` from the corridors of docs/architecture.md: who may import whom.

Run by `make generate`; `--check` fails when the file differs.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / ".importlinter"

CORRIDORS: dict[str, tuple[str, ...]] = {
    "registry": (
        "areas", "persons", "households", "circumstances", "sealed_facts", "disability",
        "representation", "verification", "notices", "registrations", "lists", "quality",
    ),
    "eligibility": (
        "law", "rulebook", "facts", "dossiers", "decisions", "entitlements", "reviews", "emergency",
        "portal", "inquiries", "issue_register",
    ),
    "disbursement": (
        "directory", "accounts", "obligations", "ledger", "payroll", "partners", "reconciliation", "recovery",
    ),
    "reporting": (
        "projections", "selections", "indicators", "activities", "lists", "statutory", "documents", "dashboard",
    ),
}  # fmt: skip
"""Rooms of each service, upstream first: data flows down, imports point up."""

IN_A_ROOM = ("routes | handlers | jobs", "service", "store | gateway", "tables")
"""Layers inside a room, the one that may import the others first."""


def rooms_of(service: str) -> list[str]:
    """Give the rooms of the corridor that exist on disk, upstream first."""
    source = ROOT / "services" / service / "src" / service
    return [room for room in CORRIDORS[service] if (source / room / "__init__.py").exists()]


def _section(name: str, kind: str, title: str, **lists: list[str]) -> str:
    lines = [f"[importlinter:contract:{name}]", f"name = {title}", f"type = {kind}"]
    for key, values in lists.items():
        lines.append(f"{key} =")
        lines.extend(f"    {value}" for value in values)
    return "\n".join(lines) + "\n"


def _optional(layers: tuple[str, ...]) -> list[str]:
    return [" | ".join(f"({part})" for part in layer.split(" | ")) for layer in layers]


def _service_contracts(service: str) -> list[str]:
    rooms = rooms_of(service)
    if not rooms:
        return []
    source = ROOT / "services" / service / "src" / service
    parts = [
        _section(
            f"{service}-corridor", "layers", f"Rooms of {service} import upstream only",
            layers=[f"{service}.{room}" for room in reversed(rooms)],
        ),
        _section(
            f"{service}-rooms", "layers", f"Layers inside each room of {service}",
            layers=_optional(IN_A_ROOM), containers=[f"{service}.{room}" for room in rooms],
        ),
    ]  # fmt: skip
    for room in rooms:
        private = [
            f"{service}.{room}.{name}"
            for name in ("store", "tables", "gateway")
            if (source / room / f"{name}.py").exists() or (source / room / name).is_dir()
        ]
        if private:
            parts.append(
                _section(
                    f"{service}-{room}-private", "protected",
                    f"Only {service}.{room} uses its own store, tables and gateway",
                    protected_modules=private, allowed_importers=[f"{service}.{room}"],
                )
            )  # fmt: skip
    return parts


def contracts() -> str:
    """Give the whole configuration."""
    services = list(CORRIDORS)
    parts = [
        "# Made by tools/import_contracts.py (make generate). Do not edit.\n[importlinter]\n"
        "root_packages =\n" + "".join(f"    {p}\n" for p in ("common", "sandbox", *services))
        + "include_external_packages = False\n",
        _section("services", "independence", "Services never import each other", modules=services),
        _section(
            "common", "forbidden", "Common knows no service and no sandbox",
            source_modules=["common"], forbidden_modules=["sandbox", *services],
        ),
        _section(
            "sandbox", "forbidden", "The sandbox sees the services from outside only",
            source_modules=["sandbox"], forbidden_modules=services,
        ),
        _section(
            "production", "forbidden", "Services never import the sandbox",
            source_modules=services, forbidden_modules=["sandbox"],
        ),
        _section(
            "kernel", "forbidden", "The kernel is pure",
            source_modules=["common.kernel"],
            forbidden_modules=[
                f"common.{p.name}" for p in sorted((ROOT / "libs/common/src/common").iterdir())
                if p.is_dir() and p.name not in {"kernel", "__pycache__"}
            ],
        ),
    ]  # fmt: skip
    for service in services:
        parts.extend(_service_contracts(service))
    return "\n".join(parts)


def main(arguments: list[str], target: Path = TARGET) -> int:
    """Write the file, or with `--check` say whether it is current."""
    text = contracts()
    if "--check" in arguments:
        if target.read_text(encoding="utf-8") != text:
            print(".importlinter is out of date: run `make generate`", file=sys.stderr)
            return 1
        return 0
    target.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
