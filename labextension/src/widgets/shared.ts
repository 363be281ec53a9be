// What the part of the page that comes later takes from the part that is there: one copy of
// Preact, one memory of answers, one language. The build reads the names of this list.

import * as preact from "preact";
import * as hooks from "preact/hooks";
import * as runtime from "preact/jsx-runtime";

import * as ask from "./ask.ts";
import * as basics from "./components/basics.tsx";
import * as colors from "./components/colors.ts";
import * as link from "./link.ts";
import * as messages from "./messages.ts";
import * as viewstate from "./viewstate.ts";
import * as words from "./words.ts";

export const SHARED: Record<string, unknown> = {
  preact,
  "preact/hooks": hooks,
  "preact/jsx-runtime": runtime,
  "ask.ts": ask,
  "components/basics.tsx": basics,
  "components/colors.ts": colors,
  "link.ts": link,
  "messages.ts": messages,
  "viewstate.ts": viewstate,
  "words.ts": words,
};
