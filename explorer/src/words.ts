// Words of the interface, English and Japanese. What axes, labels and fields mean comes with the data.

import { nameOfCode } from "./format.ts";
import type { Facet, Two } from "./landscape.ts";
import { land, lang } from "./state.ts";

const WORDS = {
  skip: ["Skip to the results", "結果へ移動"],
  language: ["日本語", "English"],
  language_hint: ["日本語で表示", "Show in English"],
  release: ["Release {version}, as of {day}", "リリース {version}({day} 時点)"],
  collected: ["models looked for up to {day}", "{day} までのモデルを収集"],
  search: ["Search names and makers", "名称・開発元を検索"],
  search_hint: ["GPT-3, OpenAI, 東京 …", "GPT-3、OpenAI、東京 …"],
  day: ["The landscape on", "この日の状況"],
  day_slider: ["Day of the landscape", "表示する日"],
  earlier: ["One year earlier", "1年前へ"],
  later: ["One year later", "1年後へ"],
  newest: ["Newest", "最新"],
  filters: ["Filters", "絞り込み"],
  filters_shown: ["Filters ({n} set)", "絞り込み({n}件)"],
  clear: ["Clear all", "すべて解除"],
  clear_one: ["Clear {name}", "{name} を解除"],
  axes: ["Axes", "分類軸"],
  makers: ["Makers", "開発元"],
  terms: ["Terms of the weights", "重みの条件"],
  facts: ["Facts", "事実"],
  numbers: ["Numbers and days", "数値と日付"],
  from: ["from", "以上"],
  to: ["to", "以下"],
  from_of: ["{name}: from", "{name}:以上"],
  to_of: ["{name}: to", "{name}:以下"],
  number_hint: ["e.g. 7B", "例:70億"],
  bin: ["{low} to {high}: {n}", "{low}〜{high}:{n}件"],
  more: ["All {n}", "全{n}件を表示"],
  table: ["Table", "表"],
  charts: ["Charts", "図"],
  compare: ["Compare", "比較"],
  compare_n: ["Compare ({n})", "比較({n})"],
  count: ["{n} of {all} models known on {day}", "{day} に知られていた {all} モデル中 {n} 件"],
  none: ["No model passes these filters.", "条件に合うモデルはありません。"],
  models: ["Models", "モデル一覧"],
  columns: ["Columns", "列の選択"],
  csv: ["Download CSV", "CSV をダウンロード"],
  sql: ["Copy as SQL", "SQL をコピー"],
  sql_copied: [
    "Copied. It runs on kiban.duckdb of this release.",
    "コピーしました。このリリースの kiban.duckdb で動きます。",
  ],
  sql_shown: ["The query for kiban.duckdb of this release:", "このリリースの kiban.duckdb 用の問い合わせ:"],
  link: ["Copy link", "リンクをコピー"],
  link_copied: ["Link copied.", "リンクをコピーしました。"],
  link_shown: ["The link:", "リンク:"],
  svg: ["Download SVG", "SVG をダウンロード"],
  close: ["Close", "閉じる"],
  name: ["Name", "名称"],
  add: ["Compare {name}", "{name} を比較に追加"],
  add_short: ["Add to compare", "比較に追加"],
  remove_short: ["Remove from compare", "比較から外す"],
  full: ["Four models are the most that fit", "比較は4件まで"],
  back: ["Back to the table", "表に戻る"],
  no_model: ["This release has no model {id}.", "このリリースにモデル {id} はありません。"],
  not_yet: ["Not yet known on {day}; labels are those of later days.", "{day} にはまだ知られていません。"],
  reading: ["Reading …", "読み込み中…"],
  labels_on: ["Labels on {day}", "{day} のラベル"],
  all_labels: ["Labels and their rules", "ラベルとその規則"],
  access_over: ["Access over time", "利用条件の推移"],
  known_facts: ["Facts", "事実"],
  unresearched_of: ["Not researched yet", "未調査の項目"],
  variants: ["Variants", "派生版"],
  relatives: ["Relatives", "系譜"],
  ids: ["Names elsewhere", "他の体系での識別子"],
  sources: ["Sources", "出典"],
  axis: ["Axis", "軸"],
  label: ["Label", "ラベル"],
  rule: ["Rule", "規則"],
  since: ["From", "開始"],
  until: ["Until", "終了"],
  thresholds: ["Thresholds that its rules read", "規則が読むしきい値"],
  rests_on: ["Rests on", "根拠"],
  n_statements: ["{n} statements", "記述{n}件"],
  one_statement: ["1 statement", "記述1件"],
  missing: ["missing: {field}", "不足:{field}"],
  field: ["Field", "項目"],
  value: ["Value", "値"],
  state: ["State", "確かさ"],
  basis: ["Basis", "根拠"],
  printed: ["printed “{text}”", "表記「{text}」"],
  read: ["read {day} ({how})", "{day} 閲覧({how})"],
  copy_read: ["copy that was read", "閲覧した写し"],
  chosen: ["decides", "採用"],
  withheld: ["withheld", "非公開"],
  makes_no_sense: ["makes no sense here", "該当なし"],
  silent: ["read whole, says nothing", "全文に言及なし"],
  estimate: ["estimate", "推定"],
  maker_source: ["maker", "開発元"],
  other_source: ["others", "第三者"],
  what: ["What", "種類"],
  who: ["Who", "体系"],
  id: ["Id", "識別子"],
  base: ["Made from", "元になったモデル"],
  children: ["Made from it", "このモデルを元にしたモデル"],
  "succeeded-by": ["Succeeded by", "後継"],
  succeeds: ["Takes the place of", "前身"],
  relative_to: ["claims against another model", "他モデルとの比較の主張"],
  "relative-to": ["Claims against", "比較対象とした主張"],
  compared_by: ["Compared against it by", "このモデルと比較したモデル"],
  times: ["{field}: {factor} times", "{field}:{factor}倍"],
  exact: ["the model itself", "モデル自体"],
  variant: ["a variant", "派生版"],
  family: ["its family", "系列"],
  pick_some: ["Choose up to four models in the table, or here:", "表で、またはここで、モデルを4件まで選択:"],
  differs: ["differs", "相違"],
  colour: ["Colour and count by", "色分け・集計の軸"],
  chart_sizes: ["Models over time, by size", "モデルの規模の推移"],
  chart_sizes_note: [
    "{n} with a known number of parameters (log scale), {m} without below the line. A point opens its model.",
    "パラメータ数が分かる {n} 件(対数目盛)。不明の {m} 件は線の下。点を選ぶとモデルを表示。",
  ],
  chart_first: ["The colour is that of the first of several.", "複数ある場合は最初のラベルの色。"],
  rest: ["{n} more", "ほか{n}件"],
  chart_years: ["Models by year and label", "年ごと・ラベルごとのモデル数"],
  chart_years_note: ["Labels are those of {day}.", "ラベルは {day} 時点。"],
  chart_several: [
    "A model can have several of them, and counts once for each.",
    "1モデルが複数のラベルを持つ場合は、それぞれで数える。",
  ],
  chart_access: ["Who could use them: shares at the end of each quarter", "利用条件の割合(各四半期末)"],
  chart_access_note: [
    "Of the models on the screen that were known by then, {n} at the end.",
    "その時点で知られていた表示中のモデルに対する割合(最後は {n} 件)。",
  ],
  as_table: ["The numbers as a table", "数値を表で見る"],
  year: ["Year", "年"],
  quarter: ["Quarter", "四半期"],
  size_unknown: ["size not known", "規模不明"],
  no_label: ["no label", "ラベルなし"],
  others: ["others", "その他"],
  parameters: ["Parameters", "パラメータ数"],
  active_parameters: ["Active parameters", "有効パラメータ数"],
  experts: ["Experts", "エキスパート数"],
  layers: ["Layers", "層数"],
  context_length: ["Context length", "入力長"],
  output_length: ["Output length", "出力長"],
  training_tokens: ["Training tokens", "学習トークン数"],
  training_flop: ["Training FLOP", "学習計算量(FLOP)"],
  training_energy_mwh: ["Training energy (MWh)", "学習電力量(MWh)"],
  training_co2e_t: ["Training CO2e (t)", "学習CO2e(t)"],
  accelerator_hours: ["Accelerator hours", "演算装置の延べ時間"],
  language_count: ["Number of languages", "言語の数"],
  known_since: ["Announced", "公表"],
  announced: ["Announced", "公表"],
  paper_date: ["Paper", "論文"],
  weights_date: ["Weights out", "重みの公開"],
  service_date: ["Service opened", "サービス開始"],
  withdrawn: ["Withdrawn", "提供終了"],
  knowledge_cutoff: ["Knowledge cutoff", "学習データの最終日"],
  organisations: ["Makers", "開発元"],
  countries: ["Countries", "国・地域"],
  licence: ["Licence of the weights", "重みのライセンス"],
  commercial_use: ["Commercial use", "商用利用"],
  true: ["Yes", "可"],
  false: ["No", "不可"],
  architecture: ["Architecture", "アーキテクチャ"],
  routing: ["Routing", "経路の方式"],
  objective: ["Objectives", "学習の目的"],
  modalities_in: ["Input", "入力"],
  modalities_out: ["Output", "出力"],
  tasks: ["Tasks", "タスク"],
  languages: ["Languages", "言語"],
  thinking: ["Thinking", "思考"],
  tools: ["Tools", "ツール"],
  weights: ["Weights", "重み"],
  api: ["API", "API"],
  app: ["App", "アプリ"],
  training_code: ["Code", "コード"],
  training_data: ["Data", "データ"],
  training_log: ["Log", "記録"],
  stage: ["Stage", "段階"],
  succeeded_by: ["Succeeded by", "後継"],
  language_shares: ["Shares of languages (%)", "言語の割合(%)"],
  hardware: ["Accelerators", "演算装置"],
  instruction_tuning: ["Instruction tuning", "命令調整"],
  explicit_multitask: ["Explicit multitask training", "明示的マルチタスク学習"],
  retrieval: ["Retrieval", "検索"],
  preference_tuning: ["Preference tuning", "選好による調整"],
  safety_filter: ["Safety filter", "安全フィルタ"],
  grounding_tools: ["Grounding in outside knowledge", "外部知識の参照"],
  supervised_tuning: ["Supervised tuning", "教師あり調整"],
  verifiable_rewards: ["Verifiable rewards", "検証可能な報酬"],
  distillation: ["Distillation", "蒸留"],
  stated: ["stated", "記述あり"],
  disputed: ["disputed", "食い違い"],
  estimated: ["estimated", "推定"],
  undisclosed: ["undisclosed", "非公開"],
  not_applicable: ["not applicable", "該当なし"],
  not_mentioned: ["not mentioned", "言及なし"],
  unresearched: ["not researched", "未調査"],
  maker: ["maker", "開発元"],
  "third-party": ["third party", "第三者"],
  derived: ["derived", "導出"],
  yes: ["yes", "はい"],
  no: ["no", "いいえ"],
  marks: [
    "Unknown: no source that was read says it; nothing is guessed. ≈ a third party's estimate, ? sources disagree. Other states of a value are named in its place; — nobody has looked yet.",
    "「不明」は、閲覧した出典に記述がないことを示す(推測は収録しない)。≈ は第三者の推定、? は出典の食い違い。値がない理由はその欄に示し、— は未調査。",
  ],
  whole_release: [
    "Release {version} as a whole: Parquet, CSV, kiban.duckdb. {licence}, {author}.",
    "リリース {version} の全体は Parquet、CSV、kiban.duckdb にある。{licence}、{author}。",
  ],
  timeline: ["Access from {from} to {to}", "{from} から {to} までの利用条件"],
  open_variants: ["Open variants", "公開された派生版"],
  licence_of_data: ["Data", "データ"],
  by_author: ["by {author}", "{author}"],
  from_search: ["search “{text}”", "検索「{text}」"],
  no_filter: ["no filter", "絞り込みなし"],
} as const satisfies Record<string, Two>;

export type Word = keyof typeof WORDS;

const has = (key: string): key is Word => Object.hasOwn(WORDS, key);

export const of = (two: Two): string => two[lang.value];

/** A word of the interface, with what stands in its braces. */
export function t(key: Word, filled: Readonly<Record<string, string | number>> = {}): string {
  return WORDS[key][lang.value].replace(/\{(\w+)\}/g, (mark, name: string) => String(filled[name] ?? mark));
}

/** Short name of a column: of an axis as the release has it, of others as here, else its code. */
export function columnName(key: string): string {
  const facet = land.value.facet.get(key);
  if (facet?.title) return of(facet.title);
  return codeName(key);
}

/** Name of a field, state or basis: as here, else what the release says that the field means, else its code. */
export const codeName = (code: string): string =>
  has(code) ? t(code) : (land.value.core.fields[code]?.[lang.value ? 2 : 1] ?? code.replaceAll("_", " "));

/** Name of a value of a facet. */
export function valueName(facet: Facet, place: number): string {
  const word = facet.words[place];
  const code = facet.codes[place] ?? "";
  if (word) return of(word);
  return facet.key === "commercial_use" ? codeName(code) : nameOfCode(facet.key, code, lang.value);
}

/** What a column means, in words of the release. */
export function columnMeaning(key: string): string {
  const found = land.value.facet.get(key) ?? land.value.measure.get(key);
  return found ? of(found.meaning) : "";
}

export function modelName(m: number): string {
  const { name, name_ja } = land.value.core.models;
  return (lang.value ? name_ja[m] : null) ?? name[m] ?? "";
}

export function makersOf(m: number): string {
  const { organisation_name, organisation_name_ja, organisation_id } = land.value.core.organisations;
  const names = land.value.core.models.organisations[m] ?? [];
  return names
    .map((i) => (lang.value ? organisation_name_ja[i] : null) ?? organisation_name[i] ?? organisation_id[i] ?? "")
    .join(lang.value ? "、" : ", ");
}
