"""The front door of reports: the page of one, its pane, its verbs, its files, and its two larger forms."""
