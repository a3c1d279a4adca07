/** What the value of a name may be compared with: a text, with `*` for the rest of it, or a number. */

/** One thing that a value may be. Plain data. */
export type ValueTest =
  /** As a whole, or a part of it; upper and lower case alike. */
  | { readonly kind: "text"; readonly text: string; readonly part: TextPart }
  /** Any text but an empty one. */
  | { readonly kind: "any" }
  | { readonly kind: "number"; readonly operator: Operator; readonly than: number };

type TextPart = "whole" | "start" | "end" | "middle";

type Operator = "<" | "<=" | ">" | ">=";

/** A test, or what is wrong with a text that should have been one. */
export type ValueTestReading =
  | { readonly test: ValueTest }
  | { readonly problem: string; readonly hint: string };

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

/** Reads a test as it is written: `gold`, `gold*`, `*@example.com`, `*`, `>= 5`. */
export function readTest(text: string): ValueTestReading {
  const [, operator, blank, rest = ""] = /^(<=|>=|<|>)([ \t]*)(.*)$/s.exec(text) ?? [];
  if (isOperator(operator)) {
    const number = rest.trim();
    if (NUMBER.test(number)) return { test: { kind: "number", operator, than: Number(number) } };
    // Anything else that begins with an angle bracket is a text: "<sip:+1213*".
    if (operator.length === 2 || blank !== "") {
      const problem = `"${operator}" compares numbers, and ${rest === "" ? "nothing" : "no number"} follows it`;
      return { problem, hint: `write a number after it: "${operator} 5"` };
    }
  }
  if (/^\*+$/.test(text)) return { test: { kind: "any" } };
  const [startsOpen, endsOpen] = [text.startsWith("*"), text.endsWith("*")];
  const inner = text.slice(startsOpen ? 1 : 0, endsOpen ? -1 : undefined);
  if (inner.includes("*")) {
    return {
      problem: '"*" is allowed only at the beginning and the end of a value',
      hint: 'use several values instead: ["gold*", "*plan"]',
    };
  }
  return { test: { kind: "text", text: inner, part: partOf(startsOpen, endsOpen) } };
}

function isOperator(text: string | undefined): text is Operator {
  return text === "<" || text === "<=" || text === ">" || text === ">=";
}

function partOf(startsOpen: boolean, endsOpen: boolean): TextPart {
  if (startsOpen) return endsOpen ? "middle" : "end";
  return endsOpen ? "start" : "whole";
}

/** A test as a person would write it. */
export function testText(test: ValueTest): string {
  switch (test.kind) {
    case "any":
      return "*";
    case "number":
      return `${test.operator} ${test.than}`;
    case "text": {
      const { text, part } = test;
      const before = part === "end" || part === "middle" ? "*" : "";
      const behind = part === "start" || part === "middle" ? "*" : "";
      return text === "" ? '""' : `${before}${text}${behind}`;
    }
  }
}

/** The same text for tests that the same values pass, as far as that is easily seen. */
export function testKey(test: ValueTest): string {
  return folded(testText(test));
}

/** Compiles tests, of which any one is enough. A value that is not there is `""`. */
export function compileTests(tests: readonly ValueTest[]): (value: string) => boolean {
  const whole = new Set<string>();
  const starts: string[] = [];
  const ends: string[] = [];
  const middles: string[] = [];
  const numbers: ((value: number) => boolean)[] = [];
  let takesAny = false;
  for (const test of tests) {
    switch (test.kind) {
      case "any":
        takesAny = true;
        break;
      case "number":
        numbers.push(comparison(test.operator, test.than));
        break;
      case "text":
        switch (test.part) {
          case "whole":
            whole.add(folded(test.text));
            break;
          case "start":
            starts.push(folded(test.text));
            break;
          case "end":
            ends.push(folded(test.text));
            break;
          case "middle":
            middles.push(folded(test.text));
            break;
        }
        break;
    }
  }
  return (value) => {
    if (takesAny && value !== "") return true;
    if (numbers.length > 0) {
      const number = value.trim();
      if (NUMBER.test(number) && numbers.some((holds) => holds(Number(number)))) return true;
    }
    const text = folded(value);
    return (
      whole.has(text) ||
      starts.some((start) => text.startsWith(start)) ||
      ends.some((end) => text.endsWith(end)) ||
      middles.some((middle) => text.includes(middle))
    );
  };
}

function comparison(operator: Operator, than: number): (value: number) => boolean {
  switch (operator) {
    case "<":
      return (value) => value < than;
    case "<=":
      return (value) => value <= than;
    case ">":
      return (value) => value > than;
    case ">=":
      return (value) => value >= than;
  }
}

/** A text in the form that it is compared in: case does not matter, nor how accents are encoded. */
function folded(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
