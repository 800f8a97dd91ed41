"""AWS architectures as Pulumi components, one folder a domain."""
