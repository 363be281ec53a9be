import { useEffect, useRef, useState } from "preact/hooks";

import { LifeLine } from "../components/basics.tsx";
import { type Tab, Tabs } from "../components/tabs.tsx";
import { lazy, loadLate } from "../late.tsx";
import { t } from "../messages.ts";
import { type ScreenProps, useLink, widget } from "../mount.tsx";
import { DataScreen } from "../screens/data.tsx";
import { TrainScreen } from "../screens/train.tsx";
import type { PlaceView, RunView, WidgetState } from "../types.gen.ts";
import { useViewState } from "../viewstate.ts";
import { hasEnded } from "../words.ts";

const STEPS = ["data", "train", "results", "predict"] as const;
type Step = (typeof STEPS)[number];

const ResultsScreen = lazy((late) => late.ResultsScreen);
const PredictScreen = lazy((late) => late.PredictScreen);

function App({ link }: ScreenProps) {
  useLink(link);
  const { run, data } = link.state;
  const [tab, setTab] = useViewState(link, "tab");
  // Where a page begins that nobody has chosen a tab on; it stays there whatever comes.
  const [first] = useState(() => firstStep(link.state));
  const step = stepOf(tab) ?? first;
  const setStep = (next: Step): void => setTab(next);
  const seen = useRef(run?.id);
  // A prompt that came with the notebook's own call leads straight to training.
  useAddress(link.state.place);
  const direct = useRef(Boolean(link.state.reading?.prompt) && data?.status === "loading");
  useEffect(() => {
    if (run && run.id !== seen.current) {
      seen.current = run.id;
      setStep("train");
    }
  }, [run?.id]);
  useEffect(() => {
    if (data?.status !== "ready" || !direct.current) return;
    direct.current = false;
    setStep("train");
  }, [data?.status]);
  const scored = run?.rows.some((row) => row.score !== null) ?? false;
  const live = link.life === "live";
  useEffect(() => {
    // Ahead of the first look at results; whoever looks earlier asks for it, and hears of errors.
    if (scored && live) loadLate(link).catch(() => undefined);
  }, [scored, live]);
  return (
    <>
      <header class="ja-head">
        <strong>{t("ui-app-title")}</strong>
        {run && (
          <span class="ja-head-run">
            {t("ui-app-run", { name: run.name })} <span class={`ja-dot ja-dot-${run.status}`} />{" "}
            {statusWord(run)}
          </span>
        )}
      </header>
      <LifeLine link={link} />
      {link.state.place?.lost && <p class="ja-life">{t("ui-app-lost")}</p>}
      <Tabs tabs={tabs(link.state)} current={step} onSelect={(key) => setStep(key as Step)}>
        {step === "data" && <DataScreen link={link} onNext={() => setStep("train")} />}
        {step === "train" && <TrainScreen link={link} onData={() => setStep("data")} />}
        {step === "results" && <ResultsScreen link={link} onTrain={() => setStep("train")} />}
        {step === "predict" && <PredictScreen link={link} onTrain={() => setStep("train")} />}
      </Tabs>
    </>
  );
}

/** A Voila page keeps the run in its address, so that a page that is loaded again finds it. */
function useAddress(place: PlaceView | undefined): void {
  const run = place?.host === "voila" ? place.run : "";
  useEffect(() => {
    if (!run) return;
    const address = new URL(window.location.href);
    if (address.searchParams.get("run") === run) return;
    address.searchParams.set("run", run);
    window.history.replaceState(window.history.state, "", address);
  }, [run]);
}

/** The chosen tab, where this version has it. */
function stepOf(tab: string | undefined): Step | null {
  return STEPS.find((step) => step === tab) ?? null;
}

function firstStep(state: WidgetState): Step {
  if (state.run) return "train";
  return state.data?.status === "ready" && state.reading?.prompt ? "train" : "data";
}

function statusWord({ status, stage }: RunView): string {
  const finishing = status === "running" && stage === "finishing";
  return t(`ui-app-status-${finishing ? stage : status}`);
}

function tabs({ data, run }: WidgetState): Tab[] {
  const open = data?.status === "ready" || Boolean(data?.table);
  const scored = run?.rows.some((row) => row.score !== null) ?? false;
  const ended = run ? hasEnded(run) : false;
  return [
    {
      key: "data",
      title: t("ui-app-tab-data"),
      state: open ? "done" : data?.status === "loading" ? "busy" : "possible",
      why: t(open ? "ui-app-why-open" : "ui-app-why-choose"),
    },
    {
      key: "train",
      title: t("ui-app-tab-train"),
      state: run ? (ended ? "done" : "busy") : open ? "possible" : "waiting",
      why: run
        ? t(ended ? "ui-app-why-over" : "ui-app-why-going")
        : open
          ? ""
          : t("ui-app-why-data"),
    },
    {
      key: "results",
      title: t("ui-app-tab-results"),
      state: scored ? (ended ? "done" : "possible") : "waiting",
      why: scored
        ? t(ended ? "ui-app-why-results" : "ui-app-why-so-far")
        : t("ui-app-why-model"),
    },
    {
      key: "predict",
      title: t("ui-app-tab-predict"),
      state: scored ? "possible" : "waiting",
      why: scored ? "" : t("ui-app-why-model"),
    },
  ];
}

export default widget(App, "ui-app-title");
