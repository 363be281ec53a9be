import type { useCosts } from "./prices.ts";

interface CostFieldProps {
  prices: ReturnType<typeof useCosts>;
  /** The true class and the one that is said, by their places in the table. */
  row: number;
  column: number;
  /** Where no label stands around it. */
  name?: string;
}

/** What one error costs; taken when the field is left, or at Enter. */
export function CostField({ prices: { texts, costs, type, take }, row, column, name }: CostFieldProps) {
  return (
    <input
      type="text"
      inputMode="decimal"
      value={texts[row]![column]}
      aria-label={name}
      aria-invalid={costs[row]![column] === null}
      onInput={(event) => type(row, column, event.currentTarget.value)}
      onChange={take}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") take();
      }}
    />
  );
}
