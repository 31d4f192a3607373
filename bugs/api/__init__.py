"""The side door of bugs: read them, and every verb by POST. A bug is opened by *classify* only.

`shapes` say what a body must look like, `acts` is the table of verbs, `doors` are the addresses; what an
answer looks like is in `bugs.representations`.
"""
