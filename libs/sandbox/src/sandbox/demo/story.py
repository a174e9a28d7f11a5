"""The main story in chapters: from a commune's spreadsheet to a reconciled month."""

from __future__ import annotations

import json
from pathlib import Path

from sandbox.demo import chapters_intake, chapters_law, chapters_money, chapters_moves
from sandbox.demo.case import DI_LINH, Case
from sandbox.demo.client import Addresses, Client
from sandbox.demo.closing import closing_table
from sandbox.demo.partners import register_partners


def run_demo(
    addresses: Addresses, passwords: dict[str, str], output: Path, case: Case = DI_LINH
) -> dict[str, object]:
    """Tell the whole story and write the files; gives the figures of the closing table.

    Args:
        addresses: where the services and the stand-ins answer.
        passwords: of the sandbox users.
        output: the folder for the list, the bank's file and the report; made when missing.
        case: the commune and its sample.

    Raises:
        DemoError: something did not go as the story tells it.
    """
    output.mkdir(parents=True, exist_ok=True)
    client = Client(addresses, passwords)
    try:
        figures = _tell(client, case, output)
    finally:
        client.http.close()
    (output / "figures.json").write_text(
        json.dumps(figures, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    return figures


def _tell(client: Client, case: Case, output: Path) -> dict[str, object]:
    register_partners(client)
    chapters_intake.classify_commune(client, case)
    chapters_intake.receive_list(client, case)
    chapters_intake.receive_deaths(client, case)
    chapters_intake.verify_people(client, case)
    chapters_law.receive_dossier(client, case)
    chapters_law.sign_dossier(client, case)
    chapters_law.sign_new_levels(client, case)
    payment_list = chapters_money.build_and_seal(client, case)
    chapters_money.pay(client, case, payment_list)
    chapters_money.reconcile(client, case)
    chapters_moves.follow_moves(client, case)
    chapters_money.write_files(client, case, payment_list, output)
    return closing_table(client, case, payment_list)
