"""What post-mortems judge, pure: the words of a text (`linter`)."""
