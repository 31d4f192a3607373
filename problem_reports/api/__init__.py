"""The side door of Problem Reports: the verbs of `problem_reports.services` by POST, and what one may read.

`shapes` say what a body must look like, `acts` is the table of verbs, `doors` are the addresses. Nothing
is decided here: who may and what follows is the policy's and the services'.
"""
