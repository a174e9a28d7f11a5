from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema_rs
import pytest
import yaml

from common.contracts.catalogue import EVENTS
from common.contracts.envelope import Event
from common.web.problems import ProblemEntry

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    sys.path.insert(0, str(ROOT / "tools"))  # as when it is run as a script
    spec = importlib.util.spec_from_file_location("generate", ROOT / "tools" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_each_example_meets_its_published_schema_and_parses(
    generate: ModuleType, name: str
) -> None:
    schema = generate.event_schema(EVENTS[name])
    (example,) = schema["examples"]
    assert jsonschema_rs.meta.is_valid(schema)
    jsonschema_rs.Draft202012Validator(schema).validate(example)
    assert Event[Any].model_validate(example).type == name
    assert EVENTS[name].model_validate(example["data"]).event_type == name


def test_a_schema_refuses_another_type_and_a_missing_member(generate: ModuleType) -> None:
    schema = generate.event_schema(EVENTS["reporting.report.filed.v1"])
    (example,) = schema["examples"]
    lacking = {**example, "data": {**example["data"]}}
    del lacking["data"]["content_hash"]
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert validator.is_valid(example)
    assert not validator.is_valid({**example, "type": "reporting.report.filed.v2"})
    assert not validator.is_valid(lacking)


def test_asyncapi_names_every_event_with_its_stream_durables_and_an_existing_schema(
    generate: ModuleType,
) -> None:
    documents = generate.event_documents()
    document: dict[str, Any] = yaml.safe_load(generate.asyncapi_document()["docs/asyncapi.yaml"])
    assert document["asyncapi"] == "3.0.0"
    assert set(document["channels"]) == set(EVENTS)
    for name, channel in document["channels"].items():
        assert channel["address"] == f"ansinh.{name}"
        ((message, reference),) = channel["messages"].items()
        assert reference == {"$ref": f"#/components/messages/{message}"}
        payload = document["components"]["messages"][message]["payload"]["schema"]["$ref"]
        assert f"docs/{payload.removeprefix('./')}" in documents
    died = document["channels"]["registry.person.died.v1"]["x-jetstream"]
    assert died["stream"] == "REGISTRY"
    assert died["durables"]["disbursement"] == "disbursement-from-registry"
    operations = document["operations"].values()
    assert {one["channel"]["$ref"] for one in operations} == {
        f"#/channels/{name}" for name in EVENTS
    }


def test_the_openapi_of_a_service_is_stable_and_sorted(generate: ModuleType) -> None:
    first = generate.openapi_documents(("reporting",))
    assert first == generate.openapi_documents(("reporting",))
    ((name, text),) = first.items()
    assert name == "docs/openapi/reporting.json"
    document = json.loads(text)
    assert list(document["paths"]) == sorted(document["paths"])
    assert "/reporting/v1/indicators" in document["paths"]


def test_a_code_of_several_modules_is_one_line_and_strangers_are_left_out(
    generate: ModuleType,
) -> None:
    entries = [
        ProblemEntry("gone", 404, "Không còn", "No | more.", "registry.persons.domain"),
        ProblemEntry("gone", 404, "Không còn", "No | more.", "reporting.documents.service"),
        ProblemEntry("test_only", 409, "Thử", "Of a test.", "tests.somewhere"),
    ]
    described = generate.described_problems(entries, ("registry", "reporting"))
    page = generate.problems_page(described)
    assert "| `gone` | 404 | Không còn | No \\| more. | registry, reporting |" in page
    assert "test_only" not in page


def test_every_problem_of_the_service_is_in_the_catalogue(generate: ModuleType) -> None:
    page = generate.problems_document(("reporting",))["docs/problems.md"]
    for code in ("commune_not_found", "report_kind_unknown", "report_not_found", "cross_site"):
        assert f"| `{code}` |" in page


def test_law_marks_of_functions_classes_modules_and_parameters_are_found(
    generate: ModuleType,
) -> None:
    source = """
import pytest
pytestmark = [pytest.mark.law("176/2025 Art 3.1")]

@pytest.mark.law("335/2026 Art 32.4", "335/2026 Art 4.2")
async def test_one(): ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.law("20/2021 Art 6.2"))])
def test_two(x): ...

@pytest.mark.law("20/2021 Art 5.6")
class TestThree:
    def test_four(self): ...
    def not_a_test(self): ...
"""
    assert dict(generate.law_marks(source)) == {
        "test_one": ("176/2025 Art 3.1", "335/2026 Art 32.4", "335/2026 Art 4.2"),
        "test_two": ("176/2025 Art 3.1", "20/2021 Art 6.2"),
        "TestThree::test_four": ("176/2025 Art 3.1", "20/2021 Art 5.6"),
    }


def test_a_law_mark_that_is_computed_is_refused(generate: ModuleType) -> None:
    with pytest.raises(SystemExit, match="plain texts"):
        list(generate.law_marks("@pytest.mark.law(NAME)\ndef test_one(): ..."))


def test_provisions_are_sorted_as_people_count(generate: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_x.py").write_text(
        '@pytest.mark.law("335/2026 Art 10", "335/2026 Art 4.2", "20/2021 Art 6")\n'
        "def test_a(): ...\n"
    )
    page = generate.traceability_document(folder)["docs/law/traceability.md"]
    provisions = [line.split("|")[1].strip() for line in page.splitlines() if "test_a" in line]
    assert provisions == ["20/2021 Art 6", "335/2026 Art 4.2", "335/2026 Art 10"]


def test_check_names_what_is_missing_changed_or_left_over_and_writing_mends_it(
    generate: ModuleType, tmp_path: Path
) -> None:
    documents = {"docs/events/a.json": "1\n", "docs/problems.md": "2\n"}
    events = tmp_path / "docs" / "events"
    events.mkdir(parents=True)
    (events / "old.json").write_text("0\n")
    (tmp_path / "docs" / "problems.md").write_text("other\n")
    wrong = generate.differences(documents, tmp_path)
    assert wrong["docs/events/a.json"] == "missing"
    assert wrong["docs/events/old.json"] == "no longer made"
    assert "-other" in wrong["docs/problems.md"]
    assert generate.write(documents, tmp_path) == sorted(wrong)
    assert generate.differences(documents, tmp_path) == {}
    assert generate.write(documents, tmp_path) == []
