"""Samples of the rules of `flows/records/shape.py`."""

from support.project import ONE, ORGANISATIONS, TWO, edited, written
from support.samples import bad

SEEN = 'source = "https://ror.test"\naccessed = 2022-05-31'

BAD = [
    bad(
        edited(TWO, "accessed = 2022-05-31", 'accesed  = 2022-05-31\nread_as  = "page"'),
        "raw/models/acme/two.toml:{accesed} sources[0].accesed: no such key, accesed; did you mean `accessed`? [shape.unknown-key]",
        "raw/models/acme/two.toml:{[[sources]]} sources[0].accessed: `accessed` is missing; add accessed = … [shape.missing]",
    ),
    bad(
        edited(TWO, 'title    = "Two: model card"\n', ""),
        "raw/models/acme/two.toml:{[[sources]]} sources[0].title: `title` is missing; add title = … [shape.missing]",
    ),
    bad(
        written("raw/models/acme/three.toml", 'name = "Three"\norganisations = ["acme"]\n'),
        "raw/models/acme/three.toml:1 sources: `sources` is missing; add sources = … [shape.missing-source]",
    ),
    bad(
        edited(TWO, '"Two"', "2"),
        "raw/models/acme/two.toml:{name } name: text belongs here, not a whole number, 2; put it in quotes [shape.wrong-type]",
    ),
    bad(
        edited(TWO, "7_000_000_000", "18_446_744_073_709_551_616"),
        "raw/models/acme/two.toml:{parameters } sources[0].states.parameters.value: the number is larger than any count can be, 18446744073709551616; check the unit [shape.out-of-range]",
    ),
    bad(
        edited(ONE, "3.14e23", "nan"),
        "raw/models/acme/one.toml:{training_flop} sources[0].states.training_flop.value: the number is not finite, nan; leave the field out if the figure is unknown [shape.not-finite]",
    ),
    bad(
        edited(ONE, "announced         = { value = 2020-05-28 }", "announced = { value = 2020-05-28T10:00:00Z }"),
        "raw/models/acme/one.toml:{announced} sources[0].states.announced.value: a date-time stands where a date belongs, 2020-05-28 10:00:00+00:00; write the day alone, 2022-05-31 [shape.date-time]",
    ),
    bad(
        edited(ONE, 'family        = "one"', 'family        = "The Ones"'),
        "raw/models/acme/one.toml:{family} family: this is not a slug, The Ones; use lower-case letters, digits and hyphens [shape.bad-form]",
    ),
    bad(
        edited("raw/retired.toml", '"acme/zero"', '"Acme/Zero"'),
        "raw/retired.toml:{Acme/Zero} retired[0].id: this is not an id, Acme/Zero; write organisation/model, or the slug of an organisation or licence [shape.bad-form]",
    ),
    bad(
        edited(ORGANISATIONS, '"US"', f'"US"\nror = "ror.org/00njsd438"\n{SEEN}'),
        "raw/organisations.toml:{ror } organisations.acme.ror: this is not an id of the Research Organization Registry, ror.org/00njsd438; write https://ror.org/0… as the registry does, in lower-case letters and with its two check digits [shape.bad-form]",
    ),
    bad(
        edited(ORGANISATIONS, '"US"', f'"US"\nror = "https://ror.org/00njsd483"\n{SEEN}'),
        "raw/organisations.toml:{ror } organisations.acme.ror: the check digits do not fit this id of the Research Organization Registry, https://ror.org/00njsd483; write https://ror.org/0… as the registry does, in lower-case letters and with its two check digits [shape.bad-form]",
    ),
    bad(
        edited(ORGANISATIONS, '"US"', f'"US"\nwikidata = "q95"\n{SEEN}'),
        "raw/organisations.toml:{q95} organisations.acme.wikidata: this is not an id of Wikidata, q95; write Q and the number, such as Q95 [shape.bad-form]",
    ),
    bad(
        edited(TWO, '"download"', '"downlaod"'),
        "raw/models/acme/two.toml:{downlaod} sources[0].access[0].weights: no such code, downlaod; did you mean `download`? [shape.unknown-code]",
    ),
    bad(
        edited(ONE, '["en", "ja"]', '["en", "jp"]'),
        "raw/models/acme/one.toml:{jp} sources[0].states.languages.value[1]: there is no code for the language jp, jp; use BCP 47, such as en, ja or zh-Hans [shape.unknown-code]",
    ),
    bad(
        edited(ONE, '["en", "ja"]', '["en", "de-XX"]'),
        "raw/models/acme/one.toml:{de-XX} sources[0].states.languages.value[1]: there is no code for the country XX, de-XX; use BCP 47, such as en, ja or zh-Hans [shape.unknown-code]",
    ),
    bad(
        edited(ONE, "retrieval         = {", 'hardware = { value = ["nvidia-a1000"] }\nretrieval         = {'),
        "raw/models/acme/one.toml:{a1000} sources[0].states.hardware.value[0]: no such code, nvidia-a1000; did you mean `nvidia-a100`? [shape.unknown-code]",
    ),
    bad(
        edited(ONE, "retrieval         = {", 'hardware = { value = ["nvidia-a100=1,024"] }\nretrieval         = {'),
        "raw/models/acme/one.toml:{a100=1,024} sources[0].states.hardware.value[0]: what stands after = is no number of them, nvidia-a100=1,024; write it as nvidia-a100=1024, or nvidia-a100 [shape.bad-form]",
    ),
    bad(
        edited(TWO, '"7 billion"', '"7 billion, as the authors of the card put it"'),
        "raw/models/acme/two.toml:{7 billion} sources[0].states.parameters.printed: `printed` has 44 characters, 7 billion, as the authors of the card put it; give the figure or term alone, at most 40 characters, never a sentence [shape.too-long]",
    ),
    bad(
        edited(TWO, "{ undisclosed = true }", '{ at = "Table 1" }'),
        "raw/models/acme/two.toml:{training_tokens} sources[0].states.training_tokens: a statement says exactly one thing; give one of value = …, undisclosed = true, not_applicable = true [shape.one-of]",
    ),
    bad(
        edited(TWO, 'since   = 2021-03-02\nweights = "download"\nlicence = "apache-2-0"', "since   = 2021-03-02"),
        "raw/models/acme/two.toml:{[[sources.access]]} sources[0].access[0]: the access event names no channel; give one of weights, licence, api, app, training_code, training_data, training_log, stage [shape.empty]",
        "raw/licences.toml:1 licences.apache-2-0: warning: no record refers to this, apache-2-0; delete it, or mend the record [cross.unused-reference]",
    ),
]
#: a language without a short code, a script, a country
GOOD = [edited(ONE, '["en", "ja"]', '["ceb", "zh-Hant-TW", "hmn"]')]
