"""What every component leans on: base class, arguments, names, key ring, IAM documents, partition."""
