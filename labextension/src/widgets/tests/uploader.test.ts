import { describe, expect, it } from "vitest";

import type { Link } from "../link.ts";
import { Cancelled, crc32, type Source, Uploader } from "../uploader.ts";

const CHUNK = 4;
const bytes = new TextEncoder().encode("0123456789abcdef_");

const file: Source = {
  name: "data.csv",
  size: bytes.length,
  slice: (start, end) => ({
    arrayBuffer: () => Promise.resolve(bytes.slice(start, end).buffer as ArrayBuffer),
  }),
};

/** A kernel that keeps slices; `lose` says which message never arrives. */
class Kernel {
  readonly have = new Map<number, Uint8Array>();
  readonly kinds: string[] = [];
  most = 0;
  private open = 0;
  private readonly lose: (index: number, time: number) => boolean;
  private readonly times = new Map<number, number>();

  constructor(lose: (index: number, time: number) => boolean = () => false) {
    this.lose = lose;
  }

  readonly ask = (async (kind: string, body: Record<string, number>, buffers?: ArrayBuffer[]) => {
    this.kinds.push(kind);
    const n_chunks = Math.ceil(bytes.length / CHUNK);
    if (kind === "upload_start") return { upload: "u", n_chunks, chunk_bytes: CHUNK, window: 2 };
    if (kind === "upload_status") {
      const all = Array.from({ length: n_chunks }, (_, i) => i);
      return { missing: all.filter((i) => !this.have.has(i)) };
    }
    if (kind === "upload_finish") return { path: body.crc === crc32(bytes) ? "/there" : "/wrong" };
    if (kind === "upload_cancel") return {};
    const index = body.index!;
    const time = (this.times.get(index) ?? 0) + 1;
    this.times.set(index, time);
    if (this.lose(index, time)) return new Promise(() => undefined);
    this.open += 1;
    this.most = Math.max(this.most, this.open);
    await Promise.resolve();
    this.open -= 1;
    const data = new Uint8Array(buffers![0]!);
    if (crc32(data) !== body.crc) throw new Error("damaged");
    this.have.set(index, data);
    return { index };
  }) as unknown as Link["request"];

  content(): string {
    const parts = [...this.have.entries()].sort(([a], [b]) => a - b).flatMap(([, d]) => [...d]);
    return new TextDecoder().decode(Uint8Array.from(parts));
  }
}

describe("an upload", () => {
  it("has zlib's checksum", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    const half = crc32(new TextEncoder().encode("12345"));
    expect(crc32(new TextEncoder().encode("6789"), half)).toBe(0xcbf43926);
  });

  it("arrives whole, a few slices at a time, with progress", async () => {
    const kernel = new Kernel();
    const progress: number[] = [];
    const path = await new Uploader(kernel.ask, file, (sent) => progress.push(sent)).send();
    expect(path).toBe("/there");
    expect(kernel.content()).toBe("0123456789abcdef_");
    expect(kernel.most).toBeLessThanOrEqual(2);
    expect(progress.at(-1)).toBe(bytes.length);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  });

  it("sends again what was never acknowledged", async () => {
    const kernel = new Kernel((index, time) => index === 2 && time === 1);
    const path = await new Uploader(kernel.ask, file, () => undefined, 20).send();
    expect(path).toBe("/there");
    expect(kernel.kinds).toContain("upload_status");
    expect(kernel.content()).toBe("0123456789abcdef_");
  });

  it("gives up on a kernel that takes nothing", async () => {
    const kernel = new Kernel(() => true);
    const upload = new Uploader(kernel.ask, file, () => undefined, 5);
    await expect(upload.send()).rejects.toThrow("stopped taking");
  });

  it("can be cancelled in the middle", async () => {
    const kernel = new Kernel();
    const upload: Uploader = new Uploader(kernel.ask, file, () => upload.cancel());
    await expect(upload.send()).rejects.toBeInstanceOf(Cancelled);
    expect(kernel.kinds).toContain("upload_cancel");
    expect(kernel.kinds).not.toContain("upload_finish");
  });
});
