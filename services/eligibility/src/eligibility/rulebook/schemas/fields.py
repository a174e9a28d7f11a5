"""Kinds of fields that several bodies of `rulebook` share."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

Word = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_.-]+$")]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
Province = Annotated[str, Field(pattern=r"^[0-9]{2}$")]
