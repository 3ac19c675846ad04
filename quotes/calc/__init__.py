"""Pure calculation on promises and actuals: values in, values out."""

from __future__ import annotations
