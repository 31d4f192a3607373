"""Pages as people read them: the list, what a report says of its page, and the signed link with one button."""
