-- Questions that people ask, as queries: duckdb kiban.duckdb < queries.sql
-- よくある質問と問い合わせ。
-- Days are examples: put in your own. What a release does not know at all: prices, benchmark scores and how many people use a model.

-- Which models could anyone download in May 2022, and how large are they? Those of which it is not known come last.
-- 2022年5月に誰でも入手できたモデルとその規模は(不明なものは末尾)。
select name, organisations, parameters, access
from landscape(date '2022-05-31')
where access in ('open', 'conditional', 'restricted', 'unknown')
order by access = 'unknown', parameters desc nulls last, name;

-- Which models of at least 100 billion parameters were announced in 2021, and in which countries?
-- 2021年に公表された1000億パラメータ以上のモデルと国は。
select name, organisation_names, countries, parameters
from models
where parameters >= 1e11 and year(announced) = 2021
order by parameters desc, name;

-- How many models come from each country? Joint work counts for each of its countries.
-- 国ごとのモデル数は(共同開発は各国で数える)。
select country, count(*) as models_count
from (select unnest(countries) as country from models)
group by country
order by models_count desc, country;

-- Who makes most models, and how many of them can anyone download today?
-- 最も多くのモデルを作るのは誰か、そのうち誰でも入手できるものは。
select
    organisation_name,
    count(*) as models_count,
    count(*) filter (list_contains(openness, 'weights')) as open_count
from (select unnest(organisation_names) as organisation_name, openness from models)
group by organisation_name
order by models_count desc, organisation_name
limit 20;

-- How many days passed between the announcement and the weights?
-- 公表から重みの公開まで何日かかったか。
select
    year(announced) as announced_in,
    count(*) as models_count,
    median(date_diff('day', announced, weights_date)) as median_days,
    max(date_diff('day', announced, weights_date)) as most_days
from models
where announced_precision = 'day' and weights_date_precision = 'day'
group by announced_in
order by announced_in;

-- How large are the largest and the median model of each year?
-- 年ごとの最大と中央値の規模は。
select year(known_since) as known_in, count(parameters) as sized_count, max(parameters) as largest, median(parameters) as median
from models
group by known_in
order by known_in;

-- Which models may a firm use commercially today, and under which licence?
-- 企業が今日商用利用できるモデルとライセンスは。
select name, organisation_names, parameters, access, licence, hub_id, known_until
from models
where access in ('open', 'conditional') and commercial_use
order by parameters desc nulls last, name;

-- What did the training of models take in energy and emissions?
-- 学習に要した電力量と排出量は。
select name, training_energy_mwh, training_co2e_t, parameters
from models
where training_energy_mwh is not null or training_co2e_t is not null
order by training_energy_mwh desc nulls last, name;

-- Which models are for Japanese?
-- 日本語に対応するモデルは。
select name, organisation_names, announced, parameters, language_scope, access
from models
where list_contains(languages, 'ja')
order by announced, name;

-- Which part of the training data is Japanese?
-- 学習データに占める日本語の割合は。
select name, language_share
from language_shares
inner join models using (model_id)
where language = 'ja'
order by language_share desc, name;

-- Which models from Japan of more than ten billion parameters may be used commercially? No rows: none is known to be.
-- 商用利用できる国産の100億パラメータ超のモデルは(空なら、そうと分かっているモデルはない)。
select name, name_ja, organisation_names, parameters, licence
from models
where list_contains(countries, 'JP') and parameters > 1e10 and access in ('open', 'conditional')
order by parameters desc, name;

-- Whose training exceeds 10^23 or 10^25 operations, the lines that European law draws, as stated or as estimated?
-- 学習計算量が欧州法の基準(10^23、10^25 FLOP)を超えるのは(記載値または推定値)。
select name, compute_tier, training_flop, training_flop_estimate
from models
where compute_tier in ('from-1e23', 'from-1e25')
order by coalesce(training_flop, training_flop_estimate) desc, name;

-- On which accelerators are models trained, and on how many at most?
-- 学習に使われた演算装置とその最大数は。
select accelerator, count(*) as models_count, max(accelerator_count) as most
from hardware
group by accelerator
order by models_count desc, accelerator;

-- What was built on GPT-3?
-- GPT-3をもとに作られたモデルは。
with recursive built as (
    select model_id, other_id from relations where relation_kind = 'base' and other_id = 'openai/gpt-3'
    union
    select relations.model_id, relations.other_id
    from relations
    inner join built on relations.other_id = built.model_id
    where relations.relation_kind = 'base'
)

select model_id, other_id as built_on from built order by model_id;

-- Is sparse on the rise? Read the shares beside the counts that they rest on.
-- 疎結合は増えているか(割合は根拠となる数とともに読むこと)。
select year, models_count, out_of_count, share from years where measure = 'sparse' order by year;

-- Of how many models does nobody outside know the size, year by year?
-- 規模が非公開のモデルは年ごとにいくつか。
select year, models_count, out_of_count, share from years where measure = 'undisclosed-size' order by year;

-- How did access stand at the end of 2020 against May 2022?
-- 2020年末と2022年5月の利用条件の比較は。
select
    coalesce(before.access, later.access) as access,
    before.models_count as end_of_2020,
    later.models_count as may_2022
from (select access, count(*) as models_count from landscape(date '2020-12-31') group by access) as before
full join (select access, count(*) as models_count from landscape(date '2022-05-31') group by access) as later
    on before.access = later.access
order by access;

-- How did access to GPT-3 change, by day?
-- GPT-3の利用条件は日を追ってどう変わったか。
select valid_from, valid_to, access, weights, api, app from access_periods where model_id = 'openai/gpt-3' order by valid_from;

-- Which models could not be downloaded at first, and can be now?
-- 当初は入手できず、後に入手できるようになったモデルは。
select model_id, min(valid_from) filter (access in ('open', 'conditional')) as open_since
from access_periods
group by model_id
having arg_min(access, valid_from) in ('unreleased', 'waitlist', 'paid', 'free-service', 'app-only', 'partial')
    and open_since is not null
order by open_since, model_id;

-- What was deprecated or retired, and when?
-- いつ何が非推奨または提供終了になったか。
select model_id, label, valid_from
from labels
where axis = 'lifecycle' and label in ('deprecated', 'retired')
order by valid_from desc, model_id;

-- Where do sources disagree?
-- 出典が食い違うのはどこか。
select model_id, field, value_number, value_text, spread, source_count
from facts
where state = 'disputed'
order by spread desc nulls last, model_id, field;

-- Where does the size of PaLM come from?
-- PaLMの規模の出典は何か。
select value_number, printed, location, url, accessed, is_chosen
from statements
inner join sources using (source_id)
where statements.model_id = 'google/palm' and field = 'parameters' and variant is null
order by is_chosen desc, statement_id;

-- Which dense models are near the optimum of tokens per parameter?
-- パラメータあたりトークン数が最適に近い密結合モデルは。
select name, parameters, training_tokens, round(training_tokens / active_parameters, 1) as tokens_per_parameter
from models
where compute_balance = 'near-optimum'
order by parameters desc, name;

-- How much of a sparse model works on one token?
-- 疎結合モデルで1トークンに働くのはどれだけか。
select name, parameters, active_parameters, experts, round(100 * active_parameters / parameters, 1) as active_percent
from models
where density = 'sparse' and active_parameters is not null
order by announced, name;

-- Which models make images, and which of them could anyone use before DALL-E 2 was announced?
-- 画像を生成するモデルは。DALL-E 2の公表前に使えたのは。
select models.name, models.announced, then_known.access as access_before_dall_e_2
from models
left join landscape(date '2022-04-05') as then_known using (model_id)
where list_contains(models.media, 'vision-out')
order by models.announced, models.name;

-- Which models are tuned for human values?
-- 人間の価値観に合わせて調整されたモデルは。
select name, announced, safety from models where list_contains(safety, 'value-alignment') order by announced, name;

-- Which models think before they answer, and can it be switched off?
-- 回答の前に思考するモデルは。切り替えられるか。
select name, organisation_names, announced, reasoning, access
from models
where reasoning in ('thinks', 'switchable')
order by announced, name;

-- Which models were tuned with rewards that can be checked, or from another model's outputs?
-- 検証可能な報酬や他モデルの出力で調整されたモデルは。
select name, announced, post_training
from models
where list_has_any(post_training, ['verifiable-rewards', 'distilled'])
order by announced, name;

-- How much could models read at once, year by year?
-- 一度に読める長さは年ごとにどう伸びたか。
select year(known_since) as known_in, count(context_length) as models_count, median(context_length) as median, max(context_length) as longest
from models
where context_length is not null
group by known_in
order by known_in;

-- Is OPT really 1/7 of GPT-3's footprint? What was claimed, and what the facts of both say.
-- OPTの排出量は本当にGPT-3の7分の1か。主張と両者の事実は。
select relations.field, relations.factor, ours.value_number as of_opt, theirs.value_number as of_gpt_3
from relations
left join facts as ours on relations.model_id = ours.model_id and relations.field = ours.field
left join facts as theirs on relations.other_id = theirs.model_id and relations.field = theirs.field
where relations.model_id = 'meta/opt-175b' and relations.other_id = 'openai/gpt-3'
order by relations.field;

-- What between five and eight billion parameters can be downloaded, models and their variants?
-- 50億から80億パラメータで入手できるモデルと派生版は。
select model_id, name as variant, parameters, licence
from models
where parameters between 5e9 and 8e9 and access in ('open', 'conditional', 'restricted')
union all
select model_id, variant, parameters, licence
from variants
where parameters between 5e9 and 8e9 and weights in ('download', 'click-through')
order by parameters, model_id, variant;

-- Which is a model's repository on the Hugging Face hub, and what else is it called?
-- Hugging Face上のリポジトリや他の体系での識別子は。
select model_id, scheme, identifier, identifier_relation from identifiers order by model_id, scheme, identifier;

-- How complete is it, and how sure?
-- どこまで分かっていて、どの程度確かか。
select column_name, models_count, stated_share, not_mentioned_share, unresearched_share, reviewed_share, error_rate
from coverage
order by unresearched_share, column_name;

-- What changed since the release before? No rows: this is the first release.
-- 前のリリースから何が変わったか(空なら、最初のリリースである)。
select table_name, change, count(*) as changes_count from changes group by table_name, change order by table_name, change;

-- Which sources no longer say what was read there? No rows: all that were asked again still do, or none was asked.
-- 現在は記載が確認できない出典は(空なら、再確認した出典はすべて記載があるか、再確認していない)。
select source_id, audit_verdict, audited_on, final_url
from source_audit
where audit_verdict <> 'confirmed'
order by audited_on desc, source_id;
