"""The measurements behind every figure in docs/performance.md. Benchmarks, not tests: nothing passes or fails on them."""
