"""The reporter's pages: the form that files a report, and what became of what my team filed."""
