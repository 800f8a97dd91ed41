"""The Python language host for a CLI that was built from source.

The official host is a Go program that the Go module proxy does not carry. This one speaks the same protocol
(`pulumirpc.LanguageRuntime`), so a program and a policy pack can't tell the two apart.

    CLI --gRPC--> servicer  -> interpreter   which Python runs this program (its virtual environment, or this one)
                            -> children      starts it, streams what it prints, ends it when the CLI says so
                            -> packages      which Pulumi packages are installed there
                            -> install       `pulumi install`: creates the program's environment

Differences from the official host: no code generation and conversion (`pulumi convert`, `pulumi package add`), no
debugger, no OpenTelemetry; a program whose virtual environment does not exist runs in this project's (the official
host creates it); Poetry's environment is found only when it is `.venv` in the project; a policy pack on the stock
`pulumi_policy` server does not see the stack's configuration through `pulumi.Config`.
"""
