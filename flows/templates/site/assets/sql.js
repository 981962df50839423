// The SQL page: DuckDB in a worker, over the newest release. Everything comes from this site; results are put in as text, never as markup.
const at = (id) => document.getElementById(id);
const page = at("console").dataset;
const texts = JSON.parse(page.texts);
const SHOWN = 1000; // rows that are put into the page; the CSV has all

/** A connection over the release, opened once. Throws if a file does not come, or the engine cannot read it. */
async function open() {
  const duckdb = await import(new URL(`${page.engine}duckdb-browser.mjs`, location.href));
  const database = fetch(page.database).then((answer) => {
    if (!answer.ok) throw new Error(`${page.database}: ${answer.status}`);
    return answer.arrayBuffer();
  });
  const worker = new Worker(new URL(`${page.engine}duckdb-browser-eh.worker.js`, location.href));
  const engine = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
  await engine.instantiate(new URL(`${page.engine}duckdb-eh.wasm`, location.href).href);
  const version = await engine.getVersion();
  if (older(version, page.storage)) throw new Error(`${texts.engine_too_old}: DuckDB ${version} < ${page.storage}`);
  await engine.registerFileBuffer("kiban.duckdb", new Uint8Array(await database));
  await engine.open({ path: "kiban.duckdb", accessMode: duckdb.DuckDBAccessMode.READ_ONLY, allowUnsignedExtensions: false });
  const connection = await engine.connect();
  // nothing is fetched from elsewhere, whatever a query asks for
  await connection.query("set autoinstall_known_extensions = false; set autoload_known_extensions = false");
  await connection.query("set enable_external_access = false; set lock_configuration = true");
  return { connection, version };
}

/** Whether one version, v1.2.3, is older than another. */
function older(one, other) {
  const [a, b] = [one, other].map((text) => (text.match(/\d+/g) || []).map(Number));
  for (let i = 0; i < 3; i += 1) if ((a[i] || 0) !== (b[i] || 0)) return (a[i] || 0) < (b[i] || 0);
  return false;
}

let opened;
const once = () => (opened ||= open().catch((error) => { opened = undefined; throw error; }));

/** A value of Arrow as text; null stays null. */
function text(value, type) {
  if (value === null || value === undefined) return null;
  const { Type } = globalThis.Arrow;
  if (type.typeId === Type.Date) return new Date(Number(value)).toISOString().slice(0, 10);
  if (type.typeId === Type.Timestamp) return new Date(Number(value)).toISOString().replace("T", " ").replace(/\.?0*Z$/, "");
  if (type.typeId === Type.Decimal) return decimal(value, type.scale);
  if (type.typeId === Type.List) return Array.from(value, (item) => text(item, type.children[0].type) ?? "").join(";");
  if (typeof value === "object") return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part));
  return String(value);
}

/** A decimal, four little-endian words in two's complement, with its point. */
function decimal(words, scale) {
  let whole = 0n;
  for (let i = words.length - 1; i >= 0; i -= 1) whole = (whole << 32n) | BigInt(words[i] >>> 0);
  whole = BigInt.asIntN(words.length * 32, whole);
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${whole < 0n ? "-" : ""}${digits.slice(0, point)}${scale ? `.${digits.slice(point)}` : ""}`;
}

let found; // names and rows of the last result
let turn = 0; // of what was asked last; what was asked before is not shown any more

function show({ names, rows, numeric }) {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  names.forEach((name, i) => {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    if (numeric[i]) cell.className = "number";
    head.append(cell);
  });
  const body = table.createTBody();
  for (const row of rows.slice(0, SHOWN)) {
    const line = body.insertRow();
    row.forEach((value, i) => {
      const cell = line.insertCell();
      cell.textContent = numeric[i] && /^-?\d{5,15}$/.test(value) ? value.replace(/\B(?=(\d{3})+$)/g, ",") : value;
      if (numeric[i]) cell.className = "number";
    });
  }
  at("result").replaceChildren(table);
}

async function run() {
  const mine = (turn += 1);
  at("run").disabled = at("csv").disabled = true;
  at("error").hidden = true;
  at("result").replaceChildren();
  found = undefined;
  try {
    at("status").textContent = texts.loading;
    const { connection, version } = await once();
    if (mine !== turn) return;
    at("status").textContent = texts.running;
    const begun = performance.now();
    const table = await connection.query(at("query").value);
    if (mine !== turn) return;
    const { fields } = table.schema;
    const columns = fields.map((_, i) => table.getChildAt(i));
    const rows = Array.from({ length: table.numRows }, (_, n) => fields.map(({ type }, i) => text(columns[i].get(n), type)));
    const { Type } = globalThis.Arrow;
    found = { names: fields.map(({ name }) => name), rows, numeric: fields.map(({ type }) => [Type.Int, Type.Float, Type.Decimal].includes(type.typeId)) };
    show(found);
    const cut = rows.length > SHOWN ? ` (${texts.rows_shown} ${SHOWN})` : "";
    at("status").textContent = `${rows.length} ${texts.rows_found}${cut}, ${Math.round(performance.now() - begun)} ms, DuckDB ${version}`;
    at("csv").disabled = false;
  } catch (error) {
    if (mine !== turn) return;
    at("status").textContent = "";
    at("error").textContent = error.message;
    at("error").hidden = false;
  } finally {
    if (mine === turn) at("run").disabled = false;
  }
}

/** A cell of a CSV file, quoted where it must be. */
const cell = (value) => (value === null ? "" : /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

function download() {
  const lines = [found.names, ...found.rows].map((row) => `${row.map(cell).join(",")}\n`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(lines, { type: "text/csv" }));
  link.download = `${page.name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** Put the question into the editor, and ask it. */
function ask() {
  at("query").value = at("question").value;
  history.replaceState(null, "", `#question-${at("question").selectedIndex + 1}`);
  return run();
}

/** The question that the address names, if any: #question-3. */
function named() {
  const number = /^#question-(\d+)$/.exec(location.hash);
  if (!number || !at("question").options[number[1] - 1]) return;
  at("question").selectedIndex = number[1] - 1;
  ask();
}

at("run").addEventListener("click", run);
at("csv").addEventListener("click", download);
at("question").addEventListener("change", ask);
at("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !at("run").disabled) run();
});
addEventListener("hashchange", named);
named();
