"""The program: build what this stack's configuration (`Pulumi.STACK.yaml`) asks for."""

from stack import build

build()
