"""What IAM documents mean: AWS's published actions, who is named, what is granted, and what that leads to."""
