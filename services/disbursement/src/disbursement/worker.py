"""Background work: which rooms hear events, in corridor order, and what repeats."""

from __future__ import annotations

from common.events.dispatch import Dispatcher
from common.runtime.service import PeriodicJob
from disbursement.accounts.handlers import handlers as accounts_handlers
from disbursement.accounts.service import Vault
from disbursement.obligations.handlers import HANDLERS as OBLIGATIONS
from disbursement.partners.handlers import handlers as partners_handlers
from disbursement.partners.jobs import PartnerSettings, delivery_job
from disbursement.reconciliation.handlers import HANDLERS as RECONCILIATION
from disbursement.recovery.handlers import HANDLERS as RECOVERY
from disbursement.settings import DisbursementSettings


def make_vault(settings: DisbursementSettings) -> Vault:
    """Give the keys of accounts and files."""
    return Vault(
        private_key=settings.account_private_key.get_secret_value(),
        field_key=settings.field_key.get_secret_value(),
        index_key=settings.blind_index_key.get_secret_value(),
    )


def make_dispatcher(vault: Vault) -> Dispatcher:
    """Give the rooms that hear events, upstream first."""
    return Dispatcher(
        [
            accounts_handlers(vault),
            OBLIGATIONS,
            partners_handlers(vault),
            RECONCILIATION,
            RECOVERY,
        ]
    )


def periodic_jobs(settings: DisbursementSettings, vault: Vault) -> list[PeriodicJob]:
    """Give what repeats: the delivery of files."""
    us = PartnerSettings(
        signing_key=settings.signing_key.get_secret_value(),
        token_url=settings.token_url,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        deadline_seconds=settings.delivery_deadline_seconds,
        retry_seconds=settings.delivery_retry_seconds,
        folder=settings.delivery_folder,
    )
    return [PeriodicJob("deliver-lists", settings.delivery_seconds, delivery_job(vault, us))]
