"""The front doors of duties, one file a page."""
