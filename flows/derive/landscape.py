"""The landscape of one day: a table macro over the published tables."""

from schemas.fields import AXES


def label_columns() -> str:
    """Columns with the labels of one day, one an axis; a list where several labels can hold at once."""
    single = "max(label) filter (axis = '{0}') as {0}"
    several = "list(label order by label) filter (axis = '{0}') as {0}"
    return ", ".join((several if field.kind == "codes" else single).format(axis) for axis, field in AXES.items())


def landscape_macro() -> str:
    """Statement that makes the table macro `landscape(day)` over the published tables.

    It gives every model known by that day, with the labels that it carried then.
    """
    return (
        "create macro landscape(day) as table "
        "select models.model_id, models.name, models.organisations, models.known_since, models.announced, models.parameters, "
        f"{label_columns()} "
        "from models left join labels on models.model_id = labels.model_id "
        "and labels.valid_from <= day and (labels.valid_to is null or labels.valid_to > day) "
        "where models.known_since <= day group by all order by models.model_id"
    )
