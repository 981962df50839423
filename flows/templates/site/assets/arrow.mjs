// The engine asks for Apache Arrow as a module; Arrow comes as a script that sets a global. Only what the engine uses is passed on.
export const { RecordBatchReader, Table, Type, tableToIPC } = globalThis.Arrow;
