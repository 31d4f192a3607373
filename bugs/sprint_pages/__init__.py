"""The pages of sprints. They list a sprint's bugs and name them in its ledger, so they live on this floor."""
