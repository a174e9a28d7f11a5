"""How far events have come, asked now: what waits in the outbox, what is not yet applied."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from common.contracts.catalogue import CONSUMES, STREAMS, durable_name
from common.events import outbox_store
from common.events.nats import Nats
from common.web.auth import requires, without_personal_data
from common.web.deps import ReadSessionDep

router = APIRouter(prefix="/events", tags=["operations"])


class ConsumerStandingView(BaseModel):
    """One producer's stream as this service has read it."""

    producer: str = Field(examples=["registry"])
    waiting: int = Field(description="Sự kiện đã phát, chưa đọc")
    in_hand: int = Field(description="Sự kiện đang xử lý hoặc chờ sự kiện trước nó")


class EventStandingView(BaseModel):
    """Everything that is on its way out of, or into, this service."""

    outbox_pending: int = Field(description="Sự kiện đã ghi, chưa phát")
    connected: bool = Field(description="NATS đang trả lời")
    consumers: list[ConsumerStandingView]


@router.get(
    "/standing",
    operation_id="event_standing",
    summary="Sự kiện đang chờ phát hoặc chờ xử lý",
    dependencies=[requires("operations:read"), without_personal_data()],
)
async def event_standing(request: Request, session: ReadSessionDep) -> EventStandingView:
    """Count what is pending now; without NATS only the outbox can be counted."""
    context = request.app.state.service
    return EventStandingView(
        outbox_pending=await outbox_store.count_pending(session),
        connected=context.nats.is_connected,
        consumers=await _consumers(context.name, context.nats) if context.nats.is_connected else [],
    )


async def _consumers(service: str, nats_: Nats) -> list[ConsumerStandingView]:
    standings = []
    for producer in CONSUMES[service]:
        info = await nats_.jetstream.consumer_info(
            STREAMS[producer], durable_name(service, producer)
        )
        standings.append(
            ConsumerStandingView(
                producer=producer,
                waiting=info.num_pending or 0,
                in_hand=info.num_ack_pending or 0,
            )
        )
    return standings
