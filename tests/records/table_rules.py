"""Samples of the rules of `flows/records/table_rules.py`."""

from support.project import (
    COMPARISONS,
    DRAWS,
    ERRATA,
    HORIZON,
    LICENCES,
    ONE,
    ORGANISATIONS,
    RETIRED,
    TWO,
    Change,
    appended,
    edited,
)
from support.samples import all_of, bad

VARIANT_AGAIN = (
    '\n[[sources.variants]]\nname       = "One Small"\nparameters = { value = 126_000_000, printed = "126M" }\n'
)
ERRATUM = '\n[[errata]]\nid = "other"\nversion = "2022.5.0"\ntable = "facts"\nen = "x"\nja = "x"\non = 2022-06-02\n'
AGAIN = '\n[[retired]]\nid     = "acme/zero"\nreason = "once more"\non     = 2022-06-02\n'
IDENTIFIER = """
[[identifiers]]
scheme   = "arxiv"
id       = "2205.01068"
source   = "{}"
accessed = {}
"""
SEEN = 'source = "https://ror.test"\naccessed = 2022-05-31'


def identified(acme: str, institute: str = "") -> Change:
    """Give the two organisations ids in registries."""
    return all_of(
        edited(ORGANISATIONS, '"US"', f'"US"\n{acme}'),
        edited(ORGANISATIONS, '"JP"', f'"JP"\n{institute}'),
    )


COUNTED_AGAIN = """
[[comparisons]]
table   = "a-list"
day     = 2022-06-01
field   = "parameters"
verdict = "agrees"
count   = 3
on      = 2022-06-02
"""
DRAWN_AGAIN = """
[[draws]]
wave      = 1
statement = "acme/one#paper/layers"
verdict   = "right"
on        = 2022-06-03
"""

BAD = [
    bad(
        appended(ONE, IDENTIFIER.format("ftp://one.test/card", "2022-05-31")),
        "raw/models/acme/one.toml:{ftp} identifiers[0].source: this is not an http(s) address: it does not begin with https: or http:, ftp://one.test/card; write https://… [table.identifier-source]",
    ),
    bad(
        appended(ONE, IDENTIFIER.format("https://one.test/card", "2999-01-01")),
        "raw/models/acme/one.toml:{2999} identifiers[0].accessed: the day of reading lies before 1950 or in the future, 2999-01-01; give the day on which you read it [table.identifier-range]",
    ),
    bad(
        edited(HORIZON, "2022-05-31", "2999-01-01"),
        "raw/horizon.toml:{2999} horizon.collected_until: the day lies before 1950 or in the future, 2999-01-01; give the day up to which models were looked for [table.horizon-range]",
    ),
    bad(
        edited(TWO, "https://two.test/card", "ftp://two.test/card"),
        "raw/models/acme/two.toml:{ftp:} sources[0].url: this is not an http(s) address: it does not begin with https: or http:, ftp://two.test/card; write https://… [table.url]",
    ),
    bad(
        edited(ONE, "https://copies.test/paper", "copies.test/paper"),
        "raw/models/acme/one.toml:{read_at} sources[0].read_at: this is not an http(s) address: it does not begin with https: or http:, copies.test/paper; write https://… [table.read-at]",
    ),
    bad(
        edited(TWO, "accessed = 2022-05-31", "accessed = 2999-01-01"),
        "raw/models/acme/two.toml:{2999} sources[0].accessed: the day of reading lies before 1950 or in the future, 2999-01-01; give the day on which you read it [table.accessed-range]",
        'raw/models/acme/one.toml:{api     = "paid"} sources[0].access[1].api: warning: it was last looked at on 2022-05-31, ... [cross.stale-service]',
    ),
    bad(
        edited(
            ONE,
            "published = 2020-05-28\naccessed  = 2022-05-31\nread_as",
            "published = 1949-05-28\naccessed  = 2022-05-31\nread_as",
        ),
        "raw/models/acme/one.toml:{published = 1949} sources[0].published: the source is dated before 1950 or in the future, 1949-05-28; check the year [table.published-range]",
    ),
    bad(
        edited(ONE, 'accessed  = 2022-05-31\nread_as   = "stored-copy"', "accessed  = 2020-05-27"),
        "raw/models/acme/one.toml:{2020-05-27} sources[0].accessed: it was read before it was published, 2020-05-27; check `accessed` and `published` [table.accessed-before-published]",
        'raw/models/acme/one.toml:{api     = "paid"} sources[0].access[1].api: warning: it was last looked at on 2020-05-27, ... [cross.stale-service]',
    ),
    bad(
        edited(ONE, '"readme"', '"paper"'),
        "raw/models/acme/one.toml:49 sources[1].key: two sources of the record have this key, acme/one#paper; give each its own key [table.source-twice]",
        "raw/models/acme/one.toml:{96 layers} sources[1].states.layers: the source states this twice, acme/one#paper/layers; keep one of the two [table.statement-twice]",
    ),
    bad(
        edited(
            ONE,
            "\n[[sources.access]]\nsince   = 2020-06-11",
            f"{VARIANT_AGAIN}\n[[sources.access]]\nsince   = 2020-06-11",
        ),
        "raw/models/acme/one.toml:{126M} sources[0].variants[1].parameters: the source states this twice, acme/one#paper/variants/One Small/parameters; keep one of the two [table.statement-twice]",
    ),
    bad(
        edited(ONE, "paper_date        = { value = 2020-05-28 }", "paper_date = { value = 2999-01-01 }"),
        "raw/models/acme/one.toml:{2999} sources[0].states.paper_date: the date lies before 1950 or in the future, 2999-01-01; check the year [table.date-range]",
    ),
    bad(
        edited(ONE, "since   = 2020-06-11", "since   = 1949-06-11"),
        "raw/models/acme/one.toml:{1949} sources[0].access[0].since: the event lies before 1950 or in the future, 1949-06-11; check the year [table.since-range]",
    ),
    bad(
        edited(ONE, "until   = 2021-11-18", "until   = 2999-01-01"),
        "raw/models/acme/one.toml:{2999} sources[0].access[0].until: the event ends before 1950 or in the future, 2999-01-01; leave `until` out while it lasts [table.until-range]",
        'raw/models/acme/one.toml:{api     = "paid"} sources[0].access[1].api: raw/models/acme/one.toml:{waitlist} says waitlist for the same time, paid; mend `since` or `until` of one [cross.overlapping-access]',
    ),
    bad(
        edited(ONE, "until   = 2021-11-18", "until   = 2020-06-10"),
        "raw/models/acme/one.toml:{2020-06-10} sources[0].access[0].until: the event ends before it begins, 2020-06-10; check `since` and `until` [table.until-before-since]",
    ),
    bad(
        edited(TWO, '7_000_000_000, printed = "7 billion"', '0, printed = "0"'),
        'raw/models/acme/two.toml:{printed = "0"} sources[0].states.parameters: the figure is zero or negative, 0; check it, or leave the field out [table.not-positive]',
    ),
    bad(
        edited(ONE, "en = 92.6, ja = 0.1", "en = 92.6, ja = -0.1"),
        "raw/models/acme/one.toml:{language_shares} sources[0].states.language_shares: a share is not between 0 and 100 percent, en=92.6, ja=-0.1; give percent [table.share-range]",
    ),
    bad(
        edited(ONE, ', printed = "without retrieval"', ""),
        'raw/models/acme/one.toml:{retrieval  } sources[0].states.retrieval: `false` means that the source says no, and it does not show the words, false; add printed = "…"; or name the field in `silent` if all of the source was read; or leave it out [table.no-without-words]',
    ),
    bad(
        edited(TWO, ', printed = "7 billion"', ""),
        'raw/models/acme/two.toml:{parameters } sources[0].states.parameters: the figure lacks what the source prints, 7,000,000,000; add printed = "…" with the figure as it stands there [table.printed-missing]',
    ),
    bad(
        edited(TWO, '"7 billion"', '"7 million"'),
        "raw/models/acme/two.toml:{parameters } sources[0].states.parameters: `printed` does not contain the value, 7 million against 7,000,000,000; enter the value that the source prints, or mend `printed` [table.printed-differs]",
    ),
    bad(
        edited(ONE, 'value = 3.14e23, printed = "3.14E+23"', 'value = 3.14e14, printed = "314 ZFLOP"'),
        "raw/models/acme/one.toml:{ZFLOP} sources[0].states.training_flop: `printed` does not contain the value, 314 ZFLOP against 314,000,000,000,000; enter 3.14e+23, which is that in FLOP, or mend `printed` [table.printed-differs]",
    ),
    bad(
        edited(ONE, 'value = 3.14e23, printed = "3.14E+23"', 'value = 2.1e13, printed = "21 GWh"'),
        "raw/models/acme/one.toml:{GWh} sources[0].states.training_flop: `printed` does not contain the value, 21 GWh against 21,000,000,000,000; `printed` has no figure in FLOP, or in a unit that can be told in it; mend it [table.printed-differs]",
    ),
    bad(
        edited(ONE, '["en", "ja"]', "[]"),
        "raw/models/acme/one.toml:{languages } sources[0].states.languages: the list is empty; leave the field out [table.empty-list]",
    ),
    bad(
        edited(ONE, '["en", "ja"]', '["en", "en"]'),
        "raw/models/acme/one.toml:{languages } sources[0].states.languages: the list names something twice, en, en; keep one of the two [table.repeated-item]",
    ),
    bad(
        edited(ONE, "on        = 2022-06-01", "on        = 2999-01-01"),
        "raw/models/acme/one.toml:{2999} review.on: the second reading lies before 1950 or in the future, 2999-01-01; give its day [table.review-range]",
    ),
    bad(
        edited(ORGANISATIONS, '"JP"', '"Japan"'),
        "raw/organisations.toml:{Japan} organisations.institute.country: this is not a country code, Japan; use two capital letters (ISO 3166-1) [table.country]",
    ),
    bad(
        edited(ORGANISATIONS, '"JP"', '"XX"'),
        "raw/organisations.toml:{XX} organisations.institute.country: this is not a country code, XX; use two capital letters (ISO 3166-1) [table.country]",
    ),
    bad(
        identified('ror = "https://ror.org/00njsd438"\nsource = "ror.test"\naccessed = 2022-05-31'),
        "raw/organisations.toml:{ror.test} organisations.acme.source: this is not an http(s) address: it does not begin with https: or http:, ror.test; write https://… [table.organisation-source]",
    ),
    bad(
        identified('ror = "https://ror.org/00njsd438"\nsource = "https://ror.test"\naccessed = 2999-01-01'),
        "raw/organisations.toml:{2999} organisations.acme.accessed: the day of reading lies before 1950 or in the future, 2999-01-01; give the day on which you read it [table.organisation-range]",
    ),
    bad(
        identified('ror = "https://ror.org/00njsd438"'),
        'raw/organisations.toml:{= "Acme"} organisations.acme.name: nothing says where the ids of the organisation were seen, Acme; give `source`, the page that shows them beside the name, and `accessed` [table.organisation-unseen]',
    ),
    bad(
        identified('wikidata = "Q95"\nsource = "https://ror.test"'),
        'raw/organisations.toml:{= "Acme"} organisations.acme.name: nothing says where the ids of the organisation were seen, Acme; give `source`, the page that shows them beside the name, and `accessed` [table.organisation-unseen]',
    ),
    bad(
        identified(f'ror = "https://ror.org/00njsd438"\n{SEEN}', f'ror = "https://ror.org/00njsd438"\n{SEEN}'),
        "raw/organisations.toml:12 organisations.institute.ror: two organisations have this id of ROR, https://ror.org/00njsd438; check both [table.ror-twice]",
    ),
    bad(
        identified(f'wikidata = "Q95"\n{SEEN}', f'wikidata = "Q95"\n{SEEN}'),
        "raw/organisations.toml:12 organisations.institute.wikidata: two organisations have this id of Wikidata, Q95; check both [table.wikidata-twice]",
    ),
    bad(
        edited(LICENCES, "https://www.apache.org", "www.apache.org"),
        "raw/licences.toml:{www.apache.org} licences.apache-2-0.url: this is not an http(s) address: it does not begin with https: or http:, www.apache.org/licenses/LICENSE-2.0; write https://… [table.licence-url]",
    ),
    bad(
        edited("raw/axes.toml", "value      = 200\n", "value      = -5\n"),
        "raw/axes.toml:{= -5} axes.scaling_route.thresholds.deep_layers.value: the threshold is zero or negative, -5; give the figure from which on the label holds [table.threshold-not-positive]",
    ),
    bad(
        appended(RETIRED, AGAIN),
        "raw/retired.toml:8 retired[1].id: the id is retired twice, acme/zero; keep one of the two [table.retired-twice]",
    ),
    bad(
        edited(RETIRED, "2022-06-01", "2026-11-24"),
        "raw/retired.toml:{2026-11-24} retired[0].on: the id is retired before 1950 or in the future, 2026-11-24; give the day [table.retired-range]",
    ),
    bad(
        appended(COMPARISONS, COUNTED_AGAIN),
        "raw/comparisons.toml:10 comparisons[1].table: this table, field and verdict were counted already, a-list; keep the newest count [table.comparison-twice]",
    ),
    bad(
        edited(COMPARISONS, "2022-06-02", "2026-11-24"),
        "raw/comparisons.toml:{2026-11-24} comparisons[0].on: the day lies before 1950 or in the future, 2026-11-24; check the year [table.comparison-range]",
    ),
    bad(
        appended(DRAWS, DRAWN_AGAIN),
        "raw/draws.toml:9 draws[1].statement: this statement was drawn in this wave already, acme/one#paper/layers; delete one of the two [table.draw-twice]",
    ),
    bad(
        appended(ERRATA, ERRATUM.replace("other", "layers-of-one")),
        "raw/errata.toml:11 errata[1].id: two errata have this id, layers-of-one; give each its own [table.erratum-twice]",
    ),
    bad(
        edited(ERRATA, "2022-06-02", "2026-11-24"),
        "raw/errata.toml:{2026-11-24} errata[0].on: the day lies before 1950 or in the future, 2026-11-24; check the year [table.erratum-range]",
    ),
    bad(
        edited(ONE, '"One 175B"', '"One; 175B"'),
        "raw/models/acme/one.toml:{One; 175B} aliases: an alias holds a `;`, which joins lists in CSV, One; 175B, uno; write a comma [table.alias-semicolon]",
    ),
    bad(
        edited(
            ONE,
            "retrieval         = {",
            'hardware          = { value = ["nvidia-a100=1024"], printed = "512 A100" }\nretrieval         = {',
        ),
        "raw/models/acme/one.toml:{512 A100} sources[0].states.hardware: ... [table.printed-differs]",
    ),
    bad(
        edited(
            ONE, "retrieval         = {", 'hardware          = { value = ["nvidia-a100=1024"] }\nretrieval         = {'
        ),
        "raw/models/acme/one.toml:{a100=1024} sources[0].states.hardware: ... [table.printed-missing]",
    ),
    bad(
        edited(ONE, '"One Small"', '"One; Small"'),
        "raw/models/acme/one.toml:{One; Small} sources[0].variants[0].name: the name of a variant holds a `;`, which joins lists in CSV, One; Small; write a comma [table.variant-semicolon]",
    ),
    bad(
        edited(ONE, 'organisations = ["acme"]', 'organisations = ["acme", "acme"]'),
        'raw/models/acme/one.toml:{organisations = ["acme", "acme"]} organisations: the record names an organisation twice, acme, acme; keep one of the two [table.organisation-twice]',
    ),
]
