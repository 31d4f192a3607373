"""The pages of bugs. They count the reports and customers that a bug answers, so they live on this floor."""
