"""Judges a plan or a state file without the engine: `python -m policies check`, for pull requests and CI.

source (plan, state, a preview) ──> Deployment ──> Report ──> text · JSON · SARIF · JUnit
"""
