"""Functions of the embedded AWS run: the handler of the uploaded archive, in a Python process of its own.

    Invoke ──▶ invocation ──▶ pool ──▶ process ═══ pipes ═══ bootstrap ──▶ handler ──▶ boto3 ──▶ the embedded AWS
                   │
                   └─▶ CloudWatch Logs: START, what it printed, END, REPORT

A process belongs to one version of one function with one configuration, serves one event after the other as Lambda's
execution environments do, and ends when the function changes, after some idle time, and with the embedded AWS.

What differs from Lambda: the interpreter is that of the embedded AWS, whatever `python3.x` the function asks for; code
and layers are not at `/var/task` and `/opt` but where `LAMBDA_TASK_ROOT` and `sys.path` say; memory is not limited; modules
that are compiled for another machine do not load. Other runtimes and container images are refused.
"""
