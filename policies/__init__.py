"""The policy pack: rules for Pulumi AWS programs (`rules`) and what runs them (`pack`)."""
