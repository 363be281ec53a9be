// Sends a file in slices, a few at a time, and sends again what got lost.

import type { Link } from "./link.ts";

const ACK_MS = 20_000;
const MOST_ROUNDS = 5;

interface Started {
  upload: string;
  n_chunks: number;
  chunk_bytes: number;
  window: number;
}

export interface Source {
  name: string;
  size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export class Cancelled extends Error {}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 as zlib computes it; give the last value to go on. */
export function crc32(bytes: Uint8Array, start = 0): number {
  let crc = ~start;
  for (let i = 0; i < bytes.length; i += 1) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}

export class Uploader {
  private cancelled = false;
  private key = "";
  private readonly ask: Link["request"];
  private readonly file: Source;
  private readonly onProgress: (sentBytes: number) => void;
  private readonly ackMs: number;

  constructor(
    ask: Link["request"],
    file: Source,
    onProgress: (sentBytes: number) => void,
    ackMs = ACK_MS,
  ) {
    this.ask = ask;
    this.file = file;
    this.onProgress = onProgress;
    this.ackMs = ackMs;
  }

  /** Send the whole file; the path it has on the server. Rejects with what went wrong. */
  async send(): Promise<string> {
    const started = await this.ask<Started>("upload_start", {
      name: this.file.name,
      size: this.file.size,
    });
    this.key = started.upload;
    const done = new Set<number>();
    let todo = Array.from({ length: started.n_chunks }, (_, index) => index);
    for (let round = 0; todo.length > 0; round += 1) {
      if (round >= MOST_ROUNDS) throw new Error("The kernel stopped taking the file. Try again.");
      await this.sendSome(started, todo, done);
      todo = todo.filter((index) => !done.has(index));
      if (todo.length > 0) todo = await this.missing();
    }
    this.check();
    const crc = await this.checksum(started.chunk_bytes);
    this.check();
    const answer = await this.ask<{ path: string }>("upload_finish", { upload: this.key, crc });
    return answer.path;
  }

  cancel(): void {
    this.cancelled = true;
    if (this.key) this.ask("upload_cancel", { upload: this.key }).catch(() => undefined);
  }

  private async sendSome(started: Started, todo: number[], done: Set<number>): Promise<void> {
    const queue = [...todo];
    const lane = async (): Promise<void> => {
      for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
        this.check();
        if (await this.sendOne(started, index)) {
          done.add(index);
          this.onProgress(Math.min(this.file.size, done.size * started.chunk_bytes));
        }
      }
    };
    await Promise.all(Array.from({ length: started.window }, lane));
  }

  private async sendOne(started: Started, index: number): Promise<boolean> {
    const start = index * started.chunk_bytes;
    const end = Math.min(this.file.size, start + started.chunk_bytes);
    const data = await this.file.slice(start, end).arrayBuffer();
    const crc = crc32(new Uint8Array(data));
    const ack = this.ask("upload_chunk", { upload: this.key, index, crc }, [data]);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), this.ackMs);
    });
    try {
      return await Promise.race([ack.then(() => true), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async missing(): Promise<number[]> {
    this.check();
    const answer = await this.ask<{ missing: number[] }>("upload_status", { upload: this.key });
    return answer.missing;
  }

  private async checksum(chunkBytes: number): Promise<number> {
    let crc = 0;
    for (let start = 0; start < this.file.size; start += chunkBytes) {
      const end = Math.min(this.file.size, start + chunkBytes);
      crc = crc32(new Uint8Array(await this.file.slice(start, end).arrayBuffer()), crc);
    }
    return crc;
  }

  private check(): void {
    if (this.cancelled) throw new Cancelled("cancelled");
  }
}
