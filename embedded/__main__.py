"""The commands behind the Makefile: `python -m embedded WORD ...`.

exec -- CMD...   any command with DATABASE_URL and REDIS_URL set and the servers up
manage ARGS...   a management command; its standard output is the command's alone
test ARGS...     pytest
run              the whole product: web, worker, beat
demo-reset       drop and create the database, migrate, load the demonstration
stop             stop the servers now, whoever uses them
"""

from __future__ import annotations

import subprocess
import sys

from embedded import commands, run, servers
from embedded.paths import CHECKOUT, Trouble


def main(words: list[str]) -> int:
    match words:
        case ["exec", "--", *command] if command:
            return commands.execute(command)
        case ["manage", *rest]:
            return commands.execute(commands.manage(*rest))
        case ["test", *rest]:
            return commands.execute(commands.python("-m", "pytest", *rest))
        case ["run"]:
            return run.product()
        case ["demo-reset"]:
            return run.demo_reset()
        case ["stop"]:
            with servers.gate():
                servers.stop_all()
            return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
    except subprocess.TimeoutExpired as late:
        sys.exit(f"{late} ({CHECKOUT})")
    except KeyboardInterrupt:
        sys.exit(130)
