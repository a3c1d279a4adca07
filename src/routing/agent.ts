/** Agents, as the routing names them. */

/** An agent that may take calls. */
export interface Agent {
  /** Its name in `[agents]`; undefined where the configuration gives the id itself. */
  readonly name: string | undefined;
  readonly id: string;
  readonly version: number | string | undefined;
  /** Presets that come with the agent, by name. */
  readonly presets: readonly string[];
}
