"""The envelope of an event: CloudEvents 1.0, structured JSON, with aggregate id and version."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

SUBJECT_PREFIX = "ansinh"


class EventData(BaseModel):
    """Base of every event's data. Inside one version only optional fields may be added."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)

    event_type: ClassVar[str]
    """`<service>.<aggregate>.<past_tense>.v<N>`, also the NATS subject behind `ansinh.`."""
    example: ClassVar[dict[str, Any]]
    """A synthetic example; it must parse, and goes into the published schema."""

    @classmethod
    def subject(cls) -> str:
        """Give the NATS subject on which this event is published."""
        return f"{SUBJECT_PREFIX}.{cls.event_type}"

    @classmethod
    def producer(cls) -> str:
        """Give the service that alone may publish this event."""
        return cls.event_type.split(".", 1)[0]

    @classmethod
    def aggregate_type(cls) -> str:
        """Give the kind of thing whose versions this event counts."""
        return cls.event_type.split(".")[1]


D_co = TypeVar("D_co", bound=EventData, covariant=True)


class Event(BaseModel, Generic[D_co]):
    """One event as it travels. `subject` is the aggregate's id, `sequence` its version from 1."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: str = "1.0"
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    dataschema: str | None = None
    sequence: int
    partitionkey: str | None = None
    traceparent: str | None = None
    data: D_co
