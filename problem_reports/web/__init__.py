"""The front door of reports, between views and services: what pages show, and which button does which verb.

`reader` is who asks and when; `doors` is the table of verbs as forms; `page` prepares what one
report's page and pane show, so that templates ask the database nothing.
"""
