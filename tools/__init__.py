"""The tools around the program: nothing of the program or the pack imports them."""
