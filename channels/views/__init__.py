"""Pages: what I was told, how I want to hear, and what became of every mail."""
