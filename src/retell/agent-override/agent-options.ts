/** The tables inside `agent_override.agent`. */
import * as z from "zod";
import { flag, number, oneOf, settings, table, text, variant, variants } from "./fields.ts";

export const callScreeningOption = table({
  agent_identity: text.describe("Who is calling"),
  call_purpose: text.describe("What the call is about"),
});

/** The least and the most milliseconds of silence that each provider takes for the end of speech. */
const ENDPOINTING_MS = new Map<string, readonly [least: number, most?: number]>([
  ["azure", [100]],
  ["deepgram", [10]],
  ["soniox", [500]],
  ["assemblyai", [100, 3_000]],
]);

export const customSttConfig = table({
  provider: oneOf(["azure", "deepgram", "soniox", "assemblyai"]).describe("The transcriber's provider"),
  endpointing_ms: number.describe(
    "After how many milliseconds of silence speech has ended; at least 100 (azure), 10 (deepgram), 500 (soniox) or 100 to 3000 (assemblyai)",
  ),
}).superRefine(({ provider, endpointing_ms }, context) => {
  const [least, most = Number.POSITIVE_INFINITY] = ENDPOINTING_MS.get(provider) ?? [];
  if (least === undefined || (endpointing_ms >= least && endpointing_ms <= most)) return;
  const range = Number.isFinite(most) ? `between ${least} and ${most}` : `${least} or more`;
  context.addIssue({
    code: "custom",
    path: ["endpointing_ms"],
    message: `must be ${range} for ${provider}, found ${endpointing_ms}`,
  });
});

export const guardrailConfig = settings({
  input_topics: z
    .array(oneOf(["platform_integrity_jailbreaking"]))
    .nullable()
    .describe("What the user may not bring up"),
  output_topics: z
    .array(
      oneOf([
        "harassment",
        "self_harm",
        "sexual_exploitation",
        "violence",
        "defense_and_national_security",
        "illicit_and_harmful_activity",
        "gambling",
        "regulated_professional_advice",
        "child_safety_and_exploitation",
      ]),
    )
    .nullable()
    .describe("What the agent may not talk about"),
});

export const handbookConfig = settings({
  ai_disclosure: flag.describe("Say, when asked, that it is a virtual assistant"),
  conversational_personality: flag.describe("Talk casually, in place of the professional manner"),
  default_personality: flag.describe("Talk like a professional call centre agent"),
  echo_verification: flag.describe("Repeat important details to have them confirmed"),
  high_empathy: flag.describe("Respond warmly to concerns"),
  nato_phonetic_alphabet: flag.describe("Spell with Alfa, Bravo, Charlie"),
  natural_filler_words: flag.describe('Say "um" and "you know" now and then'),
  scope_boundaries: flag.describe("Stay within the prompt, and invent nothing"),
  smart_matching: flag.describe("Take words that sound alike for the same"),
  speech_normalization: flag.describe("Say numbers, dates and amounts in words"),
});

const detectionPrompt = (what: string) =>
  text.nullable().optional().describe(`What counts as ${what}; unset: Retell's own definition`);

export const ivrOption = table({
  action: variants([variant("hangup", {})]).describe("What to do"),
  detection_prompt: detectionPrompt("a phone menu"),
});

export const piiConfig = table({
  mode: oneOf(["post_call"]).describe("When it is removed: post_call"),
  categories: z
    .array(
      oneOf([
        "person_name",
        "address",
        "email",
        "phone_number",
        "ssn",
        "passport",
        "driver_license",
        "credit_card",
        "bank_account",
        "password",
        "pin",
        "medical_id",
        "date_of_birth",
        "customer_account_number",
      ]),
    )
    .describe("What is removed; empty: nothing"),
});

export const userDtmfOptions = settings({
  digit_limit: number.nullable().describe("How many digits are taken at a time"),
  termination_key: text
    .regex(/^[0-9#*]$/, "must be one key, 0 to 9, # or *")
    .nullable()
    .describe("The key that ends the input: 0 to 9, # or *"),
  timeout_ms: number.describe("How many milliseconds to wait for the next digit"),
});

export const voicemailOption = table({
  action: variants([
    variant("prompt", { text: text.describe("Instructions for what to say") }),
    variant("static_text", { text: text.describe("What to say, word for word") }),
    variant("hangup", {}),
    variant("bridge_transfer", {}),
  ]).describe("What to do"),
  detection_prompt: detectionPrompt("voicemail"),
});
