// What a challenge asks for, condition by condition, in words: what has to hold, and how it is now.

import type { Words } from "./catalogue.ts";
import { arrival, type Check, type Situation, type Walker } from "./challenges.ts";
import { say } from "./elements.ts";
import { counted, setting, show } from "./pictures/numerals.ts";

export interface Goal {
  holds: boolean;
  text: string;
  now: string; // empty where there is nothing to be told
}

// titleOf: what a kind of optimizer is called; labelOf: a terrain's parameter.
export interface Names {
  titleOf(kind: string): string;
  labelOf(parameter: string): string;
}

export const goalsOf = (checks: readonly Check[], situation: Situation, names: Names, words: Words): Goal[] =>
  checks.map((check) => ({
    holds: check.holds,
    text: textOf(check, situation, names, words),
    now: nowOf(check, situation, names, words),
  }));

const textOf = ({ condition }: Check, { near }: Situation, { titleOf, labelOf }: Names, words: Words): string => {
  const { by, reaches, within, ends, explodes, edge, before, apart, leaves, beyond, parameter, least } = condition;
  const who = by === undefined ? words.goal_anyone : titleOf(by);
  if (parameter !== undefined) return say(words.goal_parameter, { what: labelOf(parameter), least: setting(least!) });
  if (reaches !== undefined) {
    const goal =
      reaches === "minimum"
        ? say(words.goal_star, { who, near: show(near, 2) })
        : say(words.goal_loss, { who, loss: setting(reaches) });
    const limit = within === undefined ? "" : say(words.goal_within, { steps: counted(within) });
    const rival = before === undefined ? "" : say(words.goal_before, { other: titleOf(before) });
    return `${goal}${limit}${rival}`;
  }
  if (ends !== undefined) return say(words.goal_ends, { who, loss: setting(ends) });
  if (explodes) {
    if (edge === undefined) return say(words.goal_explodes, { who });
    return say(words.goal_edge, { who, share: say(words.percent, { value: setting(100 * edge) }) });
  }
  if (apart !== undefined) return say(words.goal_apart, { who, other: titleOf(apart) });
  return say(words.goal_leaves, { who, axis: leaves!, beyond: setting(beyond!) });
};

const nowOf = (
  { condition, walkers, rivals }: Check,
  situation: Situation,
  { titleOf }: Names,
  words: Words,
): string => {
  const { reaches, ends, parameter } = condition;
  const each = (of: (one: Walker) => string): string =>
    [...walkers, ...rivals]
      .map((one) => say(words.share_of, { name: titleOf(one.kind), share: of(one) }))
      .join(words.semicolon);
  if (parameter !== undefined) return setting(situation.parameters[parameter]);
  if (reaches !== undefined) {
    return each(({ walk }) => {
      const step = arrival(walk, reaches, situation);
      return Number.isFinite(step) ? say(words.at_the_step, { step: counted(step) }) : words.never;
    });
  }
  if (ends !== undefined) return each(({ walk }) => show(walk.loss[walk.loss.length - 1], 3));
  return "";
};
