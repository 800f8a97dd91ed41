"""How rules run: values, resource view, verdicts, stack graph, analyzer, levels, gRPC server."""
