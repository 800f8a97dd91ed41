"""Random resources through every rule: `generate.py` makes them, `judge.py` asks the server and looks at its answers.

python -m tools.fuzz [--count 100000] [--seed 1]
"""
