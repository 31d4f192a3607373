"""Embedded: what makes `make run` and `make test` work on a machine that has only Python.

Words: *environment* (the checkout's `.venv`), *servers* (PostgreSQL and Redis of this checkout),
*user* (a process that needs the servers; counted by file locks), *gate* (one starts or stops at a time).
Only the standard library is used, because this runs before anything is installed. Production does
not need it: with DATABASE_URL and REDIS_URL set, nothing here is started.
"""
