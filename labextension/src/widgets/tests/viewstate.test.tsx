import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Link } from "../link.ts";
import { type PartialView, useViewState } from "../viewstate.ts";
import { FakeModel } from "./fakes.ts";

let model: FakeModel;
let link: Link;
let root: HTMLElement;
let board: PartialView["board"];
let setBoard: (value: PartialView["board"]) => void;

function Screen() {
  [board, setBoard] = useViewState(link, "board");
  return <p>{board?.search ?? "-"}</p>;
}

const flush = () => vi.advanceTimersByTimeAsync(50);

beforeEach(async () => {
  vi.useFakeTimers();
  model = new FakeModel(null);
  model.set("view", { tab: "results", board: { search: "forest" } });
  link = new Link(model);
  root = document.createElement("div");
  render(<Screen />, root);
  await flush();
});

afterEach(() => {
  render(null, root);
  link.close();
  vi.useRealTimers();
});

describe("what a person looks at", () => {
  it("begins as the widget has it", () => {
    expect(root.textContent).toBe("forest");
  });

  it("shows at once and is kept a moment later, with everything else", async () => {
    setBoard({ search: "boost" });
    setBoard({ search: "boosting" });
    await flush();
    expect(root.textContent).toBe("boosting");
    expect(model.saved).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(400);
    expect(model.saved).toHaveLength(1);
    expect(model.get("view")).toEqual({
      tab: "results",
      board: { search: "boosting" },
      by: link.page,
    });
  });

  it("is in the model at once, for a host that draws the widget anew", async () => {
    setBoard({ search: "boost" });
    const again = new Link(model);
    const other = document.createElement("div");
    function Again() {
      const [stored] = useViewState(again, "board");
      return <p>{stored?.search}</p>;
    }
    render(<Again />, other);
    await flush();
    expect(other.textContent).toBe("boost");
    render(null, other);
    again.close();
    await flush();
  });

  it("follows a cell, and not another page", async () => {
    model.set("view", { board: { search: "cell" } });
    await flush();
    expect(root.textContent).toBe("cell");
    model.set("view", { board: { search: "page" }, by: "another" });
    await flush();
    expect(root.textContent).toBe("cell");
  });

  it("is not lost when the page goes before it was kept", () => {
    setBoard({ search: "last" });
    link.close();
    expect((model.get("view") as PartialView).board).toEqual({ search: "last" });
  });
});
