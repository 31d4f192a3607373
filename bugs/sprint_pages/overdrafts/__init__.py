"""What goes beyond the reserve: shown on its sprint's page, and answered there or by a signed link."""
