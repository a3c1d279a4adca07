/** The fields of `agent_override.agent`. */
import * as z from "zod";
import {
  callScreeningOption,
  customSttConfig,
  guardrailConfig,
  handbookConfig,
  ivrOption,
  piiConfig,
  userDtmfOptions,
  voicemailOption,
} from "./agent-options.ts";
import { textModel } from "./engine.ts";
import { atLeast, between, flag, number, oneOf, settings, table, text, variant, variants } from "./fields.ts";
import { language } from "./language.ts";
import { postCallAnalysis } from "./post-call-analysis.ts";

const ambientSound = oneOf([
  "coffee-shop",
  "convention-hall",
  "summer-outdoor",
  "mountain-outdoor",
  "static-noise",
  "call-center",
]);

const expressiveTag = oneOf([
  "empathetic",
  "excited",
  "happy",
  "curious",
  "surprised",
  "sigh",
  "clear throat",
  "pause",
  "long pause",
  "emphasis",
]);

const voiceEmotion = oneOf(["calm", "sympathetic", "happy", "sad", "angry", "fearful", "surprised"]);

const voiceModel = oneOf([
  "eleven_flash_v2",
  "eleven_flash_v2_5",
  "eleven_multilingual_v2",
  "eleven_v3",
  "sonic-3",
  "sonic-3-latest",
  "sonic-3.5",
  "sonic-3.6",
  "tts-1",
  "gpt-4o-mini-tts",
  "speech-02-turbo",
  "speech-2.8-turbo",
  "s1",
  "s2-pro",
  "s2.1-pro",
  "inworld-tts-2",
  "inworld-tts-2-flash",
]);

const webhookEvent = oneOf([
  "call_started",
  "call_ended",
  "call_analyzed",
  "transcript_updated",
  "transfer_started",
  "transfer_bridged",
  "transfer_cancelled",
  "transfer_ended",
]);

const pronunciation = table({
  word: text.describe("The word or phrase"),
  alphabet: oneOf(["ipa", "cmu", "pinyin", "jyutping"]).describe(
    "The phonetic alphabet; voices differ in what they take",
  ),
  phoneme: text.describe("How it is said, in that alphabet"),
});

const engineVersion = number.nullable().optional().describe("Its version");

const responseEngine = variants([
  variant("retell-llm", { llm_id: text.describe("The id of the Retell LLM"), version: engineVersion }),
  variant("custom-llm", { llm_websocket_url: text.describe("The websocket address of your own LLM") }),
  variant("conversation-flow", {
    conversation_flow_id: text.describe("The id of the conversation flow"),
    version: engineVersion,
  }),
]);

/** What a call can change of the agent itself. */
export const agent = settings({
  agent_name: text.nullable().describe("The agent's name, for your own reference"),
  version_title: text.nullable().describe("The version's title, for your own reference"),
  version_description: text.nullable().describe("What the version is about, for your own reference"),
  response_engine: responseEngine.describe("What thinks for the agent"),
  language: language.describe("The language, or several, as locales such as en-US"),
  timezone: text.nullable().describe("The agent's time zone, such as America/New_York"),

  voice_id: text.describe("The voice, by id"),
  voice_model: voiceModel.nullable().describe("The model that speaks in that voice"),
  voice_emotion: voiceEmotion.nullable().describe("The tone of the voice; only some providers have it"),
  voice_temperature: between(0, 2).describe("How much the voice varies, from 0 (steady) to 2"),
  voice_speed: between(0.5, 2).describe("How fast the voice is, from 0.5 to 2; 1 is normal"),
  volume: between(0, 2).describe("How loud the voice is, from 0 to 2; 1 is normal"),
  fallback_voice_ids: z
    .array(text)
    .nullable()
    .describe("Voices of other providers, by id, for when the first is out of order; tried in this order"),
  enable_dynamic_voice_speed: flag.describe("Whether the voice adapts its speed to the user's"),
  enable_expressive_mode: flag.describe("Whether the voice may express feelings; only platform voices can"),
  expressive_emotion_tags: z
    .array(expressiveTag)
    .describe("What expressive mode may express; empty: no fixed set"),
  expressive_mode_prompt: text
    .nullable()
    .describe("Instructions for expressive mode in place of Retell's own"),
  pronunciation_dictionary: z.array(pronunciation).nullable().describe("How to pronounce certain words"),
  // Named by Retell's documentation, but not by its SDK.
  normalize_for_speech: flag.describe(
    "Whether numbers, dates and the like are spelled out before they are spoken",
  ),

  ambient_sound: ambientSound.nullable().describe("A sound in the background"),
  ambient_sound_volume: between(0, 2).describe("How loud the background is, from 0 to 2; 1 is normal"),
  denoising_mode: oneOf([
    "no-denoise",
    "noise-cancellation",
    "noise-and-background-speech-cancellation",
  ]).describe("What is filtered out of the user's audio"),

  responsiveness: between(0, 1).describe("How quickly the agent answers, from 0 (waits) to 1"),
  enable_dynamic_responsiveness: flag.describe("Whether the agent adapts its pace to the user's"),
  interruption_sensitivity: between(0, 1).describe(
    "How easily the user interrupts the agent, from 0 (never) to 1",
  ),
  enable_backchannel: flag.describe('Whether the agent says "uh-huh" and the like while the user speaks'),
  backchannel_frequency: between(0, 1).describe("How often it does so, from 0 to 1"),
  backchannel_words: z.array(text).nullable().describe("What it says then"),
  reminder_trigger_ms: z
    .number()
    .positive()
    .describe("After how many milliseconds of silence the agent speaks again; more than 0"),
  reminder_max_count: z.int().nonnegative().describe("How many times it does so; 0: never"),
  handbook_config: handbookConfig.describe("Ready-made behaviours, each on or off"),
  guardrail_config: guardrailConfig.describe("Topics that are kept out of the conversation"),

  begin_message_delay_ms: between(0, 5_000).describe(
    "Milliseconds before the agent's first words, from 0 to 5000",
  ),
  ring_duration_ms: between(5_000, 300_000).describe(
    "How many milliseconds a call or transfer made by the agent rings, from 5000 to 300000",
  ),
  end_call_after_silence_ms: atLeast(10_000).describe(
    "After how many milliseconds of silence the call ends; at least 10000",
  ),
  max_call_duration_ms: between(60_000, 7_200_000).describe(
    "After how many milliseconds the call ends at the latest, from 60000 to 7200000",
  ),

  stt_mode: oneOf(["fast", "accurate", "custom"]).describe(
    "Whether transcription is fast or accurate; custom: as custom_stt_config says",
  ),
  custom_stt_config: customSttConfig.nullable().describe("The transcriber for stt_mode custom"),
  vocab_specialization: oneOf(["general", "medical"]).describe("The transcriber's vocabulary; English only"),
  boosted_keywords: z
    .array(text)
    .nullable()
    .describe("Names, brands and other words that the transcriber should expect"),

  allow_user_dtmf: flag.describe("Whether keys that the user presses count"),
  allow_dtmf_interruption: flag.describe(
    "Whether a key interrupts the agent, whatever interruption_sensitivity says",
  ),
  user_dtmf_options: userDtmfOptions.nullable().describe("How keys are collected"),
  voicemail_option: voicemailOption.nullable().describe("What to do when voicemail answers"),
  ivr_option: ivrOption.nullable().describe("What to do when a phone menu answers"),
  call_screening_option: callScreeningOption.nullable().describe("What to tell a call screen"),

  post_call_analysis_data: z
    .array(postCallAnalysis)
    .nullable()
    .describe("What to extract from the call afterwards"),
  post_call_analysis_model: textModel.nullable().describe("The model that extracts it"),

  webhook_url: text.nullable().describe("Where this agent's events go in place of the account's webhook"),
  webhook_events: z.array(webhookEvent).nullable().describe("Which events are sent there"),
  webhook_timeout_ms: number.describe("How many milliseconds that webhook has to answer"),

  data_storage_setting: oneOf(["everything", "everything_except_pii", "basic_attributes_only"]).describe(
    "What Retell keeps of the call",
  ),
  data_storage_retention_days: between(1, 730)
    .nullable()
    .describe("How many days it is kept, from 1 to 730; unset: for ever"),
  opt_in_signed_url: flag.describe("Whether links to logs and recordings are signed and expire"),
  signed_url_expiration_ms: number.nullable().describe("After how many milliseconds those links expire"),
  pii_config: piiConfig.describe("Personal data to remove from transcripts and recordings"),
});
