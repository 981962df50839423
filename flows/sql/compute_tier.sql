-- Was the model trained with so much computation that laws take note of it?
-- Grain: one row a model.
-- Rule: operations of training as stated; else 6 operations per active parameter and token (Kaplan et al. 2020,
--   section 2.1), which was worked out for models of text. The rule says which: stated, third-party, estimated.
-- Unknowns: neither operations nor both active parameters and tokens are known.
with known as (select * from known),
compute_balance as (select * from compute_balance),
facts as (select * from facts where field = 'training_flop'),

counted as (
    select
        known.model_id,
        if(
            compute_balance.rule like '%.ratio', 6.0 * known.active_parameters * known.training_tokens, null
        ) as training_flop_estimate,
        coalesce(known.training_flop, training_flop_estimate) as flop,
        case
            when known.training_flop is null then 'estimated'
            when facts.basis in ('third-party', 'estimate') then 'third-party'
            else 'stated'
        end as by_whom
    from known
    inner join compute_balance on known.model_id = compute_balance.model_id
    inner join facts on known.model_id = facts.model_id
)

select
    model_id,
    training_flop_estimate,
    case
        when flop is null then 'unknown.training_flop'
        when flop >= threshold('compute_tier', 'systemic_risk') then 'from-1e25.' || by_whom
        when flop >= threshold('compute_tier', 'general_purpose') then 'from-1e23.' || by_whom
        else 'below-1e23.' || by_whom
    end as rule,
    printf('%.2e FLOP', flop) as detail,
    if(by_whom = 'estimated', ['active_parameters', 'training_tokens'], ['training_flop']) as rests_on
from counted
