"""Checks the tests of the rules: changes a rule a little, and its examples have to notice.

`operators.py` makes the changes, `trial.py` runs a changed rule on its examples, `__main__.py` is the command.
"""
