from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

from reporting.dashboard.service import (
    dashboard_page,
    refused_page,
    security_headers,
    sign_in_page,
)
from reporting.indicators.domain.figures import Figures


def test_the_page_shows_the_figures_in_vietnamese_writing(figures: Figures) -> None:
    page = dashboard_page(figures, commune_code="25000", signed_in=False)
    for shown in (
        "2.020.000 đồng",
        "400.000 đồng",
        "50,00 %",
        "Trợ cấp hưu trí xã hội",
        "Tài khoản đã đóng",
        "Số liệu cập nhật đến",
        "09:30 ngày 18/12/2026",
    ):
        assert shown in page


def test_the_only_style_is_the_one_that_the_policy_names_and_nothing_is_loaded(
    figures: Figures,
) -> None:
    page = dashboard_page(figures, commune_code=None, signed_in=True)
    policy = security_headers()["Content-Security-Policy"]
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    assert len(styles) == 1
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe-inline" not in policy
    assert not re.search(r"<script|<img|<link|\sstyle=|\ssrc=|https?://", page)


def test_codes_and_messages_from_outside_are_escaped(figures: Figures) -> None:
    bad = "<script>alert(1)</script>"
    group = replace(figures.by_group[0], total=replace(figures.by_group[0].total, code=bad))
    pages = (
        dashboard_page(replace(figures, by_group=(group,)), commune_code=bad, signed_in=False),
        sign_in_page(message=bad, commune_code=bad, month=bad),
        refused_page(bad, bad),
    )
    assert all(bad not in page and "&lt;script&gt;" in page for page in pages)


def test_every_table_has_headers_with_a_scope_and_the_page_names_its_language(
    figures: Figures,
) -> None:
    page = dashboard_page(figures, commune_code=None, signed_in=False)
    assert '<html lang="vi">' in page
    assert re.findall(r"<th(?! scope=)[ >]", page) == []
    assert page.count("<main") == page.count("<h1") == 1


def test_a_month_without_a_sealed_list_says_so(figures: Figures) -> None:
    lists = replace(figures.standing.lists, sealed=0)
    empty = replace(figures, standing=replace(figures.standing, lists=lists))
    page = dashboard_page(empty, commune_code=None, signed_in=False)
    assert "chưa có danh sách chi trả nào được chốt" in page


def test_a_list_whose_lines_still_arrive_says_so(figures: Figures) -> None:
    page = dashboard_page(
        replace(figures, total=replace(figures.total, lines=2)), commune_code=None, signed_in=False
    )
    assert "hiện mới nhận 2 dòng" in page
