"""A small valid project in a temporary folder, and a handle to break it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.check import check
from flows.records.findings import Finding

TODAY = date(2026, 11, 23)
REPOSITORY = Path(__file__).resolve().parents[2]

ONE = "raw/models/acme/one.toml"
TWO = "raw/models/acme/two.toml"
ORGANISATIONS = "raw/organisations.toml"
LICENCES = "raw/licences.toml"
RETIRED = "raw/retired.toml"
ERRATA = "raw/errata.toml"
COMPARISONS = "raw/comparisons.toml"
DRAWS = "raw/draws.toml"
WAIVERS = "raw/waivers.toml"
HORIZON = "raw/horizon.toml"
READING = "raw/readings/essay.toml"

FILES = {
    ONE: """\
# raw/models/acme/one.toml
name          = "One"
name_ja       = "ワン"
aliases       = ["One 175B", "uno"]
organisations = ["acme"]
family        = "one"

[review]
on        = 2022-06-01
corrected = ["layers"]

[[sources]]
key       = "paper"
kind      = "paper"
title     = "One Is Enough"
url       = "https://one.test/paper"
published = 2020-05-28
accessed  = 2022-05-31
read_as   = "stored-copy"
read_at   = "https://copies.test/paper"

[sources.states]
announced         = { value = 2020-05-28 }
paper_date        = { value = 2020-05-28 }
parameters        = { value = 175_000_000_000, printed = "175.0B", at = "Table 2.1" }
active_parameters = { value = 175_000_000_000, printed = "175 billion", at = "Table 2.1" }
layers            = { value = 96, printed = "96", at = "Table 2.1" }
training_flop     = { value = 3.14e23, printed = "3.14E+23", at = "Table D.1" }
languages         = { value = ["en", "ja"], at = "Abstract" }
language_shares   = { value = { en = 92.6, ja = 0.1 }, printed = "92.6%" }
routing           = { value = "dense", at = "Section 2" }
retrieval         = { value = false, printed = "without retrieval", at = "Section 2" }

[[sources.variants]]
name       = "One Small"
parameters = { value = 125_000_000, printed = "125M", at = "Table 2.1" }

[[sources.access]]
since   = 2020-06-11
until   = 2021-11-18
api     = "waitlist"

[[sources.access]]
since   = 2021-11-18
api     = "paid"
weights = "none"

[[sources]]
key       = "readme"
kind      = "code"
title     = "One: README"
url       = "https://one.test/readme"
published = 2020-05-28
accessed  = 2022-05-31

[sources.states]
layers    = { value = 96, printed = "96 layers" }
""",
    TWO: """\
# raw/models/acme/two.toml
name          = "Two"
organisations = ["acme", "institute"]

[[sources]]
key      = "card"
kind     = "model-card"
title    = "Two: model card"
url      = "https://two.test/card"
accessed = 2022-05-31

[sources.states]
announced       = { value = "2021-03" }
base            = { value = "acme/one" }
parameters      = { value = 7_000_000_000, printed = "7 billion" }
training_tokens = { undisclosed = true }

[[sources.access]]
since   = 2021-03-02
weights = "download"
licence = "apache-2-0"

[[sources.relative_to]]
aspect  = "training_co2e_t"
factor  = "1/7"
model   = "acme/one"
printed = "1/7"
""",
    ORGANISATIONS: """\
[organisations.acme]
name    = "Acme"
country = "US"
kind    = "company"

[organisations.institute]
name    = "Institute of Two"
country = "JP"
kind    = "institute"
""",
    LICENCES: """\
[licences.apache-2-0]
name             = "Apache License 2.0"
spdx             = "Apache-2.0"
url              = "https://www.apache.org/licenses/LICENSE-2.0"
kind             = "permissive"
commercial_use   = true
use_restrictions = false
""",
    RETIRED: """\
[[retired]]
id         = "acme/zero"
renamed_to = "acme/one"
reason     = "announced under another name"
on         = 2022-06-01
""",
    ERRATA: """\
[[errata]]
id           = "layers-of-one"
version      = "2022.5.0"
table        = "facts"
en           = "One was given 95 layers."
ja           = "ワンの層数が95となっていた。"
corrected_in = "2022.6.0"
on           = 2022-06-02
""",
    COMPARISONS: """\
[[comparisons]]
table   = "a-list"
day     = 2022-06-01
field   = "parameters"
verdict = "agrees"
count   = 2
on      = 2022-06-02
""",
    DRAWS: """\
[[draws]]
wave      = 1
statement = "acme/one#paper/layers"
verdict   = "right"
on        = 2022-06-02
""",
    WAIVERS: "# none\n",
    HORIZON: 'collected_until = 2022-05-31\nen = "All models of Acme."\nja = "Acmeの全モデル。"\n',
    READING: """\
title     = "An essay"
author    = "Somebody"
published = "2022-05"
language  = "en"

[claims.one-is-dense]
en          = "One is dense."
ja          = "ワンは密結合である。"
sql         = "select true as verdict, 'dense' as found"
expected    = "dense"
verdict     = "holds"
evidence_en = "The paper says so."
evidence_ja = "論文にある。"
""",
}


@dataclass(frozen=True)
class Project:
    """A project folder whose files can be broken one edit at a time."""

    root: Path

    def path(self, name: str) -> Path:
        return self.root / name

    def text(self, name: str) -> str:
        return self.path(name).read_bytes().decode("utf-8", "replace")

    def write(self, name: str, content: str | bytes) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)

    def edit(self, name: str, old: str, new: str | bytes) -> None:
        """Replace the one place where `old` stands."""
        content = self.path(name).read_bytes()
        assert content.count(old.encode("utf-8")) == 1, f"{old!r} stands {content.count(old.encode())} times in {name}"
        self.write(name, content.replace(old.encode("utf-8"), new.encode("utf-8") if isinstance(new, str) else new))

    def append(self, name: str, text: str) -> None:
        self.write(name, self.path(name).read_bytes() + text.encode("utf-8"))

    def line(self, name: str, snippet: str) -> int:
        """Number of the one line that holds `snippet`, counted from 1."""
        lines = [n for n, text in enumerate(self.text(name).split("\n"), start=1) if snippet in text]
        assert len(lines) == 1, f"{snippet!r} stands on lines {lines} of {name}"
        return lines[0]

    def check(self) -> list[Finding]:
        return check(self.root, TODAY).findings

    def rules(self) -> list[str]:
        return [finding.rule for finding in self.check()]

    def only(self, rule: str) -> Finding:
        """The one finding of `rule`; there must not be two, and what else there is does not matter."""
        findings = self.check()
        found = [finding for finding in findings if finding.rule == rule]
        assert len(found) == 1, f"{rule} is found {len(found)} times among {findings}"
        return found[0]


Change = Callable[[Project], None]


def edited(name: str, old: str, new: str | bytes) -> Change:
    """A change: `old` becomes `new` in one file."""
    return lambda project: project.edit(name, old, new)


def appended(name: str, text: str) -> Change:
    """A change: `text` is put at the end of one file."""
    return lambda project: project.append(name, text)


def written(name: str, content: str | bytes) -> Change:
    """A change: a file is made, or overwritten."""
    return lambda project: project.write(name, content)


def linked(name: str, target: str) -> Change:
    """A change: a file is made that is a link."""
    return lambda project: project.path(name).symlink_to(target)


def make_project(root: Path) -> Project:
    """Write the valid project into a folder."""
    project = Project(root)
    for name, text in FILES.items():
        project.write(name, text)
    for name in ("axes.toml", "LICENSE"):
        shutil.copyfile(REPOSITORY / "raw" / name, root / "raw" / name)
    return project
