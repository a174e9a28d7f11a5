"""Files of a list: written, checked against their schema and sealed in the transaction of the seal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from common.audit import record
from common.contracts.benefits import payee_text
from common.database.session import AsyncSession
from disbursement.accounts import service as accounts
from disbursement.accounts.domain import OpenedAccount
from disbursement.directory import service as directory
from disbursement.directory.domain import Partner
from disbursement.obligations.domain import name_uuid
from disbursement.partners.domain import (
    DeliveryNotFound,
    DeliveryNotRefused,
    FileHeader,
    FileLine,
)
from disbursement.partners.formats.adapter import check_lines
from disbursement.partners.formats.registry import ADAPTERS
from disbursement.partners.service.deliveries import delivery_aad
from disbursement.partners.store import deliveries as store
from disbursement.payroll import service as payroll
from disbursement.payroll.domain import end_to_end_id


async def prepare(session: AsyncSession, vault: accounts.Vault, list_id: UUID) -> None:
    """Make the files and payments of a list that was just sealed.

    Raises:
        FileNotPayable: a file does not meet its schema; the list is not sealed.
    """
    sealed = await payroll.get(session, list_id)
    lines = await payroll.lines(session, list_id)
    wanted = [line.account_id for line in lines if line.account_id is not None]
    opened = await accounts.open_accounts(session, vault, wanted)
    rows = []
    for share in await payroll.shares_of(session, sealed):
        partner = await directory.partner(session, share.partner)
        chosen = [line for line in lines if line.partner == share.partner]
        header = await _header(session, partner, sealed, share)
        content = _written(partner, header, file_lines(chosen, opened, header))
        delivery_id = name_uuid(f"delivery:{share.reference}")
        rows.append(_delivery_row(vault, partner, share, content, delivery_id))
    columns: list[list[Any]] = [[row[index] for row in rows] for index in range(8)]
    made = await store.insert(
        session,
        list_id=list_id,
        commune_code=sealed.commune_code,
        month=sealed.month.first_day,
        sealed_on=sealed.sealed_on or date.max,
        columns=columns,
    )
    if made != sealed.lines:
        msg = "a sealed list and its payments differ in number"
        raise RuntimeError(msg)


async def renew(
    session: AsyncSession, vault: accounts.Vault, list_id: UUID, partner_code: str
) -> None:
    """Write the file of a refused delivery anew, as the partner is known today.

    The lines, their references and amounts are those that were sealed; only what stands around
    them (format, debtor's account, reference of the file) may differ.

    Raises:
        DeliveryNotFound, DeliveryNotRefused: there is no refused file.
        FileNotPayable: the new file does not meet its schema either.
    """
    sealed = await payroll.get(session, list_id)
    lines = [line for line in await payroll.lines(session, list_id) if line.partner == partner_code]
    wanted = [line.account_id for line in lines if line.account_id is not None]
    opened = await accounts.open_accounts(session, vault, wanted)
    partner = await directory.partner(session, partner_code)
    (share,) = [s for s in await payroll.shares_of(session, sealed) if s.partner == partner_code]
    found = await store.find(session, list_id, partner_code)
    if found is None:
        raise DeliveryNotFound
    if found["state"] != "refused":
        raise DeliveryNotRefused
    share = replace(share, reference=f"{share.reference}-{found['renewals'] + 2}")
    header = await _header(session, partner, sealed, share)
    content = _written(partner, header, file_lines(lines, opened, header))
    delivery_id = found["delivery_id"]
    row = _delivery_row(vault, partner, share, content, delivery_id)
    await store.renew(session, delivery_id, row[2:6])
    await record(
        session, "delivery.renewed", "delivery", delivery_id, {"reference": share.reference}
    )


async def _header(
    session: AsyncSession,
    partner: Partner,
    sealed: payroll.PaymentList,
    share: payroll.PartnerShare,
) -> FileHeader:
    execution = sealed.month.first_day
    debtor = await directory.debtor_account(session, partner.code, sealed.commune_code, execution)
    return FileHeader(
        reference=share.reference,
        commune_code=sealed.commune_code,
        month_text=sealed.month.display(),
        created_on=(sealed.sealed_on or date.max).isoformat(),
        execution_date=execution.isoformat(),
        lines=share.lines,
        total=share.total,
        debtor_name=debtor.holder if debtor else "",
        debtor_account=debtor.account if debtor else "",
        debtor_bank=debtor.bank_code if debtor else "",
    )


def _written(partner: Partner, header: FileHeader, lines: Sequence[FileLine]) -> bytes:
    adapter = ADAPTERS[partner.format]
    check_lines(adapter, header, lines)
    content = adapter.render(header, lines, partner.profile)
    adapter.check(content)
    return content


def file_lines(
    chosen: Sequence[payroll.Line], opened: Mapping[UUID, OpenedAccount], header: FileHeader
) -> list[FileLine]:
    """Give the lines of a file: who is paid, where, how much, and what for."""
    made = []
    for number, line in enumerate(chosen, 1):
        account = opened.get(line.account_id) if line.account_id else None
        made.append(
            FileLine(
                position=number,
                end_to_end_id=end_to_end_id(line.line_id, line.attempt),
                name=_payee_name(line, account),
                personal_id=_payee_number(line),
                place=line.village or "",
                amount=line.total,
                text=_text(line, header),
                bank_code=line.bank_code or "",
                account=account.number if account else "",
                beneficiary=line.full_name if line.payee_name is not None else "",
            )
        )
    return made


def _text(line: payroll.Line, header: FileHeader) -> str:
    """Say what the money is: benefit and month, and what of it is arrears or carried."""
    if line.one_off_id is not None:
        return payee_text(line.benefit)
    parts = [f"{payee_text(line.benefit)} tháng {header.month_text}"]
    if line.arrears:
        parts.append(f"truy lĩnh {line.arrears_months} tháng")
    if line.carried:
        parts.append("khoản kỳ trước chuyển sang")
    return ", ".join(parts)


def _payee_name(line: payroll.Line, account: OpenedAccount | None) -> str:
    if account and account.holder:
        return account.holder
    return line.payee_name or line.full_name


def _payee_number(line: payroll.Line) -> str:
    if line.payee_name is not None:
        return line.payee_number or ""
    return line.personal_id or line.former_number or ""


def _delivery_row(
    vault: accounts.Vault,
    partner: Partner,
    share: payroll.PartnerShare,
    content: bytes,
    delivery_id: UUID,
) -> tuple[Any, ...]:
    return (
        delivery_id,
        partner.code,
        share.reference,
        partner.format,
        vault.cipher.encrypt_bytes(content, delivery_aad(delivery_id)),
        hashlib.sha256(content).hexdigest(),
        share.lines,
        share.total,
    )
