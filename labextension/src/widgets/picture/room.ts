// Names in the room that is there; measured as `jupyter_automl/api/pictures/room.py` does.

import { t } from "../messages.ts";

// Beside the letters, what languages put into numbers: thin and fixed blanks, an apostrophe.
const THIN = /[fijlrtI.,:;'|!()[\]{}` \u00a0\u2009\u202f\u2019-]/;
const THICK = /[mwMW@%&…<>=+~]/;
const NOTHING = /[\p{Mn}\p{Me}\p{Cf}]/u;
const FULL = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\p{Emoji_Presentation}]/u;

/** One line; a name of nothing but blanks is said to be none. */
export function shown(name: string): string {
  return clean(name) || t("ui-picture-no-name");
}

/** What a name may take where it is not cut to its room; the table has it whole. */
export function short(name: string): string {
  return name.length > 120 ? `${Array.from(name.slice(0, 240)).slice(0, 119).join("")}…` : name;
}

export function clean(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** About how many pixels a text takes. */
export function textWidth(text: string): number {
  let sum = 0;
  for (const letter of text.length > 400 ? text.slice(0, 400) : text) sum += share(letter);
  return 11 * sum;
}

/** A text with an ellipsis where it does not fit. */
export function cut(text: string, room: number): string {
  if (textWidth(text) <= room) return text;
  let left = room / 11 - share("…");
  let kept = "";
  for (const letter of text) {
    left -= share(letter);
    if (left < 0) break;
    kept += letter;
  }
  return `${kept.trimEnd()}…`;
}

function share(letter: string): number {
  if (THIN.test(letter)) return 0.36;
  if (THICK.test(letter)) return 0.86;
  if (letter >= "0" && letter <= "9") return 0.64;
  if (letter < "\u0300") return letter === letter.toLowerCase() ? 0.6 : 0.72;
  if (NOTHING.test(letter)) return 0;
  return FULL.test(letter) ? 1.3 : 0.86;
}
