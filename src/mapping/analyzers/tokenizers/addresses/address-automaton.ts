import { columnAt } from './characters.ts';
import { LazyAutomaton } from './lazy-automaton.ts';
import { addressRules, HOST_GOES_ON, LAST_OF_HOSTS } from './rules.ts';
import type { Automaton } from './scan.ts';

/** Hostile texts may lead to tens of thousands: then they are forgotten. */
const MOST_STATES = 8_192;

let states: LazyAutomaton | undefined;

/** The rules of addresses, made by the first text that asks for them. */
export class AddressAutomaton implements Automaton {
  readonly #states: LazyAutomaton;
  readonly #isStrict: boolean;

  /** @param isStrict without the rules of hosts alone */
  constructor(states: LazyAutomaton, isStrict: boolean) {
    this.#states = states;
    this.#isStrict = isStrict;
  }

  step(state: number, text: string, at: number): number {
    return this.#states.step(state, columnAt(text, at));
  }

  leadsOn(state: number): boolean {
    return this.#states.leadsOn(state);
  }

  ruleOf(state: number): number {
    const rules = this.#states.rules[state]!;
    const lowest = rules.length === 0 ? 0 : rules[0]!;
    if (!this.#isStrict || lowest < HOST_GOES_ON) return lowest;
    return rules.find((rule) => rule > LAST_OF_HOSTS) ?? 0;
  }
}

/** The states of addresses that are known by now, for one text. */
export function addressStates(): LazyAutomaton {
  if (states === undefined || states.size > MOST_STATES) states = new LazyAutomaton(addressRules());
  return states;
}
