"""The version of a release as it is written; apart from other values, for the command line is there before their library."""

import re

#: YYYY.M.N: year, month, and number within the month
VERSION = re.compile(r"[1-9]\d{3}\.(?:[1-9]|1[0-2])\.(?:0|[1-9]\d{0,8})", re.ASCII)
