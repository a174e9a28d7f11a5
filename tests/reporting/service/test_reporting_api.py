from __future__ import annotations

import io
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from python_calamine import CalamineWorkbook

from common.testing.permissions import routes_without_permission
from common.web.permissions import route_permissions
from reporting.dashboard.routes import COOKIE

BASE = "/reporting/v1"
DECEMBER = {"commune_code": "25000", "month": "2026-12"}
REPORT = {"kind": "monthly_payment", **DECEMBER}
HTML = {"Accept": "text/html,application/xhtml+xml"}
READ = ["reporting:read", "reports:write"]


def officer(make_token: Callable[..., str], *communes: str, **claims: Any) -> dict[str, str]:
    token = make_token(["reporting:read"], communes=communes, subject="can_bo", **claims)
    return {"Authorization": f"Bearer {token}"}


def with_key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


async def test_the_indicators_of_a_commune_follow_from_the_events(reporting: Any) -> None:
    answer = await reporting.get(f"{BASE}/indicators", params=DECEMBER)
    assert answer.status_code == 200
    body = answer.json()
    assert body["lists"] | {"last_sealed_on": None} == {
        "sealed": 1,
        "announced_lines": 3,
        "announced_total": 2_960_000,
        "last_sealed_on": None,
        "lines_with_result": 3,
        "complete": True,
    }
    total = body["total"]
    assert [total[name] for name in ("people", "male", "female", "sex_unknown")] == [3, 1, 2, 0]
    assert [total[name] for name in ("regular", "arrears", "carried_in", "total")] == [
        2_160_000,
        800_000,
        0,
        2_960_000,
    ]
    assert body["arrears"] == {
        "months": 15,
        "people": 3,
        "amount": 800_000,
        "by_months": [{"months": 5, "people": 3, "amount": 800_000}],
    }
    groups = {group["code"]: group for group in body["by_group"]}
    assert {code: (one["people"], one["total"]) for code, one in groups.items()} == {
        "5.6": (1, 1_480_000),
        "social_pension": (2, 1_480_000),
    }
    assert [part["code"] for part in groups["5.6"]["provisions"]] == ["5.6_severe_elderly"]
    methods = {part["code"]: (part["people"], part["paid_people"]) for part in body["by_method"]}
    assert methods == {"account": (2, 1), "cash": (1, 0)}
    assert body["cashless_rate"]["percent"] == "100.00"
    assert (body["failed"]["people"], body["failed"]["amount"]) == (1, 1_480_000)
    assert [reason["code"] for reason in body["failed"]["reasons"]] == ["account_closed"]
    assert (body["carried"]["people"], body["carried"]["amount"]) == (1, 740_000)
    assert body["pending"]["lines"] == 0
    assert (body["recoveries"]["cases"], body["recoveries"]["amount"]) == (1, 340_000)
    assert body["deaths"] == {"in_month": 1, "to_date": 1}
    assert body["held"] == 1
    assert [(row["code"], row["people"]) for row in body["verification"]] == [("verified", 4)]
    assert [row["unexplained_amount"] for row in body["reconciliations"]] == [0]


async def test_every_listed_dong_is_paid_failed_carried_or_pending(reporting: Any) -> None:
    for params in (DECEMBER, {"month": "2026-12"}):
        body = (await reporting.get(f"{BASE}/indicators", params=params)).json()
        parts = [body[name]["amount"] for name in ("failed", "carried", "pending")]
        assert body["total"]["paid_amount"] + sum(parts) == body["total"]["total"]


async def test_without_a_commune_the_province_is_counted_or_only_what_is_ones_own(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    whole = (await reporting.get(f"{BASE}/indicators", params={"month": "2026-12"})).json()
    assert (whole["scope"], whole["total"]["people"], whole["lists"]["sealed"]) == (
        "province",
        4,
        2,
    )
    assert whole["cashless_rate"]["percent"] == "50.00"
    own = await reporting.get(
        f"{BASE}/indicators", params={"month": "2026-12"}, headers=officer(make_token, "25000")
    )
    assert (own.json()["scope"], own.json()["total"]["people"]) == ("commune", 3)


async def test_a_foreign_commune_is_not_found_on_every_address(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    filed = await reporting.post(f"{BASE}/reports", json=REPORT, headers=with_key("k"))
    report = f"{BASE}/reports/{filed.json()['report_id']}"
    stranger = officer(make_token, "24997")
    answers = [
        await reporting.get(f"{BASE}/indicators", params=DECEMBER, headers=stranger),
        await reporting.get(f"{BASE}/dashboard", params=DECEMBER, headers=stranger),
        await reporting.get(report, headers=stranger),
        await reporting.get(f"{report}/file", headers=stranger),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert [answer.json()["code"] for answer in answers] == [
        "commune_not_found",
        "commune_not_found",
        "report_not_found",
        "report_not_found",
    ]


async def test_no_communes_in_the_token_means_nothing_is_seen(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    answer = await reporting.get(
        f"{BASE}/indicators", params={"month": "2026-12"}, headers=officer(make_token)
    )
    assert answer.status_code == 200
    assert (answer.json()["total"]["people"], answer.json()["lists"]["sealed"]) == (0, 0)


async def test_without_a_token_every_figure_is_refused(reporting: Any) -> None:
    report = "/reports/019a0000-0000-7000-8000-000000000050"
    for path in ("/indicators?month=2026-12", "/dashboard", report, f"{report}/file"):
        answer = await reporting.get(f"{BASE}{path}", headers={"Authorization": ""})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


async def test_reading_does_not_allow_filing(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    headers = officer(make_token, "25000") | with_key("k")
    answer = await reporting.post(f"{BASE}/reports", json=REPORT, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def test_a_month_that_no_calendar_has_is_refused(reporting: Any) -> None:
    for month in ("2026-13", "12/2026", "9999-12", "0000-01", ""):
        answer = await reporting.get(f"{BASE}/indicators", params={"month": month})
        report = {**REPORT, "month": month}
        filed = await reporting.post(f"{BASE}/reports", json=report, headers=with_key(f"k{month}"))
        assert (answer.status_code, filed.status_code) == (422, 422)


async def test_page_api_and_workbook_show_the_same_figures(reporting: Any) -> None:
    body = (await reporting.get(f"{BASE}/indicators", params=DECEMBER)).json()
    page = (await reporting.get(f"{BASE}/dashboard", params=DECEMBER)).text
    filed = await reporting.post(f"{BASE}/reports", json=REPORT, headers=with_key("k"))
    file = await reporting.get(filed.json()["file_url"])
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
    groups = {row[0]: row for row in book.get_sheet_by_name("Theo nhóm").to_python()}
    shown = {
        re.sub(r"<[^>]+>", "", head): [re.sub(r"\D", "", cell) for cell in cells.split("</td>")]
        for head, cells in re.findall(
            r'<tr class="[^"]*"><th scope="row">(.*?)</th>(.*?)</tr>', page.split('id="methods"')[0]
        )
    }
    headings = [(group["label"], group) for group in body["by_group"]]
    headings += [(part["label"], part) for _, one in headings for part in one["provisions"]]
    names = [
        "people",
        "male",
        "female",
        "regular",
        "arrears",
        "carried_in",
        "total",
        "paid_people",
        "paid_amount",
    ]
    for label, part in [*headings, ("Tổng số", body["total"])]:
        expected = [part[name] for name in names]
        in_book = groups[label][1:8] + groups[label][9:11]
        assert in_book == expected
        assert [int(cell) for cell in shown[label] if cell] == expected
    rate = next(
        row[1]
        for row in book.get_sheet_by_name("Tổng hợp").to_python()
        if str(row[0]).startswith("Tỷ lệ")
    )
    assert f"{rate:.2f}" == body["cashless_rate"]["percent"]
    assert body["cashless_rate"]["percent"].replace(".", ",") + " %" in page


async def test_communes_are_called_by_the_names_that_the_registry_tells(
    reporting: Any,
    story: Any,
    tell: Callable[..., Awaitable[None]],
    drain: Callable[..., Awaitable[None]],
) -> None:
    before = (await reporting.get(f"{BASE}/indicators", params=DECEMBER)).json()
    assert before["place"] == "Xã, phường mã 25000"
    await tell(story.tell_names())
    await drain()
    assert (await reporting.get(f"{BASE}/indicators", params=DECEMBER)).json()["place"] == (
        "Xã Di Linh"
    )
    whole = await reporting.get(f"{BASE}/indicators", params={"month": "2026-12"})
    assert whole.json()["place"] == "Toàn tỉnh Lâm Đồng"
    assert "Xã Di Linh" in (await reporting.get(f"{BASE}/dashboard", params=DECEMBER)).text


async def test_a_browser_without_a_session_gets_a_page_that_asks_for_a_token(
    reporting: Any,
) -> None:
    answer = await reporting.get(
        f"{BASE}/dashboard", params=DECEMBER, headers={**HTML, "Authorization": ""}
    )
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert '<input type="hidden" name="commune_code" value="25000">' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_browser_session_opens_the_page_and_is_kept_from_scripts_and_other_sites(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    del reporting.headers["Authorization"]
    token = make_token(["reporting:read"], communes=["25000"])
    opened = await reporting.post(
        f"{BASE}/dashboard/session", data={"token": token, **DECEMBER}, headers=HTML
    )
    assert opened.status_code == 303
    assert opened.headers["location"] == f"{BASE}/dashboard?commune_code=25000&month=2026-12"
    cookie = opened.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", f"Path={BASE}/dashboard", "Max-Age=900"):
        assert part in cookie
    page = await reporting.get(opened.headers["location"], headers=HTML)
    assert page.status_code == 200
    assert "2.960.000 đồng" in page.text
    figures = await reporting.get(f"{BASE}/indicators", params=DECEMBER)
    assert figures.status_code == 401
    left = await reporting.post(f"{BASE}/dashboard/sign-out", headers=HTML)
    assert left.status_code == 303
    assert COOKIE not in reporting.cookies


async def test_a_session_is_never_longer_than_its_token(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    token = make_token(["reporting:read"], exp=int(time.time()) + 60)
    opened = await reporting.post(f"{BASE}/dashboard/session", data={"token": token})
    age = re.search(r"Max-Age=(\d+)", opened.headers["set-cookie"])
    assert age is not None
    assert int(age[1]) <= 60


async def test_bad_tokens_poor_tokens_and_other_sites_open_no_session(
    reporting: Any, make_token: Callable[..., str]
) -> None:
    path = f"{BASE}/dashboard/session"
    bad = await reporting.post(path, data={"token": "abc.def.ghi"}, headers=HTML)
    poor = await reporting.post(path, data={"token": make_token(["registry:read"])})
    foreign = await reporting.post(
        path,
        data={"token": make_token(["reporting:read"])},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert [answer.status_code for answer in (bad, poor, foreign)] == [401, 403, 403]
    assert "không hợp lệ hoặc đã hết hạn" in bad.text
    assert "abc.def" not in bad.text
    assert all("set-cookie" not in answer.headers for answer in (bad, poor, foreign))


async def test_the_page_without_a_month_shows_the_latest_sealed_list(reporting: Any) -> None:
    page = await reporting.get(f"{BASE}/dashboard")
    assert page.status_code == 200
    assert "Chi trả trợ cấp tháng 12/2026" in page.text
    assert "Toàn tỉnh" in page.text


async def test_a_month_without_lists_is_an_honest_nothing(reporting: Any) -> None:
    params = {"commune_code": "25000", "month": "2026-11"}
    body = (await reporting.get(f"{BASE}/indicators", params=params)).json()
    assert (body["total"]["people"], body["lists"]["sealed"]) == (0, 0)
    assert body["cashless_rate"]["percent"] is None
    page = await reporting.get(f"{BASE}/dashboard", params=params)
    assert "chưa có danh sách chi trả nào được chốt" in page.text


async def test_every_route_says_who_may_call_it(reporting: Any) -> None:
    assert routes_without_permission(reporting.app) == []
    public = {item.path for item in route_permissions(reporting.app) if item.public}
    assert {path for path in public if path.startswith(BASE)} == {
        f"{BASE}/dashboard/session",
        f"{BASE}/dashboard/sign-out",
        f"{BASE}/sessions/logout",
    }
