"""Of a process under faketime alone: libfaketime 0.9.10 breaks the call by which Python sleeps.

It moves clock_nanosleep's moment by the shift also where the span is measured by a clock that is not
shifted. `select` is left alone.
"""

import select
import time


def sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = sleep
