"""The kinds of refusal: each has a code and Vietnamese words of its own."""

from __future__ import annotations

from common.kernel import errors


def test_every_kind_has_its_own_code_title_and_docstring() -> None:
    kinds = errors.DomainError.__subclasses__()
    local = [kind for kind in kinds if kind.__module__ == errors.__name__]
    assert len({kind.code for kind in local}) == len(local) == 11
    assert all(kind.title and kind.__doc__ for kind in local)


def test_a_refusal_keeps_its_fields_and_extensions() -> None:
    field = errors.FieldError("/birth_date", "in_future", "Ngày sinh ở tương lai")
    refusal = errors.Conflict("đã ký", errors=[field], allowed_actions=["view"])
    assert refusal.errors == (field,)
    assert refusal.extensions == {"allowed_actions": ["view"]}
    assert str(refusal) == "đã ký"
