import type { LimitPlan } from "../routing/plan.ts";
export class Limits {
  keep(_p: ReadonlyMap<string, LimitPlan>): void {}
  isOver(_n: string, _p: LimitPlan, _k: string, _t: number) {
    return false;
  }
  count(_n: string, _p: LimitPlan, _k: string, _t: number) {}
}
