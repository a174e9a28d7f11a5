"""A file reaches its partner once, whatever happens between sending and writing it down."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import signal
import sys
from typing import Any

from common.database.session import Scope


async def until(condition: Any, seconds: float = 60) -> None:
    """Wait for something that background work will make true."""
    for _ in range(int(seconds / 0.05)):
        if await condition():
            return
        await asyncio.sleep(0.05)
    msg = "it did not happen"
    raise AssertionError(msg)


async def one_each(house: Any, new_person: Any) -> dict[str, Any]:
    banked, cash = new_person("Trần Văn <Mẫu>"), new_person("=Lê Thị Mẫu")
    await house.intake(banked, account="1500205000011")
    await house.intake(cash)
    for person in (banked, cash):
        await house.entitle(person, ("2026-07", None, 540_000))
    sealed: dict[str, Any] = await house.sealed()
    return sealed


async def states(house: Any, sealed: dict[str, Any]) -> dict[str, str]:
    found = await house.get(f"/payment-lists/{sealed['list_id']}")
    return {delivery["partner"]: delivery["state"] for delivery in found["deliveries"]}


ALL_SENT = {"agribank": "sent", "vnpost": "sent"}


async def test_a_sealed_list_is_delivered_signed_to_both_partners_once(
    start_house: Any, new_person: Any, partner: Any
) -> None:
    address, books = partner
    house = await start_house(address, worker=True)
    books.verify_key = house.public_signing_key
    sealed = await one_each(house, new_person)

    async def sent() -> bool:
        return await states(house, sealed) == ALL_SENT

    await until(sent)
    file = await house.client.get(
        f"/disbursement/v1/payment-lists/{sealed['list_id']}/file",
        params={"partner": "vnpost"},
        headers=house.maker,
    )
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    bank = books.files["AS-25000-2026-12-agribank"].decode()

    assert sorted(books.posts) == ["AS-25000-2026-12-agribank", "AS-25000-2026-12-vnpost"]
    assert file.content == books.files["AS-25000-2026-12-vnpost"]
    assert rows[1][2].startswith("'=Lê Thị Mẫu")
    assert rows[-1] == ["TONG", "1", "", "", "", "740000", "", ""]
    assert '<InstdAmt Ccy="VND">740000</InstdAmt>' in bank
    assert "<Nm>TRAN VAN MAU" in bank
    assert len(bank.split("<EndToEndId>")[1].split("<")[0]) == 35
    assert {line["state"] for line in await house.lines(sealed["list_id"])} == {"sent"}
    assert await house.broken() == {}


async def test_a_lost_answer_is_asked_about_and_never_sent_again(
    start_house: Any, new_person: Any, partner: Any
) -> None:
    address, books = partner
    books.lose_answers = 2
    house = await start_house(address, worker=True)
    books.verify_key = house.public_signing_key
    sealed = await one_each(house, new_person)

    async def sent() -> bool:
        return await states(house, sealed) == ALL_SENT

    await until(sent)

    assert sorted(books.posts) == ["AS-25000-2026-12-agribank", "AS-25000-2026-12-vnpost"]
    history = await house.fetch(
        "SELECT from_state, to_state FROM state_history WHERE machine = 'delivery'"
        " ORDER BY history_id"
    )
    assert ("sending", "unknown") in [(h["from_state"], h["to_state"]) for h in history]
    assert await house.broken() == {}


async def test_what_provably_never_arrived_goes_again_with_the_same_bytes(
    start_house: Any, new_person: Any, partner: Any
) -> None:
    address, books = partner
    books.refuse_before_taking = 3
    house = await start_house(address, worker=True)
    books.verify_key = house.public_signing_key
    sealed = await one_each(house, new_person)

    async def sent() -> bool:
        return await states(house, sealed) == ALL_SENT

    await until(sent)
    attempts = await house.fetch("SELECT sum(attempts) AS n FROM delivery")

    assert sorted(books.posts) == ["AS-25000-2026-12-agribank", "AS-25000-2026-12-vnpost"]
    assert attempts[0]["n"] == 5


async def test_a_process_killed_between_sending_and_recording_delivers_once(
    start_house: Any, new_person: Any, partner: Any
) -> None:
    address, books = partner
    house = await start_house(address)
    books.verify_key = house.public_signing_key
    sealed = await one_each(house, new_person)
    sender = await sender_process(house)

    def kill_once() -> None:
        books.on_post = None
        os.kill(sender.pid, signal.SIGKILL)

    books.on_post = kill_once
    status = await sender.wait()
    after_the_kill = await states(house, sealed)
    again = await sender_process(house)
    ended = await again.wait()

    assert status == -signal.SIGKILL
    assert "sending" in after_the_kill.values()
    assert set(after_the_kill.values()) <= {"ready", "sending"}
    assert ended == 0
    assert await states(house, sealed) == ALL_SENT
    assert sorted(books.posts) == ["AS-25000-2026-12-agribank", "AS-25000-2026-12-vnpost"]
    assert await house.broken() == {}


async def test_a_result_that_overtakes_the_record_of_sending_proves_the_delivery(
    start_house: Any, new_person: Any, say_message: Any
) -> None:
    house = await start_house()
    sealed = await one_each(house, new_person)
    references = await house.references(sealed["list_id"], "agribank")
    db = house.client.context.db
    async with db.transaction(Scope.service("test")) as session:
        connection = await (await session.connection()).get_raw_connection()
        await connection.driver_connection.execute(
            "UPDATE delivery SET state = 'sending' WHERE partner = 'agribank'"
        )

    answer = await house.say(
        "agribank",
        say_message("m", [(ref, "paid", amount, None) for ref, amount in references.values()]),
    )

    assert answer.json()["applied"] == 1
    assert (await states(house, sealed))["agribank"] == "sent"
    assert await house.broken() == {}


async def test_a_partner_that_drips_bytes_keeps_no_other_partner_waiting(
    start_house: Any, new_person: Any, partner: Any
) -> None:
    address, books = partner
    books.drip["bank"] = 0.1
    house = await start_house(address, worker=True, delivery_deadline_seconds=60.0)
    books.verify_key = house.public_signing_key
    sealed = await one_each(house, new_person)

    async def post_has_its_list() -> bool:
        return await states(house, sealed) == {"agribank": "sending", "vnpost": "sent"}

    await until(post_has_its_list)

    assert books.posts == ["AS-25000-2026-12-vnpost"]


async def test_an_exchange_ends_at_its_deadline_however_lively_the_partner_is(
    start_house: Any, new_person: Any, partner: Any
) -> None:
    address, books = partner
    books.drip["bank"] = 0.05
    house = await start_house(address, worker=True, delivery_deadline_seconds=0.5)
    books.verify_key = house.public_signing_key
    await one_each(house, new_person)

    found = await house.eventually(
        "SELECT last_error FROM delivery WHERE partner = 'agribank' AND last_error IS NOT NULL"
    )

    assert found[0]["last_error"] == "TimeoutError"
    assert await house.broken() == {}


async def test_a_file_that_nobody_takes_is_tried_again_after_growing_pauses(
    start_house: Any, new_person: Any, partner: Any
) -> None:
    address, books = partner
    books.unknown_to_all = True
    house = await start_house(address, worker=True, delivery_retry_seconds=0.2)
    books.verify_key = house.public_signing_key
    await one_each(house, new_person)

    await house.eventually("SELECT 1 FROM delivery WHERE attempts >= 3 AND partner = 'vnpost'")
    pauses = await house.fetch(
        "SELECT from_state, to_state, recorded_at FROM state_history h JOIN delivery d"
        " ON d.delivery_id = h.subject_id WHERE d.partner = 'vnpost' AND h.from_state = 'ready'"
        " ORDER BY history_id LIMIT 3"
    )
    first, second, third = (row["recorded_at"] for row in pauses)

    assert (second - first).total_seconds() >= 0.4
    assert (third - second).total_seconds() >= 0.8


SENDER = """
import asyncio, sys
from disbursement.main import create_service
from disbursement.settings import DisbursementSettings
from common.runtime.service import make_context

async def main():
    service = create_service(DisbursementSettings())
    context = make_context(service)
    await context.db.open()
    for _ in range(2):
        await service.periodic[0].run(context)
    await context.db.close()

asyncio.run(main())
"""


async def sender_process(house: Any) -> asyncio.subprocess.Process:
    """Run the delivery job twice in a process of its own."""
    settings = house.client.context.settings
    plain = {
        name.upper(): value.get_secret_value() if hasattr(value, "get_secret_value") else value
        for name, value in settings.model_dump().items()
        if value is not None
    }
    environment = {
        f"ANSINH_{name}": json.dumps(value) if isinstance(value, dict) else str(value)
        for name, value in plain.items()
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", SENDER, env={**os.environ, **environment}
    )
