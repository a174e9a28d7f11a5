"""The documentation page, made from the OpenAPI document on the server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#222}
h2{margin-top:2.5rem;border-bottom:1px solid #ccc}
details{border:1px solid #ddd;border-radius:6px;margin:.5rem 0;padding:.4rem .8rem}
summary{cursor:pointer}code,pre{font:13px/1.4 ui-monospace,monospace}
pre{background:#f6f6f6;padding:.6rem;overflow:auto}
b{display:inline-block;min-width:4rem}table{border-collapse:collapse}
td,th{border:1px solid #ddd;padding:.2rem .6rem;text-align:left;vertical-align:top}
"""


def render_docs(document: dict[str, Any]) -> str:
    """Give the page as HTML: operations by section, with scopes, parameters, body and answers."""
    info = document["info"]
    sections = "".join(
        f"<h2>{escape(tag)}</h2>{''.join(operations)}"
        for tag, operations in _by_tag(document).items()
    )
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        f"<title>{escape(info['title'])}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(info['title'])}</h1>"
        '<p>Tài liệu cho máy: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1). '
        "Lỗi theo RFC 9457, mã lỗi ở trường <code>code</code>.</p>"
        f"{sections}</body></html>"
    )


def _by_tag(document: dict[str, Any]) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for path, methods in document.get("paths", {}).items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["Khác"])[0]
            sections.setdefault(tag, []).append(_operation(document, path, method, operation))
    return sections


def _operation(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> str:
    scopes = [scope for item in operation.get("security", []) for scope in item.get("oidc", [])]
    parts = [
        f"<p>{escape(operation.get('description', ''))}</p>",
        f"<p>Quyền: <code>{escape(', '.join(scopes) or 'không cần')}</code></p>",
        _parameters(operation.get("parameters", [])),
        *_bodies("Nội dung gửi", operation.get("requestBody", {}), document),
    ]
    for status, answer in operation["responses"].items():
        title = f"{status} {answer.get('description', '')}"
        parts.extend(_bodies(title, answer, document) or [f"<p>{escape(title)}</p>"])
    return (
        f"<details><summary><b>{method.upper()}</b> <code>{escape(path)}</code> "
        f"{escape(operation.get('summary', ''))}</summary>{''.join(parts)}</details>"
    )


def _parameters(parameters: list[dict[str, Any]]) -> str:
    if not parameters:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(item['name'])}</code></td><td>{escape(item['in'])}</td>"
        f"<td>{'bắt buộc' if item.get('required') else ''}</td>"
        f"<td>{escape(item.get('description', ''))}</td></tr>"
        for item in parameters
    )
    return f"<table><tr><th>Tham số</th><th>Ở</th><th></th><th>Ý nghĩa</th></tr>{rows}</table>"


def _bodies(title: str, holder: dict[str, Any], document: dict[str, Any]) -> list[str]:
    return [
        f"<p>{escape(title)} (<code>{escape(media)}</code>)</p><pre>{escape(shown)}</pre>"
        for media, content in holder.get("content", {}).items()
        for shown in _shown(content, document)
    ]


def _shown(content: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    examples = content.get("examples")
    if examples:
        for example in examples.values():
            yield _pretty(example.get("value", example))
    elif "example" in content:
        yield _pretty(content["example"])
    else:
        yield _pretty(_resolve(content.get("schema", {}), document))


def _resolve(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """Give a schema's example when it has one, else the schema that it names."""
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    found = document["components"]["schemas"].get(name, schema) if name else schema
    examples = found.get("examples")
    return examples[0] if examples else found


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
