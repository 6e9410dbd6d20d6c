"""How often a request is attempted again, and after how long. The arithmetic is urllib3's.

A 429 says that the platform is well, so that it costs none of the retries where a deadline bounds the request.
"""

from __future__ import annotations

import math
import re
from email.utils import mktime_tz, parsedate_tz

from urllib3.exceptions import MaxRetryError
from urllib3.util import Retry

from pulumi_cloudelements.api.request import Failure

SCHEDULE = Retry(
    total=None,
    connect=None,
    read=None,
    redirect=False,
    backoff_factor=0.5,
    backoff_jitter=0.5,
    backoff_max=30,
)
"""Pauses of 0, 1, 2, 4, ... 30 seconds, and up to half a second more."""

LONGEST_ROW = 16
"""The refusals in a row beyond which pauses do not grow."""


class Patience:
    """The retries that are left to one request.

    Parameters:
        retries: how many there are; with 0 nothing is repeated.
        bounded: whether a deadline ends the request, so that 429s need not be counted.
        brief: whether one retry is the most, 429s included.
    """

    def __init__(self, retries: int, bounded: bool, brief: bool) -> None:
        self._brief = brief
        self._retries = min(retries, 1) if brief else retries
        self._endless = bounded and retries > 0
        self._troubles = SCHEDULE.new(total=self._retries)
        self._refusals = SCHEDULE.new(total=None if self._endless else retries)

    def spend(self, failure: Failure) -> float | None:
        """Take one retry: the seconds to pause before it, or None where there is none left.

        The pause after a 429 is everybody's, so that it is 0 here.
        """
        try:
            if self._is_refusal(failure):
                self._refusals = self._refusals.increment()
            else:
                self._troubles = self._troubles.increment()
        except MaxRetryError:
            return None
        return 0 if failure.rate_limited else failure.retry_after or self._troubles.get_backoff_time()

    def attempt(self, number: int, failure: Failure) -> str:
        """The attempt that follows a failure, in words: where 429s cost nothing, nobody knows of how many it is one."""
        endless = self._is_refusal(failure) and self._endless
        return (
            f"attempt {number}" if endless or number > self._retries + 1 else f"attempt {number} of {self._retries + 1}"
        )

    def _is_refusal(self, failure: Failure) -> bool:
        return failure.rate_limited and not self._brief


def backoff(refusals: int) -> float:
    """The seconds that all pause after so many 429s in a row that name no time."""
    retry = SCHEDULE
    for _ in range(1 + min(refusals, LONGEST_ROW)):
        retry = retry.increment()
    return retry.get_backoff_time()


def seconds_of(retry_after: str, date: str) -> float | None:
    """What a ``Retry-After`` header asks for, in either of its forms; None for none and for nonsense.

    Parameters:
        retry_after: the header.
        date: the ``Date`` of the same response. The clock of this machine may be wrong, so without one a date says
            nothing.
    """
    if re.fullmatch("[0-9]+", retry_after):
        seconds = float(retry_after)
        return seconds if math.isfinite(seconds) else None
    try:
        return max(0.0, _moment(retry_after) - _moment(date))
    except (ValueError, OverflowError):
        return None


def _moment(date: str) -> float:
    parts = parsedate_tz(date)
    if not parts:
        raise ValueError("not a date")
    return mktime_tz((*parts[:9], parts[9] or 0))
