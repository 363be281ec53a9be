// Tests have the late part of the page at once; those of `late` itself take it away.

import * as late from "../entries/late.tsx";
import { setLate } from "../late.tsx";

setLate(late);
