// What a page needs only once something is to be looked at: it is asked for then.

import { addWords } from "../messages.ts";
import { ENGLISH } from "../messages.gen.ts";

export { Compare } from "../components/board/compare.tsx";
export { Detail } from "../components/board/detail.tsx";
export { Live } from "../components/monitor/live.tsx";
export { ExplainPanel } from "../components/explain/panel.tsx";
export { WhatIfPanel } from "../components/whatif/panel.tsx";
export { PredictScreen } from "../screens/predict.tsx";
export { ResultsScreen } from "../screens/results.tsx";

addWords(ENGLISH);
