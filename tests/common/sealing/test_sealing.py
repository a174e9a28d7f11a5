from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.sealing import (
    BlindIndex,
    FieldCipher,
    SealBroken,
    key_from_base64,
    open_file,
    seal_file,
    seal_for,
    unseal,
)
from common.testing.keys import new_private_key, public_key_of

KEY, OTHER = b"\x01" * 32, b"\x02" * 32
KEY64 = base64.b64encode(KEY).decode()
CIPHER = FieldCipher(KEY)
PRIVATE = new_private_key()
PUBLIC = public_key_of(PRIVATE)
TEXT = st.text(st.characters(codec="utf-8"), max_size=200)


@given(TEXT, TEXT)
def test_a_field_opens_where_it_was_sealed(text: str, aad: str) -> None:
    assert CIPHER.decrypt(CIPHER.encrypt(text, aad), aad) == text


@given(TEXT, st.data())
def test_a_field_that_was_altered_does_not_open(text: str, data: st.DataObject) -> None:
    sealed = bytearray(CIPHER.encrypt(text, "a"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBroken):
        CIPHER.decrypt(bytes(sealed), "a")


@given(st.binary(max_size=64))
def test_rubbish_does_not_open(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        CIPHER.decrypt(sealed, "a")


def test_a_field_does_not_open_in_another_place_or_with_another_key() -> None:
    sealed = CIPHER.encrypt("9704 1234", "account|number|1")
    with pytest.raises(SealBroken):
        CIPHER.decrypt(sealed, "account|number|2")
    with pytest.raises(SealBroken):
        FieldCipher(OTHER).decrypt(sealed, "account|number|1")


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert len({CIPHER.encrypt("x", "a") for _ in range(100)}) == 100


def test_after_a_rotation_old_values_open() -> None:
    sealed = CIPHER.encrypt("x", "a")
    rotated = FieldCipher(OTHER, former_keys=(KEY,))
    assert rotated.decrypt(sealed, "a") == "x"


@given(TEXT, TEXT)
def test_a_blind_index_is_equal_for_equal_texts_only(one: str, other: str) -> None:
    index = BlindIndex(KEY)
    assert len(index.of(one)) == 16
    assert (index.of(one) == index.of(other)) is (one == other)
    assert index.of(one) != BlindIndex(OTHER).of(one)


@given(TEXT)
def test_a_box_opens_for_its_reader_only(text: str) -> None:
    sealed = seal_for(PUBLIC, text)
    assert unseal(PRIVATE, sealed) == text
    with pytest.raises(SealBroken):
        unseal(new_private_key(), sealed)


@pytest.mark.parametrize("sealed", ["", "x", "é", "AAAA", base64.b64encode(b"x" * 60).decode()])
def test_a_broken_box_is_told_as_such(sealed: str) -> None:
    with pytest.raises(SealBroken):
        unseal(PRIVATE, sealed)


@pytest.mark.parametrize("text", ["", "short", "!" * 44, base64.b64encode(b"x" * 31).decode()])
def test_a_key_that_is_not_32_bytes_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        key_from_base64(text)


def test_both_alphabets_of_base64_and_blanks_are_read() -> None:
    key = b"\xfb\xff" * 16
    assert key_from_base64(base64.b64encode(key).decode() + "\n") == key
    assert key_from_base64(base64.urlsafe_b64encode(key).decode()) == key


SIZES = [0, 1, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 3 * 1024 * 1024]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_opens_to_what_it_was(tmp_path: Path, size: int) -> None:
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    content = os.urandom(size)
    plain.write_bytes(content)
    seal_file(KEY64, plain, sealed, aad="import|1")
    assert b"".join(open_file(KEY64, sealed, aad="import|1")) == content
    assert not sealed.with_name("sealed.partial").exists()
    with pytest.raises(SealBroken):
        list(open_file(KEY64, sealed, aad="import|2"))


@pytest.fixture(scope="module")
def sealed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sealed")
    (folder / "plain").write_bytes(os.urandom(2_500_000))
    seal_file(KEY64, folder / "plain", folder / "sealed", aad="a")
    return folder / "sealed"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2_500_000))
def test_a_file_that_was_cut_off_does_not_open(sealed_file: Path, length: int) -> None:
    cut = sealed_file.with_name("cut")
    cut.write_bytes(sealed_file.read_bytes()[:length])
    with pytest.raises(SealBroken):
        list(open_file(KEY64, cut, aad="a"))


def test_chunks_that_changed_places_do_not_open(sealed_file: Path) -> None:
    content, size = sealed_file.read_bytes(), 12 + 1024 * 1024 + 16
    head, one, two, rest = content[:8], content[8 : 8 + size], content[8 + size : 8 + 2 * size], 0
    swapped = sealed_file.with_name("swapped")
    swapped.write_bytes(head + two + one + content[8 + 2 * size + rest :])
    with pytest.raises(SealBroken):
        list(open_file(KEY64, swapped, aad="a"))
