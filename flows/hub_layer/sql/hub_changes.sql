-- What happened to a repository since the release before?
-- Grain: one row a repository and aspect: the repository itself, its licence tag, its gate, an axis.
-- Rule: relabelled by the labels of both days, whether the hub or a rule has moved. Of repositories that are there on
--   both days alone are tags, gates and labels compared; a gate only where both snapshots tell it,
--   and where one tells of some gate, only against none. One that got
--   another name is gone, and new.
with before_models as (select * from before_models),
before_labels as (select * from before_labels),
hub_models as (select * from hub_models),
hub_labels as (select * from hub_labels),

pairs as (
    select
        coalesce(before_models.hub_id, hub_models.hub_id) as hub_id,
        before_models.hub_id is not null as was,
        hub_models.hub_id is not null as now_is,
        before_models.licence_tag as old_tag,
        hub_models.licence_tag as new_tag,
        before_models.gated as old_gate,
        hub_models.gated as new_gate
    from before_models
    full outer join hub_models on before_models.hub_id = hub_models.hub_id
),

-- one number for all labels of a repository: most have the same as before, and lists of all would not fit in memory
before_marks as (
    select
        hub_id,
        bit_xor(hash(axis, label)) as mark
    from before_labels
    group by hub_id
),

marks as (
    select
        hub_id,
        bit_xor(hash(axis, label)) as mark
    from hub_labels
    group by hub_id
),

moved as (
    select marks.hub_id
    from marks
    inner join before_marks on marks.hub_id = before_marks.hub_id
    where marks.mark <> before_marks.mark
),

old_labels as (
    select
        hub_id,
        axis,
        list(label order by label) as labels
    from before_labels
    where hub_id in (select moved.hub_id from moved)
    group by hub_id, axis
),

new_labels as (
    select
        hub_id,
        axis,
        list(label order by label) as labels
    from hub_labels
    where hub_id in (select moved.hub_id from moved)
    group by hub_id, axis
),

changed as (
    select
        hub_id,
        'repository' as aspect,
        if(was, 'gone', 'new') as hub_change,
        null::varchar as old_value,
        null::varchar as new_value
    from pairs
    where was <> now_is
    union all
    select hub_id, 'licence', 'relicensed', old_tag, new_tag from pairs
    where was and now_is and old_tag is distinct from new_tag
    union all
    select hub_id, 'gate', 'regated', old_gate, new_gate from pairs
    where
        was and now_is and old_gate <> new_gate
        and ('no' in (old_gate, new_gate) or 'some' not in (old_gate, new_gate))
    union all
    select
        coalesce(old_labels.hub_id, new_labels.hub_id),
        coalesce(old_labels.axis, new_labels.axis),
        'relabelled',
        array_to_string(old_labels.labels, ';'),
        array_to_string(new_labels.labels, ';')
    from old_labels
    full outer join new_labels on old_labels.hub_id = new_labels.hub_id and old_labels.axis = new_labels.axis
    where old_labels.labels is distinct from new_labels.labels
)

select * from changed
order by hub_id, aspect
