"""Databases whose users log in with IAM tokens over TLS."""
