"""The command `kiban`: for curators, readers and operators."""

import gc
import io
import os
import sys

from flows.cli import audit as cli_audit
from flows.cli import figures as cli_figures
from flows.cli import hub as cli_hub
from flows.cli import operations as cli_operations
from flows.cli import packages as cli_packages
from flows.cli import reconcile as cli_reconcile
from flows.cli import records as cli_records
from flows.cli import releases as cli_releases
from flows.cli import site as cli_site
from flows.cli.console import app, console
from flows.errors import UserError

#: modules whose commands the app has
COMMANDS = (
    cli_records,
    cli_releases,
    cli_operations,
    cli_audit,
    cli_reconcile,
    cli_packages,
    cli_hub,
    cli_site,
    cli_figures,
)


for _name in app:
    if not _name.startswith("-"):
        app[_name].help_format = "markdown"


def main() -> None:
    """Run the command line; what the user can mend ends in one message and exit code 1 or 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a character shows its code
    gc.disable()  # a command is short and makes few cycles; looking for them takes a fifth of its time
    try:
        code = app(result_action="return_value")
        sys.stdout.flush()  # here a closed pipe can be told; at the very end Python would exit with 120
    except BrokenPipeError:  # the reader of a pipe had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (UserError, OSError) as error:
        console(stderr=True).print(str(error), style="red", markup=False)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
