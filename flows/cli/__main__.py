"""`python -m flows.cli` is the command `kiban`."""

from flows.cli.main import main

main()
