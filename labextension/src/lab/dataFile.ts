/** What the readers of the Python side open; compressed text only where it says what is inside. */
const DATA_FILE = /\.(csv|tsv|json|jsonl)(\.(gz|bz2|xz|zip))?$|\.(parquet|feather|arrow|xlsx|xls)$/i;

/** Whether a file of this name holds a table that can be trained on. */
export function isDataFile(name: string): boolean {
  return DATA_FILE.test(name);
}
