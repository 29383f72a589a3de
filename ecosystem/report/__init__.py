"""A report that a council can read and vote on: one HTML file per language, without scripts and without the network."""

from __future__ import annotations

from ecosystem.report.story import write_report

__all__ = ["write_report"]
