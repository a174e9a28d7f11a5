"""The sandbox's bank and post office become partners, as real ones do: one proposes, one confirms."""

from __future__ import annotations

from typing import Any

from sandbox.demo.client import Client

MAKER, CHECKER = "quan_ly_chi_tra", "duyet_don_vi_chi_tra"
DESKS = ("bank", "post")
REASON = "Hợp đồng chi trả của bản thử"
FIRST_DAY = "2026-01-01"


def register_partners(client: Client) -> None:
    """Register the stand-ins that are not there yet; repeating it changes nothing."""
    known = {item["code"] for item in client.get(MAKER, "/disbursement/v1/partners")["items"]}
    for desk in DESKS:
        about = client.world(f"/{desk}/introduction")
        if about["code"] not in known:
            _register(client, about)


def _register(client: Client, about: dict[str, Any]) -> None:
    bank = about["partner_kind"] == "bank"
    partner = {
        "kind": "partner",
        **{
            name: about[name] for name in ("partner_kind", "name", "format", "address", "client_id")
        },
        "delivery": "push",
        "contract": {"number": "01/2026/HĐ-CT", "valid_from": FIRST_DAY},
    }
    key = {name: about[name] for name in ("key_id", "public_key")}
    changes: list[dict[str, Any]] = [
        partner,
        {"kind": "key", **key, "valid_from": FIRST_DAY},
        {
            "kind": "debtor_account", "holder": "UBND xã", "account": "0099000111222",
            "bank_code": "970405", "valid_from": FIRST_DAY,
        },
        {"kind": "route", "method": "account" if bank else "cash"},
    ]  # fmt: skip
    for number, change in enumerate(changes):
        key_text = f"partner-{about['code']}-{number}"
        proposed = client.call(
            MAKER,
            "POST",
            "/disbursement/v1/partner-changes",
            json={"partner": about["code"], "change": change, "reason": REASON},
            key=key_text,
        ).json()
        client.call(
            CHECKER,
            "POST",
            f"/disbursement/v1/partner-changes/{proposed['change_id']}/confirm",
            json={"reason": REASON},
            key=f"{key_text}-confirm",
        )
