import { t } from "../../messages.ts";

/** Code to copy. */
export function Code({ children }: { children: string }) {
  return (
    <div>
      {t("ui-costs-code")}
      <pre class="ja-pre" tabIndex={0}>
        {children}
      </pre>
    </div>
  );
}

export function modelCode(name: string): string {
  return `run.model(${JSON.stringify(name)})`;
}
