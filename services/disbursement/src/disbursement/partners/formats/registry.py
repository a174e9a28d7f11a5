"""The formats that are there: every module of this folder that offers an `ADAPTER`.

A new format is one new module; a bank with a known format is a row and touches no file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from disbursement.partners import formats
from disbursement.partners.formats.adapter import Adapter


def _found() -> dict[str, Adapter]:
    modules = (
        importlib.import_module(f"{formats.__name__}.{module.name}")
        for module in pkgutil.iter_modules(formats.__path__)
        if module.name != "registry"
    )
    offered = [getattr(module, "ADAPTER", None) for module in modules]
    return {adapter.code: adapter for adapter in offered if isinstance(adapter, Adapter)}


ADAPTERS: Mapping[str, Adapter] = _found()
"""Format code -> adapter."""
