import { KEY } from "../harness.ts";

/** The environment that recipes are loaded in. */
export const RECIPE_ENV: Readonly<Record<string, string>> = {
  RETELL_API_KEY: KEY,
  CAFE_RETELL_API_KEY: `${KEY}_cafe`,
  SLACK_URL: "https://hooks.slack.com/services/T000/B000/XXXX",
  CRM_TOKEN: "0123456789abcdef",
  SUPABASE_KEY: "sb_0123456789",
  AIRTABLE_TOKEN: "pat_0123456789",
  CRM_KEY: "fedcba9876543210",
};
