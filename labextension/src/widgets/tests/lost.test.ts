import { afterEach, expect, it, vi } from "vitest";

import { Link } from "../link.ts";
import { FakeModel } from "./fakes.ts";

afterEach(() => vi.useRealTimers());

it("a page whose first question got lost asks again by itself", async () => {
  vi.useFakeTimers();
  const model = new FakeModel({ n: 4, at: 1 });
  const link = new Link(model);
  await vi.advanceTimersByTimeAsync(4100);
  expect(link.life).toBe("gone");
  // It does not ask all the time: a saved notebook has nobody who answers.
  await vi.advanceTimersByTimeAsync(5000);
  expect(model.kinds()).toEqual(["hello"]);
  model.answer = ({ kind }) => (kind === "hello" ? { n: 7, at: 2 } : undefined);
  await vi.advanceTimersByTimeAsync(3000);
  expect(link.life).toBe("live");
  expect(link.state.n).toBe(7);
  link.close();
});
