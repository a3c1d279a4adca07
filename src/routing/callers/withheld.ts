/** Callers who hide their number: a closed vocabulary. */

/** What carriers make of Retell's words on a telephone's keypad: ANONYMOUS, RESTRICTED, BLOCKED and so on. */
const ON_KEYPAD = new Set(["266696687", "7378742833", "2562533", "8656696", "86282452253"]);

const NUMBERS_ON_KEYPAD: ReadonlySet<number> = new Set(Array.from(ON_KEYPAD, Number));

/** The words, without blanks, hyphens and the like between them. */
const WORDS = new Set([
  "",
  ...["anonymous", "restricted", "blocked", "unknown", "unavailable", "private", "withheld", "hidden"],
  ...["anonymouscaller", "anonymouscall", "anonymousnumber"],
  ...["privatenumber", "privatecaller", "privatecall", "privateid"],
  ...["withheldnumber", "numberwithheld", "callerwithheld", "calleridwithheld", "idwithheld"],
  ...["hiddennumber", "numberhidden", "hiddencaller", "calleridhidden", "undisclosed"],
  ...["restrictednumber", "restrictedcaller", "numberrestricted", "calleridrestricted"],
  ...["blockednumber", "blockedcaller", "numberblocked", "calleridblocked", "blockedcallerid"],
  ...[
    "unknowncaller",
    "unknownnumber",
    "callerunknown",
    "numberunknown",
    "calleridunknown",
    "unknowncallerid",
  ],
  ...["notavailable", "numberunavailable", "unavailablenumber", "calleridunavailable", "numbernotavailable"],
  ...["nocallerid", "nocid", "nonumber", "noid", "n/a", "na", "outofarea", "notdisclosed"],
]);

/**
 * Whether the number of a caller says that it is withheld.
 *
 * @param user as `addressUser` gives it
 */
export function isWithheldUser(user: string): boolean {
  const bare = user.replace(/^\+/, "");
  if (ON_KEYPAD.has(bare) || /^00+$/.test(bare)) return true;
  return !/\d/.test(bare) && WORDS.has(bare.toLowerCase().replace(/[\s_'-]/g, ""));
}

/** The same for the digits of a number in E.164 form, of which most are asked. */
export function isWithheldNumber(digits: number): boolean {
  return NUMBERS_ON_KEYPAD.has(digits);
}
