"""What post-mortems judge, pure: words (`linter`), the graph of factors, and what publishing needs."""
