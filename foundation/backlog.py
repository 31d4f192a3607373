"""How much waits for the workers, so that nobody asks once more for what was asked for often enough."""

from typing import Any

#: So many messages wait: the workers are away or behind, and one more of the same tells them nothing new.
ENOUGH = 20


def enough_waits(app: Any, producer: Any, task: str) -> bool:
    """Whether the queue of this task is long; asks the broker, and fails as that does."""
    queue = app.amqp.router.route({}, task)["queue"].name
    return bool(producer.channel.queue_declare(queue).message_count >= ENOUGH)
