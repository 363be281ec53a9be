// Brings predictions from the kernel to the person's disk, a slice at a time.

import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import type { BatchReady, BatchSave } from "../../types.gen.ts";

const AGAIN_MS = 10_000;

/** Save the file; one of more than `most` bytes stays where it is, which the answer says. */
export async function save(
  link: Link,
  wanted: BatchSave,
  most: number,
  onPart: (share: number) => void,
): Promise<BatchReady> {
  const ready = await insist(() => link.request<BatchReady>("batch_save", wanted));
  if (ready.size > most) return ready;
  // As blobs, which a browser may keep on a disk.
  const parts: Blob[] = [];
  for (let offset = 0; offset < ready.size; ) {
    const { buffers } = await insist(() => link.open("batch_read", { ...wanted, offset }).reply);
    const bytes = buffers[0];
    if (!bytes?.byteLength) throw new Error(t("ui-batch-broken"));
    parts.push(new Blob([bytes as DataView<ArrayBuffer>]));
    offset += bytes.byteLength;
    onPart(offset / ready.size);
  }
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(new Blob(parts));
  anchor.download = ready.name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
  return ready;
}

/** Ask again until there is an answer: a message can be lost with its connection. */
function insist<T>(ask: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const go = (): void => {
      ask()
        .finally(() => clearInterval(timer))
        .then(resolve, reject);
    };
    const timer = setInterval(go, AGAIN_MS);
    go();
  });
}
