"""The flows behind `make`: deploy, preview and take down a stack on the embedded AWS, and set-up before any of it."""
