"""No client may drown the others: so many requests a minute per person, whatever their tokens.

Counted in the shared cache, in windows of a minute; without Redis each process counts for itself.
`API_REQUESTS_PER_MINUTE` sets it (0: no limit). It is generous: it stops loops, not work.
"""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WINDOW = 60


class PerPerson(BaseThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        limit: int = settings.API_REQUESTS_PER_MINUTE
        if not limit:
            return True
        window, self.into = divmod(time.time(), WINDOW)
        key = f"api:{request.user.pk or self.get_ident(request)}:{int(window)}"
        try:
            count = cache.incr(key)
        except ValueError:
            # Two first requests at once may both come here: then one of them is not counted.
            cache.add(key, 1, timeout=WINDOW + 5)
            count = 1
        return count <= limit

    def wait(self) -> float:
        return WINDOW - self.into
