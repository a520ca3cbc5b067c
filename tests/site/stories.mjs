// The stories of the lab, told without a page.
import { compile } from "../../charrnn/browser/arithmetic.mjs";
import { STORIES, USUAL, settingsFor } from "../../charrnn/browser/trainings.mjs";
import { Training } from "../../charrnn/browser/training.mjs";

const kernel = compile(KERNEL);

// Return the perplexity of each epoch.
globalThis.tell = (title, symbols, V, seed, count) => {
  const { values } = STORIES.find((story) => story.title === title);
  const settings = settingsFor({ ...USUAL, ...values, seed });
  const training = new Training(symbols, V, settings, kernel);
  const curve = [];
  while (curve.length < count) {
    curve.push(training.epoch().perplexity);
    if (curve.length === settings.falls) settings.lr = settings.fallen;
  }
  return curve;
};
