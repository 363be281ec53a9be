import { useEffect, useRef, useState } from "preact/hooks";

import { LifeLine } from "../components/basics.tsx";
import { type Tab, Tabs } from "../components/tabs.tsx";
import { type ScreenProps, useLink, widget } from "../mount.tsx";
import { DataScreen } from "../screens/data.tsx";
import { ResultsScreen } from "../screens/results.tsx";
import { TrainScreen } from "../screens/train.tsx";
import type { RunView, WidgetState } from "../types.gen.ts";
import { hasEnded } from "../words.ts";

type Step = "data" | "train" | "results";

function App({ link }: ScreenProps) {
  useLink(link);
  const { run, data } = link.state;
  const [step, setStep] = useState<Step>(() => firstStep(link.state));
  const seen = useRef(run?.id);
  // A prompt that came with the notebook's own call leads straight to training.
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
  return (
    <>
      <header class="ja-head">
        <strong>AutoML</strong>
        {run && (
          <span class="ja-head-run">
            run “{run.name}” <span class={`ja-dot ja-dot-${run.status}`} /> {statusWord(run)}
          </span>
        )}
      </header>
      <LifeLine link={link} />
      <Tabs tabs={tabs(link.state)} current={step} onSelect={(key) => setStep(key as Step)}>
        {step === "data" && <DataScreen link={link} onNext={() => setStep("train")} />}
        {step === "train" && <TrainScreen link={link} onData={() => setStep("data")} />}
        {step === "results" && <ResultsScreen link={link} onTrain={() => setStep("train")} />}
      </Tabs>
    </>
  );
}

function firstStep(state: WidgetState): Step {
  if (state.run) return "train";
  return state.data?.status === "ready" && state.reading?.prompt ? "train" : "data";
}

function statusWord(run: RunView): string {
  if (run.status !== "running") return run.status;
  return run.stage === "finishing" ? "finishing" : "training";
}

function tabs({ data, run }: WidgetState): Tab[] {
  const open = data?.status === "ready" || Boolean(data?.table);
  const scored = run?.rows.some((row) => row.score !== null) ?? false;
  const ended = run ? hasEnded(run) : false;
  return [
    {
      key: "data",
      title: "Data",
      state: open ? "done" : data?.status === "loading" ? "busy" : "possible",
      why: open ? "a table is open" : "choose a table",
    },
    {
      key: "train",
      title: "Train",
      state: run ? (ended ? "done" : "busy") : open ? "possible" : "waiting",
      why: run ? (ended ? "the run is over" : "a run is under way") : open ? "" : "needs data first",
    },
    {
      key: "results",
      title: "Results",
      state: scored ? (ended ? "done" : "possible") : "waiting",
      why: scored ? (ended ? "results are there" : "results so far") : "needs a finished model first",
    },
  ];
}

export default widget(App, "AutoML");
