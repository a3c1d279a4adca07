import { describe, test } from "bun:test";
import { ACCOUNT, expectMistakes, loadGood } from "../cases.ts";

const PRESETS = `${ACCOUNT}
[presets]
text.retell_llm.model = "gpt-5"
speech.retell_llm.s2s_model = "gpt-realtime"
warm.agent.voice_temperature = 0.9
[agents]
writer = { id = "agent_1", presets = ["text"] }
plain = "agent_2"
`;

const TOGETHER = (names: string) =>
  [`together, the presets ${names} set both model and s2s_model; Retell accepts only one`] as const;

describe("a model and a model for speech that meet on one route", () => {
  test.each([
    [
      '[numbers.«"+12137771235"»]\nagent = "plain"\npresets = ["text", "speech"]',
      TOGETHER('"text", "speech"'),
    ],
    [
      '[numbers.«"+12137771235"»]\nagent = "writer"\npresets = ["warm", "speech"]',
      TOGETHER('"text", "warm", "speech"'),
    ],
    [
      '[defaults]\npresets = ["speech"]\n[numbers.«"+12137771235"»]\nagent = "writer"\npresets = ["warm"]',
      TOGETHER('"speech", "text", "warm"'),
    ],
    [
      '[numbers."+12137771235"]\nagent = "plain"\npresets = ["warm", "speech"]\n[[«numbers."+12137771235".rules»]]\nsplit = { plain = 1, writer = 1 }',
      TOGETHER('"text", "warm", "speech"'),
    ],
    [
      '[numbers."+12137771235"]\npresets = ["warm"]\n[numbers."+12137771235".«sms»]\nagent = "writer"\npresets = ["speech"]',
      TOGETHER('"text", "speech"'),
    ],
  ])("is found: %j", async (text, said) => {
    await expectMistakes(`${PRESETS}${text}\n`, [said]);
  });

  test("is no mistake where the two are on different routes", async () => {
    await loadGood(
      `${PRESETS}[numbers."+12137771235"]\nagent = "writer"\npresets = ["warm"]\n[numbers."+12137771236"]\nagent = "plain"\npresets = ["speech"]\n`,
    );
  });
});
