// The part of the page that comes when it is first needed.

import type { ComponentType } from "preact";
import { useEffect, useReducer } from "preact/hooks";

import { ask } from "./ask.ts";
import { Button, Loading, Problem } from "./components/basics.tsx";
import { type Link, RequestError } from "./link.ts";
import { t } from "./messages.ts";
import { SHARED } from "./shared.ts";
import type { CodeView, ErrorView } from "./types.gen.ts";

type Late = typeof import("./entries/late.tsx");
type Loader = (require: (name: string) => unknown, module: { exports: unknown }) => void;

/** Of this build, by the build; the kernel's package may be newer than an open page. */
declare const BUILD: string;

let late: Late | null = null;
let coming: Promise<Late> | null = null;

/** Have it without asking. */
export function setLate(module: Late | null): void {
  late = module;
  coming = null;
}

/** Ask for it, once for all who need it; rejects with a `RequestError`. */
export function loadLate(link: Link): Promise<Late> {
  coming ??= fetchLate(link).then(
    (module) => (late = module),
    (error: unknown) => {
      coming = null;
      throw error;
    },
  );
  return coming;
}

async function fetchLate(link: Link): Promise<Late> {
  if (late) return late;
  const { value } = await ask<CodeView>(link, "page.late", {}, { keep: false });
  if (value.build !== BUILD) {
    throw new RequestError({
      code: "version",
      message: t("ui-late-version"),
      hint: t("ui-late-version-hint"),
      context: {},
    });
  }
  const address = URL.createObjectURL(new Blob([value.code], { type: "text/javascript" }));
  try {
    const { default: load } = (await import(address)) as { default: Loader };
    const module = { exports: {} as Late };
    load((name) => SHARED[name], module);
    return module.exports;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** A component of the late part, drawn once that is here. */
export function lazy<P extends { link: Link }>(pick: (late: Late) => ComponentType<P>) {
  return function Lazy(props: P) {
    const [problem, tell] = useReducer((_: ErrorView | null, next: ErrorView | null) => next, null);
    const [, redraw] = useReducer((n: number) => n + 1, 0);
    const { link } = props;
    const waits = late === null && link.life !== "gone";
    useEffect(() => {
      if (!waits || problem) return undefined;
      let mounted = true;
      loadLate(link).then(
        () => mounted && redraw(undefined as never),
        (error: unknown) => mounted && tell(viewOf(error)),
      );
      return () => {
        mounted = false;
      };
    }, [link, waits, problem]);
    if (late) {
      const Part = pick(late);
      return <Part {...props} />;
    }
    if (problem) {
      return (
        <>
          <Problem error={problem} />
          <Button onClick={() => tell(null)}>{t("ui-ask-again")}</Button>
        </>
      );
    }
    return waits ? <Loading>{t("ui-late-loading")}</Loading> : <p class="ja-quiet">{t("ui-no-kernel")} {t("ui-no-kernel-hint")}</p>;
  };
}

function viewOf(error: unknown): ErrorView {
  if (error instanceof RequestError) return error.view;
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, hint: "", context: {} };
}
