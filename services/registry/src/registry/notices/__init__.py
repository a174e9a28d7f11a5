"""Notices of deaths and moves from every source: one table, one decider (báo tử, chuyển nơi cư trú)."""
