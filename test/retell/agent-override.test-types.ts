/**
 * Holds the schema of overrides against the types of Retell's SDK. There is nothing to run: where a newer SDK has a
 * field or a name that the schema lacks, or says another type, `tsc` fails and names it.
 */
import type { CallRegisterPhoneCallParams } from "retell-sdk/resources/call";
import type { AgentOverride, agentOverride } from "../../src/retell/agent-override/index.ts";

type Sdk = CallRegisterPhoneCallParams.AgentOverride;

/** The paths of everything in `Theirs` that `Ours` does not take. */
type Disagreement<Theirs, Ours, At extends string = ""> = Theirs extends readonly (infer Item)[]
  ? Disagreement<Item, ItemOf<Ours>, `${At}[]`>
  : Theirs extends object
    ? FieldDisagreement<Theirs, FormOf<Theirs, Ours>, At>
    : Theirs extends string
      ? Theirs extends NamesIn<Ours>
        ? never
        : `${At} = ${Theirs}`
      : Theirs extends Ours
        ? never
        : `${At}: ${Extract<Theirs, number | boolean | null | undefined>}`;

type FieldDisagreement<Theirs extends object, Ours, At extends string> = {
  [Field in keyof Theirs & string]: Field extends FieldsIn<Ours>
    ? Disagreement<Theirs[Field], Ours[Field], `${At}.${Field}`>
    : `${At}.${Field}`;
}[keyof Theirs & string];

type ItemOf<Type> = Type extends readonly (infer Item)[] ? Item : never;

/** The table in `Ours` that has the same `type`, or any table where `type` tells nothing apart. */
type FormOf<Theirs, Ours> =
  Extract<Ours, object> extends infer Tables
    ? Theirs extends { type: infer Type extends string }
      ? Tables extends { type: infer Known }
        ? Type extends Named<Known>
          ? Tables
          : never
        : never
      : Exclude<Tables, readonly unknown[]>
    : never;

/** Any text where any will do, else the names that are known: not the text that stands for others. */
type NamesIn<Type> = [Extract<Type, string>] extends [infer Text]
  ? string extends Text
    ? HasNames<Text> extends true
      ? Named<Text>
      : string
    : Named<Text>
  : never;

type Named<Text> = Text extends string ? (string extends Text ? never : Text) : never;
type HasNames<Text> = [Named<Text>] extends [never] ? false : true;

/** The fields that are declared one by one. */
type FieldsIn<Type> = keyof {
  [Field in keyof Type as string extends Field ? never : number extends Field ? never : Field]: unknown;
};

/** Without interfaces, which no type with an index signature takes. */
type Plain<Type> = Type extends object ? { [Key in keyof Type]: Plain<Type[Key]> } : Type;

type Nothing<Type extends never> = Type;
type True<Type extends true> = Type;
type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** The schema takes whatever the SDK's type allows … */
export type TakesAll = True<Plain<Sdk> extends AgentOverride ? true : false>;

/** … and knows every field and every name in it. */
export type KnowsAll = Nothing<Disagreement<Sdk, AgentOverride>>;

/** The groups are those of the SDK. */
export type SameGroups = True<Equal<keyof typeof agentOverride.shape, keyof Sdk>>;

/** Beside these two, which the documentation names, the schema has no fields of its own. */
export type OnlyTheirs = True<
  Equal<
    | Exclude<FieldsIn<NonNullable<AgentOverride["agent"]>>, keyof NonNullable<Sdk["agent"]>>
    | Exclude<
        FieldsIn<NonNullable<AgentOverride["conversation_flow"]>>,
        keyof NonNullable<Sdk["conversation_flow"]>
      >
    | Exclude<FieldsIn<NonNullable<AgentOverride["retell_llm"]>>, keyof NonNullable<Sdk["retell_llm"]>>,
    "normalize_for_speech" | "begin_message"
  >
>;

/** What a newer SDK may bring is found: a test that cannot fail would be worth nothing. */
interface Newer {
  agent?: {
    brand_new?: string;
    volume?: number | "loud";
    voice_speed?: string;
    enable_backchannel?: boolean | null;
    voice_model?: "sonic-3" | "sonic-9" | null;
    language?: "en-US" | "tlh-QO" | Array<"en-US" | "tlh-QO">;
    webhook_events?: Array<"call_started" | "call_dreamt">;
    handbook_config?: { ai_disclosure?: boolean; brand_new?: boolean };
    voicemail_option?: { action: { type: "hangup" } | { type: "prompt"; tone: string } | { type: "sing" } };
    post_call_analysis_data?: Array<{ type: "enum"; choices: string[]; order: number }> | null;
  };
}

export type FindsAll = True<
  Equal<
    Disagreement<Newer, AgentOverride>,
    | ".agent.brand_new"
    | ".agent.volume = loud"
    | `.agent.voice_speed = ${string}`
    | ".agent.enable_backchannel: null"
    | ".agent.voice_model = sonic-9"
    | ".agent.language = tlh-QO"
    | ".agent.language[] = tlh-QO"
    | ".agent.webhook_events[] = call_dreamt"
    | ".agent.handbook_config.brand_new"
    | ".agent.voicemail_option.action.tone"
    | ".agent.voicemail_option.action.type = sing"
    | ".agent.post_call_analysis_data[].order"
  >
>;
