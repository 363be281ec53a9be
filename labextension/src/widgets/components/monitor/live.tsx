import type { Link } from "../../link.ts";
import type { RunView } from "../../types.gen.ts";
import { Families } from "./families.tsx";
import { Fits } from "./fits.tsx";
import { useMonitor } from "./monitor.ts";

/** What the kernel is asked for while somebody looks: the fits under way, and the families. */
export function Live({ link, run }: { link: Link; run: RunView }) {
  const known = useMonitor(link, run);
  return (
    <>
      <Fits run={run} known={known} />
      <Families link={link} run={run} known={known} />
    </>
  );
}
