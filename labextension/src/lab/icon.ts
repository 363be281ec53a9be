import { LabIcon } from "@jupyterlab/ui-components";

/** Three models in a race: bars of which the first is ahead. */
export const automlIcon = new LabIcon({
  name: "jupyter-automl:icon",
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24">
  <g class="jp-icon3" fill="#616161">
    <rect x="3" y="10.5" width="13" height="4" rx="1"/>
    <rect x="3" y="17" width="9" height="4" rx="1"/>
  </g>
  <rect class="jp-icon-brand0 jp-icon-selectable" fill="#0d47a1" x="3" y="4" width="18" height="4" rx="1"/>
</svg>`,
});
