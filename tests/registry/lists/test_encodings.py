"""Text as old fonts stored it comes back; right text is never touched."""

from __future__ import annotations

import tomllib
import unicodedata
from importlib import resources

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.lists.domain.encodings import TCVN3, VNI, decode_tcvn3, decode_vni, read_text
from registry.lists.domain.syllables import is_syllable
from registry.lists.gateway.vocabulary import vocabulary

TO_TCVN3 = {letter: byte for byte, letter in TCVN3.items()}
TO_VNI = {letter: sign for sign, letter in VNI.items()}
TO_VNI |= {letter.upper(): sign.upper() for letter, sign in TO_VNI.items()}
LETTERS = (
    "aáàảãạăắằẳẵặâấầẩẫậbcdđeéèẻẽẹêếềểễệghiíìỉĩịklmnoóòỏõọôốồổỗộơớờởỡợpqrstuúùủũụưứừửữựvxyýỳỷỹỵ"
)
GIVEN = [
    "An",
    "Anh",
    "Ánh",
    "Ân",
    "Bảo",
    "Bắc",
    "Bằng",
    "Bích",
    "Biên",
    "Bình",
    "Bổn",
    "Bưởi",
    "Cảnh",
    "Cẩm",
    "Chánh",
    "Chắt",
    "Chiến",
    "Chuẩn",
    "Cúc",
    "Cường",
    "Dậu",
    "Diễm",
    "Dũng",
    "Dương",
    "Đạt",
    "Đệ",
    "Điểm",
    "Định",
    "Đông",
    "Đồng",
    "Đức",
    "Đượm",
    "Gấm",
    "Giàu",
    "Giỏi",
    "Hậu",
    "Hằng",
    "Hạnh",
    "Hảo",
    "Hiền",
    "Hiển",
    "Hiếu",
    "Hoàn",
    "Hoạt",
    "Hồng",
    "Huệ",
    "Huyền",
    "Hưởng",
    "Hữu",
    "Khánh",
    "Khuyến",
    "Kiệt",
    "Lạc",
    "Lẹ",
    "Liễu",
    "Loan",
    "Lộc",
    "Luyến",
    "Lượng",
    "Mẫn",
    "Mận",
    "Miễn",
    "Mộng",
    "Mỹ",
    "Nết",
    "Nga",
    "Ngãi",
    "Nghị",
    "Ngoãn",
    "Nguyệt",
    "Nhã",
    "Nhẫn",
    "Nhiễu",
    "Như",
    "Nữ",
    "Ổn",
    "Phấn",
    "Phượng",
    "Quế",
    "Quốc",
    "Quý",
    "Quyền",
    "Quỳnh",
    "Rở",
    "Sáng",
    "Sửu",
    "Tấn",
    "Thạch",
    "Thắm",
    "Thẩm",
    "Thận",
    "Thêu",
    "Thịnh",
    "Thỏa",
    "Thuận",
    "Thủy",
    "Thược",
    "Tiến",
    "Toản",
    "Tổng",
    "Trãi",
    "Trầm",
    "Trọng",
    "Trưởng",
    "Tuất",
    "Tuyển",
    "Tửu",
    "Tỵ",
    "Út",
    "Uyển",
    "Vẹn",
    "Vĩ",
    "Vịnh",
    "Vượng",
    "Xuyến",
    "Yến",
    "Ý",
]
MIDDLE = [
    "Văn",
    "Thị",
    "Đình",
    "Hữu",
    "Đức",
    "Xuân",
    "Quang",
    "Ngọc",
    "Minh",
    "Công",
    "Thanh",
    "Trọng",
    "Viết",
    "Quốc",
    "Kim",
    "Bích",
]


def names() -> st.SearchStrategy[str]:
    surnames = sorted(name.capitalize() for name in vocabulary().surnames)
    return st.builds(
        lambda *words: " ".join(words),
        st.sampled_from(surnames),
        st.sampled_from(MIDDLE),
        st.sampled_from(GIVEN),
    )


@given(st.text(alphabet=LETTERS + " '", min_size=1))
def test_every_small_letter_survives_tcvn3_and_back(text: str) -> None:
    encoded = "".join(TO_TCVN3.get(char, char) for char in text)
    assert decode_tcvn3(encoded) == text


@given(st.text(alphabet=LETTERS + LETTERS.upper() + " '", min_size=1))
def test_every_letter_survives_vni_and_back(text: str) -> None:
    encoded = "".join(TO_VNI.get(char, char) for char in text)
    assert decode_vni(encoded) == text


@given(names())
def test_a_name_in_unicode_is_never_taken_for_a_legacy_one(name: str) -> None:
    assert read_text(name).encoding == "unicode"
    assert read_text(name).text == name
    assert read_text(name.upper()).text == name.upper()


@given(names())
def test_a_name_in_vni_is_read_right_or_left_alone_but_never_read_as_another(name: str) -> None:
    encoded = "".join(TO_VNI.get(char, char) for char in name)
    assert read_text(encoded).text in {name, encoded}


@given(names())
def test_a_name_in_tcvn3_is_read_right_or_left_alone_but_never_read_as_another(name: str) -> None:
    # Of the capitals with marks TCVN3 has only seven: other names could not be typed in it.
    assume(all(char.isascii() or char in TO_TCVN3 for char in name))
    encoded = "".join(TO_TCVN3.get(char, char) for char in name)
    assert read_text(encoded).text in {name, encoded}


@given(names())
def test_a_decomposed_name_is_composed_and_says_so(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    read = read_text(decomposed)
    assert read.text == name
    assert read.encoding == ("decomposed" if decomposed != name else "unicode")


@pytest.mark.parametrize(
    ("stored", "text", "encoding"),
    [
        ("NguyÔn V¨n H¶i", "Nguyễn Văn Hải", "tcvn3"),
        ("NGUYÔN THÞ LAN", "NGUYỄN THỊ LAN", "tcvn3"),
        ("Nguyeãn Vaên Haûi", "Nguyễn Văn Hải", "vni"),
        ("NGUYEÃN VAÊN HAÛI", "NGUYỄN VĂN HẢI", "vni"),
        ("Leâ Thò Nhung", "Lê Thị Nhung", "vni"),
        ("Th«n 3", "Thôn 3", "tcvn3"),
        ("K'Br«i", "K'Brôi", "tcvn3"),
    ],
)
def test_known_legacy_texts(stored: str, text: str, encoding: str) -> None:
    read = read_text(stored)
    assert (read.text, read.encoding) == (text, encoding)


@pytest.mark.parametrize(
    "text", ["Lê Hoàng", "K'Tâm", "Bé", "Ka Hòa", "Thôn 3", "Ksor H'Blê", "K'Brèm", "Hà Quý Hoà"]
)
def test_texts_whose_signs_exist_in_both_worlds_stay_as_they_are(text: str) -> None:
    assert read_text(text).encoding == "unicode"


def test_every_word_of_our_own_vocabulary_is_spelt_as_a_syllable() -> None:
    source = resources.files("registry.lists").joinpath("data", "surnames.toml")
    surnames = tomllib.loads(source.read_text(encoding="utf-8"))["names"].split()
    assert [word for word in [*surnames, *GIVEN, *MIDDLE] if not is_syllable(word)] == []


@pytest.mark.parametrize("word", ["Nguyeãn", "Leâ", "Quèc", "fzq", "thòc", "cảch", "Haûi"])
def test_what_is_no_syllable(word: str) -> None:
    assert not is_syllable(word)
