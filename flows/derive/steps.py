"""The steps of the derivation: their order, and the query of each."""

from flows.derive.database import sql_text
from schemas.fields import STATED

#: the SQL files in the order in which they run; `resolved` and `known` are made from `schemas.fields`
STEPS = (
    "ranked",
    "facts",
    "resolved",
    "known",
    "beginnings",
    "channels",
    "density",
    "scaling_route",
    "scale",
    "efficiency",
    "compute_balance",
    "multitask",
    "language",
    "access",
    "openness",
    "safety",
    "modality",
    "multimodal_stage",
    "labels",
    "relations",
    "variants",
    "trends",
    "coverage",
)


def _resolved() -> str:
    """The query of `resolved`: facts in one row a model, one column a field."""
    columns = []
    for field in STATED.values():
        cast = f"::{field.sql_type}" if field.kind == "count" else ""
        columns.append(f"any_value({field.value_column}) filter (field = '{field.name}'){cast} as \"{field.name}\"")
        if field.kind == "date":
            columns.append(f"any_value(date_precision) filter (field = '{field.name}') as \"{field.name}_precision\"")
    # (model_id, field) is the key of facts, so any_value has one row to choose from
    return f"select model_id, {', '.join(columns)} from facts group by model_id order by model_id"


def _known() -> str:
    """The query of `known`: `resolved` for rules, which take what makes no sense as false or as an empty list."""
    instead = {"BOOLEAN": "false", "VARCHAR[]": "[]"}
    columns = [
        f"case when list_contains(pointless, '{field.name}') then {instead[field.sql_type]} else {field.name} end as {field.name}"
        for field in STATED.values()
        if field.sql_type in instead
    ]
    pointless = "select model_id, list(field) as pointless from facts where state = 'not_applicable' group by model_id"
    return (
        f"select resolved.* replace ({', '.join(columns)}) from resolved "
        f"left join ({pointless}) using (model_id) order by model_id"
    )


_MADE = {"resolved": _resolved, "known": _known}


def step_sql(name: str) -> str:
    """The query of one of `STEPS`."""
    return _MADE[name]() if name in _MADE else sql_text(name)
